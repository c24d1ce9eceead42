#include "books.hpp"

#include <algorithm>

#include "close_policy.hpp"

namespace keepline::sim {
namespace {

constexpr std::size_t problems_max = 20;
constexpr std::size_t socket_full_bytes = 64 * 1024;
constexpr Duration sleep_noticed = seconds(2);
constexpr Duration sent_lately = seconds(1);
constexpr std::size_t close_reason_max_bytes = 123;
constexpr Duration blocked_told_within = seconds(1);
// How World::send_numbered begins a message's data.
constexpr std::string_view numbered_data = R"("data":{"n":)";

// What a browser's close() takes (WHATWG WebSockets); anything else makes it throw.
bool may_close_with(std::uint16_t code) { return code == 1000 || (code >= 3000 && code <= 4999); }

}  // namespace

std::string_view to_string(Input input) {
  constexpr std::string_view names[] = {
      "connect",     "disconnect", "reconnect", "setIdentity", "tokenChanged",  "subscribe",
      "unsubscribe", "send",       "opened",    "frame",       "frame refused", "capacity",
      "closed",      "blocked",    "token",     "signal",      "deadline"};
  return names[static_cast<std::size_t>(input)];
}

Books::Books(const Connection& connection)
    : asks_address_(connection.options().has_url_provider),
      has_endpoint_(asks_address_ || !connection.status().endpoint.empty()),
      hidden_most_(connection.options().hidden.close_after),
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
  step_.phase = status_.phase;
  step_.last_socket = SocketId{last_socket_};
  step_.wait = wait_;
  step_.was_open = live_ && live_->open;
  step_.exhausted = exhausted_;
  step_.signed_out = signed_out_;
  step_.pending_wake = pending_wake_;
  if (live_) step_.hint = live_->hint;
  if (seen_) {
    const Duration jumped = (now.wall - seen_->wall) - (now.monotonic - seen_->monotonic);
    step_.woke = jumped > sleep_noticed;
    step_.set_back = jumped < -sleep_noticed;
  }
  if (debt_ && (input == Input::deadline || input == Input::signal)) debt_->looked = true;
  note_sight();
  // To what rests because nobody sees it, connect() is what reconnect() is.
  const bool rests = away_ && away_->hidden && !away_->was_stopped();
  if (input == Input::connect && rests) step_.input = Input::reconnect;
  begin_by_command();
}

// ---- outputs

void Books::note(const Output& output, const Connection& connection) {
  ++step_.outputs;
  if (std::holds_alternative<OpenSocket>(output)) stream_.note_link();
  stream_.note(output, step_.now, step_.input == Input::frame);
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
  check_nobody("a socket was opened for nobody");
  if (live_) complain(Invariant::one_socket, "a second socket was opened beside a live one");
  if (output.socket.value <= last_socket_)
    complain(Invariant::one_socket, "a socket id was used again");
  const bool asks = asks_address_ || connection.options().has_token_provider;
  if (asks) {
    use_token(output.token, "a dial offers a token that nobody gave");
  } else if (output.token) {
    complain(Invariant::nothing_late, "a cookie session offers a token");
  }
  last_socket_ = output.socket.value;
  step_.opens = true;
  live_ = Live{output.socket, step_.now.monotonic};
  dialled_at_ = step_.now.monotonic;
  ended_unopened_at_.reset();
  dropped_unopened_ = false;
  offered_.reset();
  ++dials_;
  awaits_whole_ = false;
  buffered_ = 0;
  last_dial_ = step_.now.monotonic;
  // With a provider the request was where this dial began.
  if (!asks) note_dial_begun();
}

void Books::note_close_socket(const CloseSocket& output) {
  if (!live_ || live_->socket != output.socket)
    complain(Invariant::one_socket, "a socket that is not live was closed");
  if (!may_close_with(output.code))
    complain(Invariant::bounds, "a close code that a page may not use");
  if (output.reason.size() > close_reason_max_bytes)
    complain(Invariant::bounds, "a close reason over 123 bytes");
  if (!live_) return;
  note_link_end();
  dropped_unopened_ = !live_->open;
  step_.let_go = live_;
  live_.reset();
}

// What a link has proven is judged as it ends, if nobody looked before.
void Books::note_link_end() {
  step_.proven = is_proven();
  if (!step_.proven) return;
  rejected_.reset();
  exhausted_ = false;
}

bool Books::is_proven() const {
  if (!live_ || !live_->usable) return false;
  const bool arrives = step_.input == Input::frame || step_.input == Input::frame_refused;
  // The frame that is being handled counts, and is noted only afterwards.
  const std::uint64_t frames = live_->frames + (arrives ? 1 : 0);
  return (step_.now.monotonic >= live_->usable_at + proof_with_frames && frames >= proof_frames) ||
         step_.now.monotonic >= live_->usable_at + proof_by_time;
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
  if (!is_ping && buffered_ > 0 && buffered_ + text.size() > socket_full_bytes) {
    complain(Invariant::bounds, "more than 64 KiB wait in the socket");
  }
  buffered_ += text.size();
  if (is_ping) {
    step_.pinged = true;
    if (!live_->pinged_at) live_->pinged_at = step_.now.monotonic;
    live_->ever_pinged = true;
    return;
  }
  const bool is_ours = text == "pong" || text.starts_with(R"({"type":"pong")") ||
                       text.starts_with(R"({"type":"subscribe")") ||
                       text.starts_with(R"({"type":"resume")");
  if (is_ours) return;
  check_owner("a message left before the greeting that this server owes", connection);
  live_->last_message_at = step_.now.monotonic;
  if (text.starts_with(R"({"type":"ask")")) {
    if (asked_.insert(output.text).second) ++sent_;
    return;
  }
  ++step_.frames_of_messages;
  note_order(text);
}

