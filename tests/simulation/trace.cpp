#include "trace.hpp"

#include <cstdio>

namespace keepline::sim {
namespace {

std::string number(std::uint32_t value) { return std::to_string(value); }

struct Describe {
  std::string operator()(const OpenSocket& output) const {
    return "OpenSocket " + number(output.socket.value) + " token " + number(output.token.value) +
           " " + output.url;
  }
  std::string operator()(const CloseSocket& output) const {
    return "CloseSocket " + number(output.socket.value) + " " + number(output.code) + " " +
           output.reason;
  }
  std::string operator()(const SendFrame& output) const {
    return "SendFrame " + number(output.socket.value) + " " + output.text;
  }
  std::string operator()(const SendAuth& output) const {
    return "SendAuth " + number(output.socket.value) + " token " + number(output.token.value);
  }
  std::string operator()(const MeasureSendCapacity& output) const {
    return "MeasureSendCapacity " + number(output.socket.value);
  }
  std::string operator()(const RequestToken& output) const {
    return "RequestToken " + number(output.request.value) + (output.force_refresh ? " fresh" : "");
  }
  std::string operator()(const AbandonToken& output) const {
    return "AbandonToken " + number(output.request.value);
  }
  std::string operator()(const StatusChanged& output) const {
    const Status& status = output.status;
    std::string text = "StatusChanged ";
    text.append(to_string(status.state)).append(" ").append(to_string(status.phase));
    text.append(" reason=").append(to_string(status.reason));
    text.append(" attempt=").append(std::to_string(status.attempt));
    text.append("/").append(std::to_string(status.max_attempts));
    text.append(" since=").append(to_text(to_ms(status.since)));
    if (status.next_retry_at) text.append(" next=").append(to_text(to_ms(*status.next_retry_at)));
    if (status.error) {
      text.append(" error=").append(to_string(status.error->kind));
      text.append(" ").append(std::to_string(status.error->code)).append(status.error->detail);
      if (status.error->cause) text.append(" cause=").append(to_string(*status.error->cause));
    }
    if (status.can_retry) text.append(" can_retry");
    if (status.unproven) text.append(" unproven");
    if (status.delivery != Delivery::none) text.append(" ").append(to_string(status.delivery));
    return text.append(" ").append(status.endpoint);
  }
  std::string operator()(const Settle& output) const {
    return "Settle " + number(output.message.value) + " " + std::string(to_string(output.outcome)) +
           " at " + to_text(to_ms(output.at)) + (output.id.empty() ? "" : " " + output.id) +
           (output.detail.empty() ? "" : " " + output.detail);
  }
  std::string operator()(const IdentityChanged& /*output*/) const { return "IdentityChanged"; }
  std::string operator()(const Reconnected& output) const {
    return "Reconnected " + to_text(output.down.count()) +
           (output.identity_changed ? " identity changed" : "") + " missed " +
           std::string(to_string(output.missed));
  }
  std::string operator()(const Gap& output) const {
    const auto shown = [](const Position& position) {
      return position ? to_text(position) : "null";
    };
    return "Gap " + shown(output.from) + " to " + shown(output.to) + " " +
           std::string(to_string(output.reason)) + " spread " + to_text(output.spread.count());
  }
  std::string operator()(const Log& output) const {
    return "Log " + std::string(to_string(output.level)) + " " + output.text;
  }
};

}  // namespace

std::string to_text(const Output& output) { return std::visit(Describe{}, output); }

std::string to_text(double value) {
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%.17g", value);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace keepline::sim
