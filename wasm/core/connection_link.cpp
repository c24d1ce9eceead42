// What a link says: its opening, its frames, its close.
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "event_decode.hpp"
#include "redact.hpp"

namespace keepline {
namespace {

constexpr Duration recent_message = seconds(1);  // a "too big" so soon after one is about it
constexpr Duration going_away_patience = seconds(30);
constexpr double renewal_share = 0.8;
// A server that says its tokens live no time at all must not be answered without end.
constexpr Duration renewal_pause = seconds(1);

// Ping ids are ours: a counter. Anything else is somebody else's.
std::uint32_t ping_number(std::string_view id) {
  std::uint32_t number = 0;
  for (const char digit : id) {
    if (digit < '0' || digit > '9' || number > 400000000U) return UINT32_MAX;
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return number;
}

ErrorKind retry_kind(std::uint16_t code) {
  const bool by_server = code != 1005 && code != 1006 && code != 1015;
  return by_server ? ErrorKind::closed_by_server : ErrorKind::network;
}

}  // namespace

// ---- opening

void Connection::handle_socket_opened(const Instant& now, SocketId socket,
                                      std::string_view protocol, bool protocol_is_token) {
  if (!link_ || link_->socket != socket || link_->open) return;
  observe(now);
  link_->open = true;
  link_->opened_at = now.monotonic;
  unopened_dials_ = 0;
  unopened_refresh_used_ = false;
  if (protocol_is_token && !std::exchange(echo_told_, true)) {
    log(LogLevel::warn,
        "token_echoed: the server selected the token as the subprotocol, so proxies see it in the "
        "response too; let it select keepline.v1");
  } else {
    log(LogLevel::debug,
        "open, subprotocol " + (protocol_is_token ? "[redacted]" : safe_text(protocol)));
  }
  if (options_.require_connected) return;  // only `connected` counts; the connect timeout runs on
  disarm(Timer::connect);
  if (options_.hello_timeout > Duration{0}) {
    arm(Timer::hello, now.monotonic + options_.hello_timeout);
  } else {
    become_usable(now, "open");
  }
}

void Connection::become_usable(const Instant& now, std::string_view cause) {
  if (link_->usable) return;
  link_->usable = true;
  was_usable_ = true;
  timeouts_in_row_ = 0;
  link_->usable_at = now.monotonic;
  disarm(Timer::connect);
  disarm(Timer::hello);
  heartbeat_.start(now.monotonic);
  arm(Timer::proof, now.monotonic + proof_with_frames);
  metrics_.time_to_usable = (now.monotonic - link_->dialled_at).count();
  dial_took_ = (options_.require_connected ? now.monotonic : link_->opened_at) - link_->dialled_at;
  if (episode_ == Episode::first) episode_ = Episode::again;
  error_.reset();
  uncounted_ = false;
  enter(now, Phase::ready, Trigger::link_usable, cause);
  if (lost_at_) {
    emit(Reconnected{elapsed(*lost_at_, now), std::exchange(identity_changed_, false)});
  }
  identity_changed_ = false;
  announce(now);
  flush(now);
}

// ---- frames

FrameVerdict Connection::handle_frame(const Instant& now, SocketId socket, const Frame& frame) {
  if (!link_ || link_->socket != socket || !link_->open) return {};
  if (is_quiet(now)) {
    last_seen_ = now;
  } else {
    observe(now);
  }
  last_delivered_.reset();
  if (frame.total_bytes > options_.max_message_bytes) {
    note_malformed(Malformed::too_large, frame.head, frame.total_bytes);
    count_frame(now);
    return {};
  }
  if (const BareText text = bare_text(frame.head, frame.complete); text != BareText::none) {
    return handle_bare(now, text);
  }
  EnvelopeScratch scratch;
  const Scan scan = scan_envelope(frame.head, frame.complete, options_.names, scratch);
  switch (scan.result) {
    case ScanResult::need_more:
      return {FrameVerdict::Action::need_whole, {}};
    case ScanResult::malformed:
      note_malformed(scan.why, frame.head, frame.total_bytes);
      count_frame(now);
      return {};
    case ScanResult::found:
      break;
  }
  if (is_control(scan.envelope.type)) return handle_control(now, frame, scan.envelope);
  return handle_event(now, frame, scan.envelope);
}

// Any frame is proof of life, and the first makes the link usable.
void Connection::count_frame(const Instant& now) {
  ++metrics_.received;
  metrics_.last_message_at = to_ms(now.wall);
  ++link_->frames;
  heartbeat_.frame_arrived();
  if (quiet_until_) return;  // is_quiet(), or handle_frame() would have ended it
  if (!link_->usable && !options_.require_connected) become_usable(now, "first frame");
  prove_if_due(now);
  run_due(now);
  expect_quiet();
}

void Connection::prove_if_due(const Instant& now) {
  if (!link_->usable || link_->proven) return;
  // Sums, as the timers are armed: a difference may round to just under.
  const bool by_frames =
      now.monotonic >= link_->usable_at + proof_with_frames && link_->frames >= proof_frames;
  if (!by_frames && now.monotonic < link_->usable_at + proof_by_time) return;
  link_->proven = true;
  disarm(Timer::proof);
  attempt_ = 0;
  rejected_ = false;
  rejected_fingerprint_.reset();
  if (episode_ == Episode::exhausted) episode_ = Episode::again;
  log(LogLevel::debug, "proven: attempts count from zero");
  publish(now);
}

FrameVerdict Connection::handle_bare(const Instant& now, BareText text) {
  quiet_until_.reset();
  if (text == BareText::pong) {
    handle_pong(now, {});
  } else {
    log(LogLevel::debug, "ping from the server, answered in kind");
    send_control(now, "pong");
  }
  count_frame(now);
  return {};
}

void Connection::handle_pong(const Instant& now, std::string_view id) {
  const std::uint32_t number = id.empty() ? 0 : ping_number(id);
  if (heartbeat_.pong_arrived(now.monotonic, number, round_trips_)) {
    log(LogLevel::debug, "pong");
  }
}

// Reserved only where the server sent `connected`; `pong` always is.
bool Connection::is_control(std::string_view type) const {
  if (type == "pong" || type == "connected") return true;
  if (!link_->speaks) return false;
  constexpr std::string_view reserved[] = {"ping",       "subscribe", "auth",   "authed",
                                           "going_away", "error",     "resume", "resumed",
                                           "gap",        "position",  "ack"};
  return std::find(std::begin(reserved), std::end(reserved), type) != std::end(reserved);
}

FrameVerdict Connection::handle_control(const Instant& now, const Frame& frame,
                                        const Envelope& envelope) {
  if (!frame.complete) return {FrameVerdict::Action::need_whole, {}};
  quiet_until_.reset();
  // Control is never parsed by the host: here is where it must prove to be JSON.
  EnvelopeScratch scratch;
  if (const Scan whole = scan_whole(frame.head, options_.names, scratch);
      whole.result != ScanResult::found) {
    note_malformed(whole.why, frame.head, frame.total_bytes);
    count_frame(now);
    return {};
  }
  const std::string_view type = envelope.type;
  if (type == "connected") {
    if (const auto connected = decode_connected(frame.head, options_.names)) {
      handle_connected(now, *connected);
    } else {
      become_usable(now, "connected");
    }
    return handle_event(now, frame, envelope);
  }
  if (type == "pong") {
    handle_pong(now, envelope.id(scratch));
  } else if (type == "ping") {
    log(LogLevel::debug, "ping from the server, answered in kind");
    send_control(now, frame_text("pong", envelope.id(scratch), now, {}));
  } else if (type == "going_away") {
    const auto hint = decode_going_away(frame.head, options_.names);
    if (hint) hint_ = hint;
    const Duration patience = hint ? hint->retry_after + hint->spread : Duration{0};
    arm(Timer::going_away, now.monotonic + patience + going_away_patience);
    log(LogLevel::info, "the server is going away");
  } else if (type == "authed") {
    if (const auto lifetime = decode_authed(frame.head, options_.names)) {
      plan_renewal(now, *lifetime);
    }
  } else if (type == "error") {
    if (const auto error = decode_server_error(frame.head, options_.names)) {
      log(LogLevel::warn, std::string{"the server reports "}
                              .append(safe_text(error->code))
                              .append(": ")
                              .append(safe_text(error->message)));
    }
  }
  count_frame(now);
  return {};
}

void Connection::handle_connected(const Instant& now, const Connected& connected) {
  link_->speaks = true;
  link_->can_subscribe = connected.can_subscribe;
  link_->can_reauth = connected.can_reauth;
  LinkIdentity identity{connected.tenant_id, connected.user_id};
  if (!identity.tenant.empty() || !identity.user.empty()) {
    if (link_identity_ && *link_identity_ != identity) drop_identity(now);
    link_identity_ = std::move(identity);
  }
  const bool was_usable = link_->usable;
  become_usable(now, "connected");
  heartbeat_.owe_answers();
  if (connected.heartbeat) heartbeat_.set_interval(now.monotonic, *connected.heartbeat);
  if (connected.token_expires_in) plan_renewal(now, *connected.token_expires_in);
  if (was_usable) announce(now);
}

void Connection::plan_renewal(const Instant& now, Duration lifetime) {
  if (!link_->can_reauth || !options_.has_token_provider) return;
  link_->token_since = now;
  link_->token_lifetime = lifetime;
  link_->renew_after = std::max(lifetime * renewal_share, renewal_pause);
}

FrameVerdict Connection::handle_event(const Instant& now, const Frame& frame,
                                      const Envelope& envelope) {
  // Before `connected`, where that alone counts, nobody knows whose event this is.
  if ((options_.require_connected && !link_->usable) || !routes_.wants(envelope.type)) {
    ++metrics_.dropped;
    count_frame(now);
    return {};
  }
  if (can_judge() && options_.validate != Validate::off) {
    if (!frame.complete) return {FrameVerdict::Action::need_whole, {}};
    if (!judge(frame, envelope.type)) {
      count_frame(now);
      return {};
    }
  }
  const TypeId type = routes_.intern(envelope.type);
  routes_.count(type, 1);
  ++metrics_.delivered;
  last_delivered_ = type;
  if (!type) unnamed_type_ = envelope.type;
  const SocketId socket = link_->socket;
  count_frame(now);
  // What the frame set off may have ended the link: nothing of an ended link is delivered.
  if (!link_ || link_->socket != socket) {
    undo_delivery();
    ++metrics_.dropped;
    return {};
  }
  return {FrameVerdict::Action::deliver, type};
}

// False where the frame must not be delivered.
bool Connection::judge(const Frame& frame, std::string_view type) {
  const Judgement judgement = judge_frame(frame.head, options_.names);
  switch (judgement.fit) {
    case Fit::valid:
      return true;
    case Fit::malformed:
      note_malformed(judgement.why, frame.head, frame.total_bytes);
      return false;
    case Fit::invalid:
      break;
  }
  ++metrics_.invalid;
  std::string text = safe_text(type);
  text.append(": ")
      .append(safe_text(judgement.path))
      .append(", expected ")
      .append(judgement.expected);
  if (invalid_samples_.size() < malformed_samples_max) invalid_samples_.push_back(text);
  log(LogLevel::warn, text.insert(0, "payload does not fit, "));
  return options_.validate == Validate::report;
}

void Connection::undo_delivery() {
  routes_.count(*std::exchange(last_delivered_, std::nullopt), -1);
  --metrics_.delivered;
}

void Connection::handle_frame_refused(const Instant& now, SocketId socket, const Refusal& refusal) {
  if (!link_ || link_->socket != socket) return;
  observe(now);
  note_malformed(refusal.why, refusal.head, refusal.total_bytes);
  if (last_delivered_) {
    undo_delivery();
  } else {
    count_frame(now);  // the whole that was asked for could not be had
  }
}

void Connection::note_malformed(Malformed why, std::string_view head, std::size_t total_bytes) {
  ++metrics_.malformed;
  if (samples_.size() >= malformed_samples_max) return;
  std::string sample{to_string(why)};
  sample.append(": ").append(sketch_frame(head, total_bytes));
  log(LogLevel::info, std::string{"malformed frame, "}.append(sample));
  samples_.push_back(std::move(sample));
}

// ---- what the socket says of itself

void Connection::handle_send_capacity(const Instant& now, SocketId socket,
                                      std::size_t buffered_bytes) {
  if (!link_ || link_->socket != socket) return;
  observe(now);
  link_->buffered = buffered_bytes;
  flush(now);
}

void Connection::handle_socket_closed(const Instant& now, SocketId socket, const CloseInfo& info) {
  if (!link_ || link_->socket != socket) return;
  observe(now);
  prove_if_due(now);
  if (!link_->open) ++unopened_dials_;
  timeouts_in_row_ = 0;
  const bool sent_lately = now.monotonic - last_message_ <= recent_message;
  if (info.unsent) link_->buffered = *info.unsent;
  forget_link(now);
  if (info.blocked) {
    refuse(now, Trigger::link_refused, ErrorKind::endpoint_blocked);
    return;
  }
  const CloseVerdict verdict = judge_close(info.code, info.reason, sent_lately);
  const std::string detail = safe_text(info.reason);
  switch (verdict.action) {
    case CloseAction::retry:
      if (verdict.hint) hint_ = verdict.hint;
      schedule_retry(now, Trigger::link_lost, retry_kind(info.code), info.code, detail);
      return;
    case CloseAction::reauthenticate:
      reject_link(now, info.code, detail);
      return;
    case CloseAction::stop:
      refuse(now, Trigger::link_refused, verdict.error.value_or(ErrorKind::closed_by_server),
             info.code, detail);
      return;
  }
}

void Connection::handle_dial_blocked(const Instant& now) {
  observe(now);
  const bool dialling = phase_ == Phase::dialling && !link_->open;
  const bool between =
      phase_ == Phase::waiting || phase_ == Phase::suspended || phase_ == Phase::authenticating;
  if (!dialling && !(between && unopened_dials_ > 0)) return;
  refuse(now, Trigger::link_refused, ErrorKind::endpoint_blocked);
}

}  // namespace keepline