// Numbered messages (World::send_numbered) reach the wire with their numbers rising: none twice,
// none before an earlier one, none of somebody who has gone.
void Books::note_order(std::string_view frame) {
  const auto at = frame.find(numbered_data);
  if (at == std::string_view::npos) return;
  double number = 0;
  for (const char digit : frame.substr(at + numbered_data.size())) {
    if (digit < '0' || digit > '9') break;
    number = number * 10 + (digit - '0');
  }
  if (number <= last_number_) complain(Invariant::order, "a message overtook another on the wire");
  if (number <= foreign_until_) {
    complain(Invariant::own_link, "what one person queued left on another's link");
  }
  last_number_ = number;
}

void Books::note_settle(const Settle& output) {
  step_.settled = true;
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

// ---- what the outside did

void Books::note_opened(SocketId socket, bool may_greet) {
  if (!live_ || live_->socket != socket) return;
  live_->open = true;
  live_->may_greet = may_greet;
  live_->opened_at = step_.now.monotonic;
  refresh_.unopened = 0;
  refresh_.had = false;
}

void Books::note_closed(SocketId socket, std::uint16_t code, std::string_view reason,
                        const Connection& connection) {
  if (!live_ || live_->socket != socket) return;
  note_link_end();
  const auto last_message = live_->last_message_at;
  const bool lately = last_message && step_.now.monotonic - *last_message <= sent_lately;
  if (!live_->open) {
    ended_unopened_at_ = step_.now.monotonic;
    ++refresh_.unopened;
  }
  live_.reset();
  const CloseVerdict verdict = judge_close(code, reason, lately);
  if (verdict.hint) step_.hint = verdict.hint;
  const bool unmendable =
      code == thrown_code && (reason == "SecurityError" || reason == "NS_ERROR_CONTENT_BLOCKED" ||
                              reason == "SyntaxError");
  step_.must_refuse = verdict.action == CloseAction::stop || unmendable;
  if (verdict.action != CloseAction::reauthenticate) return;
  step_.must_refuse = rejected_.has_value();
  step_.rejection = rejected_ ? Verdict::last : step_.proven ? Verdict::expired : Verdict::first;
  rejected_ = Rejected{};
  if (!connection.options().has_token_provider) return;
  rejected_->fingerprint = accepted_;
  refresh_.after_rejection = step_.rejection != Verdict::last;
}

void Books::note_going_away(const std::optional<RetryHint>& hint) {
  if (live_ && hint) live_->hint = step_.hint = hint;
}

Books::Belief Books::belief_in_blocked(SocketId dial) const {
  if (dial.value != last_socket_ || dial.value == 0) return Belief::none;
  if (live_) return live_->open ? Belief::none : Belief::sure;
  if (dropped_unopened_ && !ended_unopened_at_) return Belief::unsure;
  const Phase phase = status_.phase;
  const bool goes_on =
      phase == Phase::waiting || phase == Phase::suspended || phase == Phase::authenticating;
  const bool soon =
      ended_unopened_at_ && step_.now.monotonic - *ended_unopened_at_ <= blocked_told_within;
  return goes_on && soon ? Belief::sure : Belief::none;
}

// Somebody acted since: whether the last dial still counts is the machine's affair.
void Books::forget_unopened() {
  dropped_unopened_ = dropped_unopened_ || ended_unopened_at_;
  ended_unopened_at_.reset();
}

void Books::note_blocked() { step_.must_refuse = true; }

void Books::note_send(const SendResult& result, Duration ttl) {
  if (!result.message) return;
  if (result.message.value <= last_message_) {
    complain(Invariant::order, "a message id was used again");
  }
  last_message_ = result.message.value;
  unsettled_[result.message] = {step_.now.monotonic + ttl, identities_};
}

void Books::note_capacity(std::size_t bytes) {
  if (live_ && bytes > 0 && bytes < buffered_) live_->bytes_left_at = step_.now.monotonic;
  buffered_ = bytes;
}

bool Books::wants(std::string_view type) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](std::string_view pattern) {
    if (pattern.back() != '*') return pattern == type;
    pattern.remove_suffix(1);
    return type.starts_with(pattern);
  });
}

// A frame whose whole could not be had is a frame all the same; a delivered one was counted.
void Books::note_refused(SocketId socket) {
  if (live_ && live_->socket == socket && awaits_whole_) {
    ++live_->frames;
    live_->pinged_at.reset();
  }
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
  if (ours) {
    stream_.note_wishes(wants("new_call"));
    const bool delivered = verdict.action == FrameVerdict::Action::deliver;
    if (frame.complete) stream_.note_frame(frame.head, delivered, step_.now);
    ++live_->frames;
    // A ping that this frame set off is younger than it.
    if (!step_.pinged) live_->pinged_at.reset();
  }
  if (verdict.action != FrameVerdict::Action::deliver) return;
  if (!wants(connection.current_type()))
    complain(Invariant::no_stray_event, "an event was delivered that nobody wants");
  if (owes_identity_change_) {
    complain(Invariant::no_stray_event, "an event of another identity came before the change");
  }
  check_owner("an event was delivered before the greeting that this server owes", connection);
  const bool plain = frame.head.find('\\') == std::string_view::npos;
  if (plain && frame.head.find(connection.current_type()) == std::string_view::npos) {
    complain(Invariant::no_stray_event, "an event was delivered under another's name");
  }
  if (connection.status().phase != Phase::ready)
    complain(Invariant::no_stray_event, "an event was delivered while not usable");
}

}  // namespace keepline::sim
