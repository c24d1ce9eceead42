// What time and the page's life do to the machine: deadlines, sleep, signals, pauses.
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr Duration sleep_noticed = seconds(2);
constexpr Duration signals_are_one = seconds(1);
constexpr Duration signal_dial_pause = seconds(5);
constexpr Duration signal_spread = milliseconds(250);

}  // namespace

void Connection::arm(Timer timer, HostClock::time_point when) { at(timer) = when; }

void Connection::disarm(Timer timer) { at(timer) = never; }

bool Connection::take_due(Timer timer, const Instant& now) {
  if (now.monotonic < at(timer)) return false;
  disarm(timer);
  return true;
}

// By each of the clocks: most of what is due is due by the monotonic one alone.
Instant Connection::first_deadline() const {
  Instant first = outbox_.next_expiry();
  first.monotonic = std::min(first.monotonic, heartbeat_.deadline());
  for (const auto when : timers_) first.monotonic = std::min(first.monotonic, when);
  if (link_ && link_->token_since) {
    first = earlier(first, *link_->token_since + link_->renew_after);
  }
  return first;
}

std::optional<Instant> Connection::next_deadline() const {
  const HostClock::time_point first = (quiet_until_ ? *quiet_until_ : first_deadline()).monotonic;
  if (first == never) return std::nullopt;
  const Instant seen = last_seen_.value_or(Instant{});
  return seen + (first - seen.monotonic);
}

// Every call passes here first. Two signs of a sleep: the wall clock ran ahead of the monotonic
// one, or a deadline is handled long after it was due. Either is worth one probe, and nothing more.
void Connection::observe(const Instant& now) {
  quiet_until_.reset();
  if (!last_seen_) {
    last_seen_ = now;
    status_.since = now.wall;
    return;
  }
  const Duration jumped = (now.wall - last_seen_->wall) - (now.monotonic - last_seen_->monotonic);
  const Duration late = now.monotonic - first_deadline().monotonic;
  last_seen_ = now;
  if (jumped > sleep_noticed || late > sleep_noticed) {
    metrics_.slept = std::max(jumped, late).count();
    log(LogLevel::debug, "woke up");
    heartbeat_.woke(jumped > sleep_noticed);
    if (phase_ == Phase::ready) heartbeat_.request_probe(now.monotonic);
  }
  // A wait runs on the monotonic clock: its end, as people read it, moves with the wall clock.
  if (next_retry_at_ && (jumped > sleep_noticed || jumped < -sleep_noticed)) {
    next_retry_at_ = now.wall + (at(Timer::retry) - now.monotonic);
    publish(now);
  }
}

// Whether a frame that comes now finds nothing due and no sign of a sleep: then it is counted, and
// that is all. Thousands of frames a second pass between two deadlines, and looking for the first
// deadline costs more than reading a frame does.
bool Connection::is_quiet(const Instant& now) const {
  return quiet_until_ && now.monotonic < quiet_until_->monotonic && now.wall < quiet_until_->wall &&
         (now.wall - last_seen_->wall) - (now.monotonic - last_seen_->monotonic) <= sleep_noticed;
}

// After a frame on a usable link. Every other call passes observe(), which ends the quiet, and
// control messages end it themselves.
void Connection::expect_quiet() {
  if (!link_ || !link_->usable) return;
  const Instant until = first_deadline();
  // From there on any frame may be the proof.
  if (!link_->proven && until.monotonic > link_->usable_at + proof_with_frames) return;
  quiet_until_ = until;
}

void Connection::handle_deadline(const Instant& now) {
  observe(now);
  run_due(now);
}

// In the order in which one may make the next pointless.
void Connection::run_due(const Instant& now) {
  if (take_due(Timer::token, now)) {
    emit(AbandonToken{std::exchange(token_request_, {})});
    schedule_retry(now, Trigger::token_failed, ErrorKind::token_unavailable, 0,
                   "getToken did not settle in time");
  }
  if (take_due(Timer::renewal_token, now)) {
    emit(AbandonToken{std::exchange(renewal_request_, {})});
    log(LogLevel::warn, "renewal: getToken did not settle in time");
    postpone_renewal(now);
  }
  if (take_due(Timer::connect, now)) {
    ++timeouts_in_row_;
    if (!link_->open) ++unopened_dials_;
    let_go(now, "connect timeout");
    schedule_retry(now, Trigger::deadline, ErrorKind::connect_timeout);
  }
  if (take_due(Timer::hello, now)) become_usable(now, "open, no first frame");
  if (take_due(Timer::going_away, now)) {
    let_go(now, "going away");
    schedule_retry(now, Trigger::deadline, ErrorKind::closed_by_server, 0, "going away");
  }
  run_heartbeat(now);
  renew_if_due(now);
  if (take_due(Timer::proof, now)) {
    arm(Timer::proof, link_->usable_at + proof_by_time);
    prove_if_due(now);
  }
  if (take_due(Timer::retry, now)) {
    begin_dial(now, Trigger::deadline, phase_ == Phase::suspended ? "slow probe" : "retry");
  }
  if (take_due(Timer::announce, now)) announce(now);
  if (take_due(Timer::capacity, now) && link_) emit(MeasureSendCapacity{link_->socket});
  settle_all(now, outbox_.expire(now), SendOutcome::expired);
}

