#include "books.hpp"

#include <algorithm>

#include "backoff.hpp"
#include "close_policy.hpp"

namespace keepline::sim {
namespace {

constexpr std::size_t problems_max = 20;
constexpr std::size_t socket_buffer_max = 64 * 1024;
// How World::send_numbered begins a message's data.
constexpr std::string_view numbered_data = R"("data":{"n":)";

}  // namespace

std::string_view to_string(Input input) {
  constexpr std::string_view names[] = {
      "connect",     "disconnect", "reconnect", "setIdentity", "tokenChanged",  "subscribe",
      "unsubscribe", "send",       "opened",    "frame",       "frame refused", "capacity",
      "closed",      "blocked",    "token",     "signal",      "deadline"};
  return names[static_cast<std::size_t>(input)];
}

Books::Books(const Connection& connection)
    : has_endpoint_(!connection.status().endpoint.empty()),
      status_(connection.status()),
      ended_status_(status_) {}

void Books::complain(Invariant invariant, std::string_view text) {
  if (problems_.size() >= problems_max || (judged_ && *judged_ != invariant)) return;
  std::string problem(text);
  problem.append(" [after ")
      .append(to_string(step_.input))
      .append(" in ")
      .append(to_string(status_.phase))
      .append(" at ")
      .append(std::to_string(step_.now.monotonic.time_since_epoch().count()))
      .append("]");
  problems_.push_back({invariant, std::move(problem)});
}

void Books::begin(Input input, Instant now, std::optional<PageSignal> signal) {
  step_ = {};
  step_.input = input;
  step_.now = now;
  step_.signal = signal;
  step_.last_socket = SocketId{last_socket_};
  step_.by_user = input == Input::disconnect;
  step_.by_policy = input == Input::blocked || !has_endpoint_;
  switch (input) {
    case Input::reconnect:
      promised_dial_ = now.monotonic;
      if (last_dial_) promised_dial_ = std::max(*promised_dial_, *last_dial_ + dial_pause);
      hint_.reset();
      rejected_.reset();
      break;
    case Input::connect:
      if (status_.phase == Phase::paused) paused_from_.reset();
      [[fallthrough]];
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
  ++step_.outputs;
  if (const auto* open = std::get_if<OpenSocket>(&output)) note_open_socket(*open, connection);
  if (const auto* close = std::get_if<CloseSocket>(&output)) note_close_socket(*close);
  if (const auto* frame = std::get_if<SendFrame>(&output)) note_send_frame(*frame, connection);
  if (const auto* auth = std::get_if<SendAuth>(&output)) note_send_auth(*auth);
  if (const auto* request = std::get_if<RequestToken>(&output)) note_request(*request);
  if (const auto* abandon = std::get_if<AbandonToken>(&output)) note_abandon(*abandon);
  if (const auto* settle = std::get_if<Settle>(&output)) note_settle(*settle);
  if (std::holds_alternative<IdentityChanged>(output)) note_identity_changed();
  if (const auto* changed = std::get_if<StatusChanged>(&output)) {
    note_status(changed->status, connection);
  }
  if (const auto* measure = std::get_if<MeasureSendCapacity>(&output)) {
    if (!live_ || live_->socket != measure->socket) {
      complain(Invariant::one_socket, "a dead socket was to be measured");
    }
  }
}

void Books::note_open_socket(const OpenSocket& output, const Connection& connection) {
  if (live_) complain(Invariant::one_socket, "a second socket was opened beside a live one");
  if (output.socket.value <= last_socket_)
    complain(Invariant::one_socket, "a socket id was used again");
  if (connection.options().has_token_provider) {
    use_token(output.token, "a dial offers a token that nobody gave");
  } else if (output.token) {
    complain(Invariant::nothing_late, "a cookie session offers a token");
  }
  last_socket_ = output.socket.value;
  live_ = Live{output.socket, step_.now.monotonic};
  dialled_at_ = step_.now.monotonic;
  ++dials_;
  awaits_whole_ = false;
  buffered_ = 0;
  last_dial_ = step_.now.monotonic;
  note_dial_begun();
}

void Books::note_close_socket(const CloseSocket& output) {
  if (!live_ || live_->socket != output.socket)
    complain(Invariant::one_socket, "a socket that is not live was closed");
  if (!may_close_with(output.code))
    complain(Invariant::bounds, "a close code that a page may not use");
  if (output.reason.size() > close_reason_max_bytes)
    complain(Invariant::bounds, "a close reason over 123 bytes");
  live_.reset();
}

void Books::note_send_auth(const SendAuth& output) {
  if (!live_ || live_->socket != output.socket || !live_->open) {
    complain(Invariant::one_socket, "a token was sent to a socket that is not open");
  }
  use_token(output.token, "a renewal sent a token that nobody gave");
}

void Books::use_token(TokenRequestId request, std::string_view otherwise) {
  const auto token = tokens_.find(request);
  if (token == tokens_.end()) {
    complain(Invariant::nothing_late, otherwise);
    return;
  }
  offered_ = token->second;
  tokens_.erase(token);
}

void Books::note_send_frame(const SendFrame& output, const Connection& connection) {
  if (!live_ || live_->socket != output.socket || !live_->open) {
    complain(Invariant::one_socket, "a frame was sent to a socket that is not open");
    return;
  }
  const std::string_view text = output.text;
  if (text.size() > connection.options().max_message_bytes) {
    complain(Invariant::bounds, "a frame is too long");
  }
  // A single message may be larger; a ping must go out beside it.
  const bool is_ping = text == "ping" || text.starts_with(R"({"type":"ping")");
  if (!is_ping && buffered_ > 0 && buffered_ + text.size() > socket_buffer_max) {
    complain(Invariant::bounds, "more than 64 KiB wait in the socket");
  }
  buffered_ += text.size();
  const bool is_ours = is_ping || text == "pong" || text.starts_with(R"({"type":"pong")") ||
                       text.starts_with(R"({"type":"subscribe")");
  if (is_ours) return;
  ++step_.frames_of_messages;
  note_order(text);
}

// Numbered messages (World::send_numbered) reach the wire with their numbers rising: none twice,
// none before an earlier one.
void Books::note_order(std::string_view frame) {
  const auto at = frame.find(numbered_data);
  if (at == std::string_view::npos) return;
  double number = 0;
  for (const char digit : frame.substr(at + numbered_data.size())) {
    if (digit < '0' || digit > '9') break;
    number = number * 10 + (digit - '0');
  }
  if (number <= last_number_) complain(Invariant::order, "a message overtook another on the wire");
  last_number_ = number;
}

void Books::note_request(const RequestToken& output) {
  if (pending_) complain(Invariant::nothing_late, "two token requests count at a time");
  if (output.request.value <= last_request_)
    complain(Invariant::nothing_late, "a token request id was used again");
  last_request_ = output.request.value;
  pending_ = output.request;
  asked_at_ = step_.now.monotonic;
  if (!live_) {
    last_dial_ = step_.now.monotonic;
    note_dial_begun();
  }
}

void Books::note_abandon(const AbandonToken& output) {
  const bool known = pending_ == output.request || tokens_.count(output.request) != 0;
  if (!known)
    complain(Invariant::nothing_late,
             "a token request was abandoned that is neither pending nor unused");
  if (pending_ == output.request) pending_.reset();
  tokens_.erase(output.request);
}

void Books::note_settle(const Settle& output) {
  if (output.outcome == SendOutcome::sent) {
    ++sent_;
    if (output.message.value <= last_sent_) {
      complain(Invariant::order, "a message was sent after a later one");
    }
    last_sent_ = output.message.value;
    if (step_.frames_of_messages == 0) {
      complain(Invariant::order, "a message counts as sent and no frame was");
    } else {
      --step_.frames_of_messages;
    }
  }
  if (const auto taken = unsettled_.find(output.message); taken != unsettled_.end()) {
    if (output.outcome == SendOutcome::sent && taken->second.identity != identities_) {
      complain(Invariant::no_stray_event, "a message of an older identity was sent");
    }
    unsettled_.erase(taken);
    return;
  }
  // A message handed over at once is settled before send() has told its id.
  const bool early = step_.input == Input::send && output.message.value > last_message_ &&
                     settled_early_.insert(output.message).second;
  if (!early) complain(Invariant::order, "a message was settled twice or never taken");
}

void Books::note_identity_changed() {
  if (!unsettled_.empty()) {
    complain(Invariant::no_stray_event, "a message of the older identity outlives it");
  }
  ++identities_;
  owes_identity_change_ = false;
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
  if (!live_ || live_->socket != socket) return;
  live_->open = true;
  live_->opened_at = step_.now.monotonic;
}

void Books::note_closed(SocketId socket, std::uint16_t code, std::string_view reason) {
  if (!live_ || live_->socket != socket) return;
  step_.proven = is_proven();
  live_.reset();
  // Whether a message went out lately is the machine's to know; either verdict may follow.
  const CloseAction lately = judge_close(code, reason, true).action;
  if (lately == CloseAction::reauthenticate) {
    step_.by_policy = rejected_.has_value();
    rejected_ = offered_;
  } else {
    step_.by_policy = lately == CloseAction::stop;
  }
}

void Books::note_token(TokenRequestId request, const TokenResult& result) {
  if (pending_ != request) return;
  pending_.reset();
  if (result.kind == TokenResult::Kind::token) tokens_[request] = result.fingerprint;
  step_.by_sign_out = result.kind == TokenResult::Kind::absent;
  step_.by_policy = result.kind == TokenResult::Kind::invalid ||
                    (result.kind == TokenResult::Kind::token && rejected_ == result.fingerprint);
}

void Books::note_identity(const Identity& identity) {
  step_.new_identity = identity_ != std::optional<Identity>{identity};
  step_.by_sign_out = !identity.has_value();
  if (!step_.new_identity) return;
  owes_identity_change_ = true;
  if (status_.phase == Phase::paused) {
    paused_from_ = identity ? std::nullopt : std::optional<Phase>{Phase::idle};
  }
  identity_ = identity;
  link_identity_.reset();
}

// As the application starts, and told to nobody.
void Books::note_adopted(const Identity& identity, const Connection& connection) {
  identity_ = identity;
  status_ = connection.status();
  ended_status_ = status_;
}

// Tenant and user of a `connected`: another one than the last is a new identity.
void Books::note_connected(const Connected& connected) {
  if (connected.tenant_id.empty() && connected.user_id.empty()) return;
  std::string identity = connected.tenant_id + "\n" + connected.user_id;
  if (link_identity_ && *link_identity_ != identity) owes_identity_change_ = true;
  link_identity_ = std::move(identity);
}

void Books::note_send(const SendResult& result, Duration ttl) {
  if (!result.message) return;
  if (result.message.value <= last_message_) {
    complain(Invariant::order, "a message id was used again");
  }
  last_message_ = result.message.value;
  unsettled_[result.message] = {step_.now.monotonic + ttl, identities_};
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
  if (!ours && verdict != FrameVerdict{})
    complain(Invariant::nothing_late, "a frame of a socket that is not ours counted");
  if (verdict.action == FrameVerdict::Action::need_whole) {
    if (frame.complete)
      complain(Invariant::status_agrees, "the whole of a whole frame was asked for");
    awaits_whole_ = true;
    return;
  }
  awaits_whole_ = false;
  if (ours) ++live_->frames;
  if (verdict.action != FrameVerdict::Action::deliver) return;
  if (!wants(connection.current_type()))
    complain(Invariant::no_stray_event, "an event was delivered that nobody wants");
  if (owes_identity_change_) {
    complain(Invariant::no_stray_event, "an event of another identity came before the change");
  }
  const bool plain = frame.head.find('\\') == std::string_view::npos;
  if (plain && frame.head.find(connection.current_type()) == std::string_view::npos) {
    complain(Invariant::no_stray_event, "an event was delivered under another's name");
  }
  if (connection.status().phase != Phase::ready)
    complain(Invariant::no_stray_event, "an event was delivered while not usable");
}

}  // namespace keepline::sim
