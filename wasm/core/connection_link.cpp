// How a link lives: its opening, its stages, its proof, its close.
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace keepline {
namespace {

// Browsers tell of a violated policy in the task of the dial's end or in one right behind it.
constexpr Duration blocked_told_within = seconds(1);

// Of a close that is tried again. Planned restarts are no faults, and read like none.
ErrorKind retry_kind(std::uint16_t code, bool announced) {
  if (announced || code == 1012 || code == 1013) return ErrorKind::restarting;
  const bool by_server = code != 1005 && code != 1006 && code != 1015;
  return by_server ? ErrorKind::closed_by_server : ErrorKind::network;
}

// JSON of any kind, cut short or not. A word in brackets may begin a sentence: "[planned] new
// disks".
bool is_for_machines(std::string_view reason) {
  const std::size_t start = reason.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return false;
  const char first = reason[start];
  const char second = start + 1 < reason.size() ? reason[start + 1] : first;
  return first == '{' || first == '"' || (first == '[' && !is_letter(second));
}

// What developers are shown of a close's reason: what is written for machines says nothing to them.
std::string shown_reason(std::string_view reason) {
  return is_for_machines(reason) ? std::string{} : safe_text(reason);
}

}  // namespace

// ---- opening

void Connection::handle_socket_opened(const Instant& now, SocketId socket,
                                      std::string_view protocol, bool protocol_is_token,
                                      bool offered_own) {
  if (!link_ || link_->socket != socket || link_->is_open()) return;
  const Input input(*this, now);
  link_->stage = Stage::opened;
  link_->opened_at = now.monotonic;
  story_.opened();
  if (protocol_is_token && log_rate_.is_first(LogTopic::token_echo, now)) {
    log(LogLevel::warn,
        "token_echoed: the server selected the token as the subprotocol, so proxies see it in the "
        "response too; let it select keepline.v1");
  } else {
    log(LogLevel::debug, std::string{"open, subprotocol "}.append(
                             protocol_is_token ? "[redacted]" : safe_text(protocol)));
  }
  if (owes_greeting()) return;  // only `connected` counts; the connect timeout runs on
  link_->at(LinkTimer::connect) = never;
  // A server that speaks the protocol may still be looking at the token, and ends a link on which
  // anything is said before its greeting, on the tenth link as on the first. Who was not offered
  // the protocol or needs no token is not waited for.
  link_->may_greet = offered_own && options_.has_token_provider;
  if (link_->may_greet && options_.hello_timeout > Duration{0}) {
    link_->at(LinkTimer::greeting) = now.monotonic + options_.hello_timeout;
  } else {
    go_live(now, "open");
    run_due(now);
  }
}

// Passes the stages that nothing holds it in: shown as connected, subscriptions told, the queue
// sent.
void Connection::go_live(const Instant& now, std::string_view cause) {
  if (link_->is_live()) return;
  link_->stage = Stage::live;
  link_->live_at = now.monotonic;
  link_->at(LinkTimer::connect) = never;
  link_->at(LinkTimer::greeting) = never;
  link_->at(LinkTimer::proof) = now.monotonic + proof_with_frames;
  std::optional<HostClock::time_point> first_ping;
  if (link_->frames == 0 && !link_->features) {
    // Nobody but the queue speaks while a token may still be looked at.
    first_ping = link_->may_greet ? std::max(now.monotonic, link_->opened_at + silent_ping_pause)
                                  : now.monotonic;
    link_->at(LinkTimer::first_frame) = *first_ping + options_.heartbeat.timeout;
  }
  link_->heartbeat.start(now.monotonic, first_ping, path_);
  if (link_->slept) link_->heartbeat.request_probe(now.monotonic);
  path_.dial_took = (owes_greeting() ? now.monotonic : link_->opened_at) - link_->dialled_at;
  metrics_.time_to_usable = (now.monotonic - link_->dialled_at).count();
  story_.usable();
  error_.reset();
  enter(now, Phase::ready, Trigger::link_usable, cause);
  announce(now);
  if (!follows()) tell_reconnected(now, Missed::unknown);
  flush(now);
}

// Any frame is proof of life. The first makes the link live, unless only `connected` does.
void Connection::count_frame(const Instant& now) {
  ++metrics_.received;
  metrics_.last_message_at = to_ms(now.wall);
  ++link_->frames;
  link_->heartbeat.frame_arrived();
  if (link_->quiet_until) return;
  link_->at(LinkTimer::first_frame) = never;
  if (std::exchange(link_->unproven, false)) publish(now);
  if (!link_->is_live() && !owes_greeting()) go_live(now, "first frame");
  prove_if_due(now);
  run_due(now);
  expect_quiet();
}

void Connection::prove_if_due(const Instant& now) {
  if (link_->stage != Stage::live) return;
  // Sums, as the timers are armed: a difference may round to just under.
  const bool by_frames =
      now.monotonic >= link_->live_at + proof_with_frames && link_->frames >= proof_frames;
  if (!by_frames && now.monotonic < link_->live_at + proof_by_time) return;
  link_->stage = Stage::proven;
  link_->at(LinkTimer::proof) = never;
  story_.proven();
  log(LogLevel::debug, "proven: attempts count from zero");
  publish(now);
}

// At once, unless the server asked for a pause or the link never proved itself after exhaustion.
void Connection::replace_dead_link(const Instant& now) {
  const Failure failure{Trigger::link_silent, ErrorKind::heartbeat_timeout, 0, {}, link_->hint};
  let_go(now, "heartbeat timeout");
  if (story_.exhausted || failure.hint) {
    fail(now, failure);
    return;
  }
  note_failure(failure);
  begin_dial(now, Trigger::link_silent, "no answer to a ping");
}

// ---- what the socket says of itself

void Connection::handle_send_capacity(const Instant& now, SocketId socket,
                                      std::size_t buffered_bytes) {
  if (!link_ || link_->socket != socket) return;
  const Input input(*this, now);
  const std::size_t left = link_->window.measured(buffered_bytes);
  link_->heartbeat.bytes_left(now.monotonic, left, buffered_bytes > 0);
  flush(now);
}

void Connection::handle_socket_closed(const Instant& now, SocketId socket, const CloseInfo& info) {
  if (!link_ || link_->socket != socket) return;
  const Input input(*this, now);
  if (info.unsent) link_->window.measured(*info.unsent);
  prove_if_due(now);
  const Stage stage = link_->stage;
  const bool announced = link_->at(LinkTimer::leaving) != never;
  const bool sent_lately = link_->window.sent_message_lately(now);
  const auto hint = link_->hint;
  const auto token = link_->renewal.accepted();
  end_link(now);
  if (stage == Stage::opening) story_.dial_unopened(now.monotonic);
  story_.timeouts_in_row = 0;
  const std::string detail = shown_reason(info.reason);
  Failure failure{Trigger::link_refused, ErrorKind::network, info.code, detail, hint};
  if (info.code == thrown_code) {
    fail_by_exception(now, failure);
    return;
  }
  const CloseVerdict verdict = judge_close(info.code, info.reason, sent_lately);
  switch (verdict.action) {
    case CloseAction::retry:
      failure.trigger = Trigger::link_lost;
      failure.kind = retry_kind(info.code, announced);
      if (verdict.hint) failure.hint = verdict.hint;
      fail(now, failure);
      return;
    case CloseAction::reauthenticate:
      failure.kind = stage == Stage::proven ? ErrorKind::token_expired : ErrorKind::auth_rejected;
      reject_link(now, failure, token);
      return;
    case CloseAction::stop:
      failure.kind = verdict.error.value_or(ErrorKind::closed_by_server);
      refuse(now, failure);
      return;
  }
}

// Browsers throw a SecurityError where the page's policy forbids the dial (mixed content, a blocked
// port), Firefox an exception of its own for `connect-src`, and all a SyntaxError for an address or
// a subprotocol: only the page's author can mend these. Everything else may pass.
void Connection::fail_by_exception(const Instant& now, Failure failure) {
  failure.code = 0;
  const bool by_policy =
      failure.detail == "SecurityError" || failure.detail == "NS_ERROR_CONTENT_BLOCKED";
  if (by_policy || failure.detail == "SyntaxError") {
    failure.kind = by_policy ? ErrorKind::endpoint_blocked : ErrorKind::endpoint_invalid;
    refuse(now, failure);
    return;
  }
  if (log_rate_.is_first(LogTopic::thrown, now)) {
    log(LogLevel::warn, std::string{"new WebSocket() threw: "}.append(failure.detail));
  }
  failure.trigger = Trigger::link_lost;
  fail(now, failure);
}

void Connection::handle_dial_blocked(const Instant& now, SocketId socket) {
  const bool opening = link_ && link_->socket == socket && !link_->is_open();
  const bool between = !link_ && socket == SocketId{last_.socket} &&
                       now.monotonic - story_.last_unopened <= blocked_told_within;
  const bool goes_on =
      phase_ == Phase::waiting || phase_ == Phase::suspended || phase_ == Phase::authenticating;
  if (!opening && !(between && goes_on)) return;
  const Input input(*this, now);
  refuse(now, {Trigger::link_refused, ErrorKind::endpoint_blocked});
}

}  // namespace keepline