void Connection::renew_if_due(const Instant& now) {
  if (!link_ || !link_->token_since) return;
  const Instant renew_at = *link_->token_since + link_->renew_after;
  if (now.monotonic >= renew_at.monotonic || now.wall >= renew_at.wall) request_renewal(now, true);
}

void Connection::run_heartbeat(const Instant& now) {
  for (;;) {
    switch (heartbeat_.due(now.monotonic, round_trips_)) {
      case Beat::nothing:
        return;
      case Beat::ping:
        send_ping(now);
        break;
      case Beat::unanswered:
        if (!std::exchange(silence_told_, true)) {
          log(LogLevel::warn,
              "the server answers no pings, so a silent link cannot be told from a dead one; "
              "let it answer {\"type\":\"ping\"} with pong, or set heartbeat.format to 'text' or "
              "'off'");
        }
        break;
      case Beat::dead:
        replace_dead_link(now);
        return;
    }
  }
}

void Connection::send_ping(const Instant& now) {
  const std::uint32_t id = heartbeat_.pinged(now.monotonic, round_trips_);
  log(LogLevel::debug, "ping");
  const bool text = options_.heartbeat.format == HeartbeatFormat::text;
  if (text) {
    emit_frame(now, "ping");
    return;
  }
  std::string number;
  append_decimal(number, id);
  emit_frame(now, frame_text("ping", number, now, {}));
}

void Connection::replace_dead_link(const Instant& now) {
  let_go(now, "heartbeat timeout");
  // At once, unless the server asked for a pause or the link never proved itself after exhaustion.
  if (episode_ == Episode::exhausted || hint_) {
    schedule_retry(now, Trigger::link_silent, ErrorKind::heartbeat_timeout);
    return;
  }
  count_retry(ErrorKind::heartbeat_timeout, 0, {});
  begin_dial(now, Trigger::link_silent, "no answer to a ping");
}

// ---- page life

void Connection::handle_page_signal(const Instant& now, PageSignal signal) {
  observe(now);
  switch (signal) {
    case PageSignal::offline:
      // A hint, often wrong on VPNs and local networks: ask the link itself.
      probe(now);
      break;
    case PageSignal::hidden:
      break;  // an agent must still hear of new_call
    case PageSignal::page_hidden:
    case PageSignal::frozen:
      pause(now, signal);
      break;
    case PageSignal::online:
    case PageSignal::visible:
    case PageSignal::page_shown:
    case PageSignal::resumed:
      if (phase_ == Phase::paused) {
        if (signal != PageSignal::online) resume(now, signal);
      } else if (now.monotonic - last_signal_ >= signals_are_one) {
        last_signal_ = now.monotonic;
        wake_up(now, signal);
      }
      break;
  }
  run_due(now);
}

void Connection::probe(const Instant& now) {
  if (phase_ != Phase::ready) return;
  heartbeat_.request_probe(now.monotonic);
  run_heartbeat(now);
}

void Connection::pause(const Instant& now, PageSignal signal) {
  if (phase_ == Phase::paused) return;
  const Phase from = phase_;
  stop_everything(now);
  paused_from_ = from;
  enter(now, Phase::paused, Trigger::page_left, to_string(signal));
}

void Connection::resume(const Instant& now, PageSignal signal) {
  const Phase from = *std::exchange(paused_from_, std::nullopt);
  last_signal_ = now.monotonic;
  if (from == Phase::idle || from == Phase::closed || from == Phase::refused) {
    enter(now, from, Trigger::page_back, to_string(signal));
    return;
  }
  if (episode_ == Episode::exhausted) revive();
  uncounted_ = true;
  last_signal_dial_ = now.monotonic;
  begin_dial(now, Trigger::page_back, to_string(signal));
}

// The network or the person is back: look at once, but not more often than a herd can bear.
void Connection::wake_up(const Instant& now, PageSignal signal) {
  if (phase_ == Phase::ready) {
    probe(now);
    return;
  }
  if (episode_ == Episode::exhausted &&
      (phase_ == Phase::authenticating || phase_ == Phase::dialling)) {
    revive();
    uncounted_ = true;
    publish(now);
    return;
  }
  const bool asks = phase_ == Phase::idle && signed_out_ && options_.has_token_provider &&
                    identity_ != std::optional<Identity>{Identity{}};
  const bool dials = (phase_ == Phase::waiting || phase_ == Phase::suspended) && !hinted_wait_;
  if (!asks && !dials) return;
  if (now.monotonic - last_signal_dial_ < signal_dial_pause) return;
  last_signal_dial_ = now.monotonic;
  if (asks) {
    begin_dial(now, Trigger::page_signal, to_string(signal));
    return;
  }
  // Signals come in bursts; not even they dial twice within a second.
  const Duration since_dial = now.monotonic - last_dial_;
  const Duration spread =
      std::max(random_.between(Duration{0}, signal_spread), dial_pause - since_dial);
  if (episode_ == Episode::exhausted) revive();
  if (phase_ == Phase::suspended) {
    uncounted_ = true;
    wait(now, Trigger::page_signal, spread, to_string(signal));
    return;
  }
  if (now.monotonic + spread < at(Timer::retry)) {
    uncounted_ = true;
    arm(Timer::retry, now.monotonic + spread);
    next_retry_at_ = now.wall + spread;
  }
  publish(now);  // a revived story is told even where its wait stays as it was
}

}  // namespace keepline
