#include "books.hpp"

#include <algorithm>

#include "backoff.hpp"
#include "close_policy.hpp"

namespace keepline::sim {
namespace {

constexpr std::size_t problems_max = 20;
constexpr std::size_t socket_buffer_max = 64 * 1024;

}  // namespace

std::string_view to_string(Input input) {
  constexpr std::string_view names[] = {
      "connect",     "disconnect", "reconnect", "setIdentity", "tokenChanged",  "subscribe",
      "unsubscribe", "send",       "opened",    "frame",       "frame refused", "capacity",
      "closed",      "blocked",    "token",     "signal",      "deadline"};
  return names[static_cast<std::size_t>(input)];
}

Books::Books(const Connection& connection) : status_(connection.status()) {}

void Books::complain(std::string problem) {
  if (problems_.size() >= problems_max) return;
  problems_.push_back(problem.append(" [after ")
                          .append(to_string(input_))
                          .append(" in ")
                          .append(to_string(status_.phase))
                          .append(" at ")
                          .append(std::to_string(now_.monotonic.time_since_epoch().count()))
                          .append("]"));
}

void Books::begin(Input input, Instant now, std::optional<PageSignal> signal) {
  input_ = input;
  now_ = now;
  signal_ = signal;
  switch (input) {
    case Input::reconnect:
      promised_dial_ = now.monotonic;
      if (last_dial_) promised_dial_ = std::max(*promised_dial_, *last_dial_ + dial_pause);
      hint_.reset();
      break;
    case Input::connect:
    case Input::disconnect:
    case Input::set_identity:
    case Input::token_changed:
    case Input::blocked:
      promised_dial_.reset();
      break;
    case Input::signal:
      if (signal == PageSignal::frozen || signal == PageSignal::page_hidden) {
        promised_dial_.reset();
        hint_.reset();
      }
      break;
    case Input::subscribe:
    case Input::unsubscribe:
    case Input::send:
    case Input::opened:
    case Input::frame:
    case Input::frame_refused:
    case Input::capacity:
    case Input::closed:
    case Input::token:
    case Input::deadline:
      break;
  }
}

// ---- outputs

void Books::note(const Output& output, const Connection& connection) {
  if (const auto* open = std::get_if<OpenSocket>(&output)) note_open_socket(*open, connection);
  if (const auto* close = std::get_if<CloseSocket>(&output)) note_close_socket(*close);
  if (const auto* frame = std::get_if<SendFrame>(&output)) note_send_frame(*frame, connection);
  if (const auto* request = std::get_if<RequestToken>(&output)) note_request(*request);
  if (const auto* abandon = std::get_if<AbandonToken>(&output)) note_abandon(*abandon);
  if (const auto* settle = std::get_if<Settle>(&output)) note_settle(*settle);
  if (const auto* changed = std::get_if<StatusChanged>(&output)) {
    note_status(changed->status, connection);
  }
  if (const auto* auth = std::get_if<SendAuth>(&output)) {
    if (!live_ || live_->socket != auth->socket || !live_->open) {
      complain("a token was sent to a socket that is not open");
    }
    if (tokens_.erase(auth->token) == 0) complain("a renewal sent a token that nobody gave");
  }
  if (const auto* measure = std::get_if<MeasureSendCapacity>(&output)) {
    if (!live_ || live_->socket != measure->socket) complain("a dead socket was to be measured");
  }
}

void Books::note_open_socket(const OpenSocket& output, const Connection& connection) {
  if (live_) complain("a second socket was opened beside a live one");
  if (output.socket.value <= last_socket_) complain("a socket id was used again");
  if (connection.options().has_token_provider) {
    if (tokens_.erase(output.token) == 0) complain("a dial offers a token that nobody gave");
  } else if (output.token) {
    complain("a cookie session offers a token");
  }
  last_socket_ = output.socket.value;
  live_ = Live{output.socket};
  awaits_whole_ = false;
  buffered_ = 0;
  last_dial_ = now_.monotonic;
  note_dial_begun();
}

void Books::note_close_socket(const CloseSocket& output) {
  if (!live_ || live_->socket != output.socket) complain("a socket that is not live was closed");
  if (!may_close_with(output.code)) complain("a close code that a page may not use");
  if (output.reason.size() > close_reason_max_bytes) complain("a close reason over 123 bytes");
  live_.reset();
}

void Books::note_send_frame(const SendFrame& output, const Connection& connection) {
  if (!live_ || live_->socket != output.socket || !live_->open) {
    complain("a frame was sent to a socket that is not open");
    return;
  }
  if (output.text.size() > connection.options().max_message_bytes) complain("a frame is too long");
  // A single message may be larger; a ping must go out beside it.
  const bool is_ping = output.text == "ping" || output.text.starts_with(R"({"type":"ping")");
  if (!is_ping && buffered_ > 0 && buffered_ + output.text.size() > socket_buffer_max) {
    complain("more than 64 KiB wait in the socket");
  }
  buffered_ += output.text.size();
}

void Books::note_request(const RequestToken& output) {
  if (pending_) complain("two token requests count at a time");
  if (output.request.value <= last_request_) complain("a token request id was used again");
  last_request_ = output.request.value;
  pending_ = output.request;
  if (!live_) {
    last_dial_ = now_.monotonic;
    note_dial_begun();
  }
}

void Books::note_abandon(const AbandonToken& output) {
  const bool known = pending_ == output.request || tokens_.count(output.request) != 0;
  if (!known) complain("a token request was abandoned that is neither pending nor unused");
  if (pending_ == output.request) pending_.reset();
  tokens_.erase(output.request);
}

void Books::note_settle(const Settle& output) {
  if (unsettled_.erase(output.message) != 0) return;
  // A message handed over at once is settled before send() has told its id.
  const bool early = input_ == Input::send && output.message.value > last_message_ &&
                     settled_early_.insert(output.message).second;
  if (!early) complain("a message was settled twice or never taken");
}

void Books::note_dial_begun() {
  promised_dial_.reset();
  hint_.reset();
}

// ---- what the outside did

void Books::note_hint(const std::optional<RetryHint>& hint) {
  if (hint) hint_ = hint;
}

void Books::note_opened(SocketId socket) {
  if (live_ && live_->socket == socket) live_->open = true;
}

void Books::note_closed(SocketId socket) {
  if (live_ && live_->socket == socket) live_.reset();
}

void Books::note_token(TokenRequestId request, bool has_token) {
  if (pending_ != request) return;
  pending_.reset();
  if (has_token) tokens_.insert(request);
}

void Books::note_send(const SendResult& result) {
  if (!result.message) return;
  if (result.message.value <= last_message_) complain("a message id was used again");
  last_message_ = result.message.value;
  unsettled_.insert(result.message);
}

void Books::note_pattern(SubscriptionId subscription, std::string_view pattern) {
  if (subscription) patterns_[subscription] = pattern;
}

bool Books::wants(std::string_view type) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const auto& entry) {
    std::string_view pattern = entry.second;
    if (pattern.back() != '*') return pattern == type;
    pattern.remove_suffix(1);
    return type.starts_with(pattern);
  });
}

// A frame whose whole could not be had is a frame all the same; a delivered one was counted.
void Books::note_refused(SocketId socket) {
  if (live_ && live_->socket == socket && awaits_whole_) ++live_->frames;
  awaits_whole_ = false;
}

void Books::note_frame(SocketId socket, const Frame& frame, const FrameVerdict& verdict,
                       const Connection& connection) {
  const bool ours = live_ && live_->socket == socket && live_->open;
  if (!ours && verdict != FrameVerdict{}) complain("a frame of a socket that is not ours counted");
  if (verdict.action == FrameVerdict::Action::need_whole) {
    if (frame.complete) complain("the whole of a whole frame was asked for");
    awaits_whole_ = true;
    return;
  }
  awaits_whole_ = false;
  if (ours) ++live_->frames;
  if (verdict.action != FrameVerdict::Action::deliver) return;
  if (!wants(connection.current_type())) complain("an event was delivered that nobody wants");
  if (connection.status().phase != Phase::ready)
    complain("an event was delivered while not usable");
}

}  // namespace keepline::sim
