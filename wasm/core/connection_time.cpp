// What time and the page's life do to the machine: clocks, sleep, deadlines, signals, pauses.
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr Duration sleep_noticed = seconds(2);

}  // namespace

// ---- clocks

// Every input passes here first. Two signs of a sleep: the wall clock ran ahead of the monotonic
// one, or a deadline is handled long after it was due.
void Connection::observe(const Instant& now) {
  if (link_) link_->quiet_until.reset();
  const auto seen = std::exchange(last_seen_, now);
  if (!seen) {
    status_.since = now.wall;
    return;
  }
  const Duration jumped = (now.wall - seen->wall) - (now.monotonic - seen->monotonic);
  const Duration late = now.monotonic - first_deadline().monotonic;
  if (jumped > sleep_noticed || late > sleep_noticed) {
    metrics_.slept = std::max(jumped, late).count();
    log(LogLevel::debug, "woke up");
    notice_sleep(now, jumped > sleep_noticed);
  }
  if (jumped > sleep_noticed || jumped < -sleep_noticed) follow_wall(now, jumped);
}

// A live link is probed, and nothing more: it may well have outlived the sleep. Where there is
// none, a sleep that the clocks tell of is as good as a page signal; a timer that was merely late
// has its deadline.
void Connection::notice_sleep(const Instant& now, bool by_clocks) {
  if (link_) link_->heartbeat.woke(by_clocks);
  if (link_ && link_->is_live()) {
    link_->heartbeat.request_probe(now.monotonic);
  } else if (link_ && link_->is_open()) {
    link_->slept = true;
  } else if (by_clocks && (link_ || ask_.pending() || wait_ || phase_ == Phase::suspended)) {
    page_.woke(now.monotonic);
  }
}

// Deadlines run on the monotonic clock; what people read of them moves with the other one. What is
// past moves only backwards: a sleep has really passed.
void Connection::follow_wall(const Instant& now, Duration jumped) {
  if (wait_) wait_->follow_wall(now);
  const Duration back = std::min(jumped, Duration{0});
  if (metrics_.last_message_at) *metrics_.last_message_at += back.count();
  publish(now, back);
}

Instant Connection::first_deadline() const {
  Instant first = outbox_.next_expiry();
  first.monotonic =
      std::min({first.monotonic, ask_.deadline(), page_.deadline(), wait_ ? wait_->until : never});
  return link_ ? earlier(first, link_->deadline()) : first;
}

// Whether a frame that comes now finds nothing due and no sign of a sleep: then it is counted, and
// that is all. Thousands come a second between two deadlines, and looking for the first of those
// costs more than reading a frame does.
bool Connection::is_quiet(const Instant& now) const {
  if (!link_->quiet_until) return false;
  const Instant& until = *link_->quiet_until;
  const Duration jumped = (now.wall - last_seen_->wall) - (now.monotonic - last_seen_->monotonic);
  return now.monotonic < until.monotonic && now.wall < until.wall && jumped <= sleep_noticed &&
         jumped >= -sleep_noticed;
}

// After a frame on a live link, until the first deadline, or until any frame may be the proof.
// Every other input ends the quiet as it begins, in observe().
void Connection::expect_quiet() {
  if (!link_ || !link_->is_live()) return;
  Instant until = first_deadline();
  if (link_->stage == Stage::live) {
    until.monotonic = std::min(until.monotonic, link_->live_at + proof_with_frames);
  }
  link_->quiet_until = until;
}

std::optional<Instant> Connection::next_deadline() const {
  const bool quiet = link_ && link_->quiet_until;
  const auto first = (quiet ? *link_->quiet_until : first_deadline()).monotonic;
  if (first == never) return std::nullopt;
  const Instant seen = last_seen_.value_or(Instant{});
  return seen + (first - seen.monotonic);
}

// ---- deadlines

void Connection::handle_deadline(const Instant& now) {
  const Input input(*this, now);
  run_due(now);
}

void Connection::run_due(const Instant& now) {
  rest_if_due(now);
  if (page_.take_wake(now)) wake_from_sleep(now);
  if (now.monotonic >= ask_.deadline()) {
    abandon(ask_.end());
    const bool by_token = options_.has_token_provider;
    fail(now, {Trigger::token_failed, by_token ? ErrorKind::token_unavailable : ErrorKind::network,
               0, "nothing came within tokenTimeoutMs"});
  }
  if (link_) run_link_due(now);
  if (wait_ && wait_->is_over(now)) {
    const Dial dial{wait_->why == WaitReason::signal, !wait_->counts()};
    begin_dial(now, Trigger::deadline, phase_ == Phase::suspended ? "slow probe" : "retry", dial);
  }
  settle_all(now, outbox_.expire(now), SendOutcome::expired);
}

// In the order in which one may make the next pointless.
void Connection::run_link_due(const Instant& now) {
  if (link_->take_due(LinkTimer::connect, now)) {
    const bool opened = link_->is_open();
    let_go(now, "connect timeout");
    ++story_.timeouts_in_row;
    if (!opened) story_.dial_unopened(now.monotonic);
    fail(now, {Trigger::deadline, ErrorKind::connect_timeout});
    return;
  }
  if (link_->take_due(LinkTimer::greeting, now)) go_live(now, "open, no first frame");
  if (link_->take_due(LinkTimer::leaving, now)) {
    const auto hint = link_->hint;
    let_go(now, "going away");
    fail(now, {Trigger::deadline, ErrorKind::restarting, 0, {}, hint});
    return;
  }
  if (link_->window.take_due(now)) emit(MeasureSendCapacity{link_->socket});
  run_heartbeat(now);
  if (!link_ || !link_->is_live()) return;
  if (link_->take_due(LinkTimer::verdict, now)) give_up_verdict(now);
  if (link_->take_due(LinkTimer::first_frame, now)) {
    link_->unproven = true;
    publish(now);
  }
  if (const TokenRequestId request = link_->renewal.take_due(now)) {
    abandon(request);
    log(LogLevel::warn, "renewal: getToken did not settle in time");
    link_->renewal.postpone(now);
  }
  if (link_->renewal.is_due(now)) request_renewal(now, true);
  if (link_->take_due(LinkTimer::proof, now)) {
    link_->at(LinkTimer::proof) = link_->live_at + proof_by_time;
    prove_if_due(now);
  }
  if (link_->announcer.take_due(now)) announce(now);
}

void Connection::run_heartbeat(const Instant& now) {
  while (link_) {
    switch (link_->heartbeat.due(now.monotonic, path_)) {
      case Beat::nothing:
        return;
      case Beat::ping:
        send_ping(now);
        break;
      case Beat::unanswered:
        if (log_rate_.is_first(LogTopic::silence, now)) {
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
  const std::uint32_t id = link_->heartbeat.pinged(now.monotonic, path_);
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

// ---- page life

void Connection::handle_page_signal(const Instant& now, PageSignal signal) {
  const Input input(*this, now);
  const bool shown = signal == PageSignal::visible || signal == PageSignal::page_shown;
  if (shown) {
    page_.shown();
  } else {
    rest_if_due(now);
  }
  switch (signal) {
    case PageSignal::offline:
      // A hint, often wrong on VPNs and local networks: ask the link itself.
      probe(now);
      break;
    case PageSignal::hidden:
      // An agent must still hear of new_call, unless the application says how long.
      page_.hidden(now.monotonic, options_.hidden.close_after);
      break;
    case PageSignal::page_hidden:
    case PageSignal::frozen:
      pause(now, signal);
      break;
    case PageSignal::online:
    case PageSignal::visible:
    case PageSignal::page_shown:
    case PageSignal::resumed:
      if (!away_) {
        wake_up(now, to_string(signal));
      } else if (shown || (signal == PageSignal::resumed && !away_->hidden)) {
        resume(now, signal);
      }
      break;
  }
  run_due(now);
}

void Connection::probe(const Instant& now) {
  if (!link_ || !link_->is_live()) return;
  link_->heartbeat.request_probe(now.monotonic);
  run_heartbeat(now);
}

void Connection::pause(const Instant& now, PageSignal signal) {
  if (away_) return;
  Away away{phase_, std::nullopt};
  if (wait_ && wait_->is_servers()) away.wait = wait_;
  if (link_ && link_->hint) {
    const RetryHint hint = *link_->hint;
    const Duration delay = random_.between(hint.retry_after, hint.retry_after + hint.spread);
    away = {Phase::waiting, Wait::till(now, now.monotonic + delay, WaitReason::server)};
  }
  stop_everything(now);
  away_ = away;
  enter(now, Phase::paused, Trigger::page_left, to_string(signal));
}

// Nobody has seen the page for as long as the application says: its link ends until somebody does.
void Connection::rest_if_due(const Instant& now) {
  if (!page_.take_leave(now)) return;
  if (phase_ == Phase::idle || phase_ == Phase::closed || phase_ == Phase::refused) return;
  pause(now, PageSignal::hidden);
  away_->hidden = true;
}

void Connection::resume(const Instant& now, PageSignal signal) {
  const std::string_view cause = to_string(signal);
  const Away away = *std::exchange(away_, std::nullopt);
  if (away.was_stopped()) {
    enter(now, away.from, Trigger::page_back, cause);
    if (away.from == Phase::idle) ask_again(now, cause);
    return;
  }
  page_.is_new_signal(now.monotonic);
  if (away.wait) {
    wait_ = away.wait;
    wait_->follow_wall(now);
    enter(now, away.from, Trigger::page_back, cause);
    return;
  }
  if (story_.exhausted) story_.revive();
  const auto at = page_.signal_dial_at(now.monotonic);
  if (at > now.monotonic) {
    start_wait(now, Trigger::page_back, at, WaitReason::signal, cause);
  } else {
    begin_dial(now, Trigger::page_back, cause, {.by_signal = true, .repeats_wait = true});
  }
}

// The network or the person is back: look at once, but not more often than a herd can bear.
void Connection::wake_up(const Instant& now, std::string_view cause) {
  switch (phase_) {
    case Phase::ready:
      if (page_.is_new_signal(now.monotonic)) probe(now);
      return;
    case Phase::waiting:
    case Phase::suspended:
      hasten(now, cause);
      return;
    case Phase::authenticating:
    case Phase::dialling:
      if (!story_.exhausted) return;
      story_.revive();
      story_.repeats_wait = true;
      publish(now);
      return;
    case Phase::idle:
      ask_again(now, cause);
      return;
    case Phase::paused:
    case Phase::refused:
    case Phase::closed:
      return;
  }
}

// What runs began before a sleep: a wait has been waited, a dial or a request may be dead and its
// timeout stood still.
void Connection::wake_from_sleep(const Instant& now) {
  constexpr std::string_view cause = "woke up";
  if (phase_ == Phase::waiting || phase_ == Phase::suspended) {
    hasten(now, cause);
    return;
  }
  const bool opening = link_ && !link_->is_open();
  if (!opening && !ask_.pending()) return;
  let_go(now, cause);
  abandon(ask_.end());
  if (story_.exhausted) story_.revive();
  start_wait(now, Trigger::page_signal, signal_dial_at(now), WaitReason::signal, cause);
}

HostClock::time_point Connection::signal_dial_at(const Instant& now) {
  return page_.signal_dial_at(now.monotonic + random_.between(Duration{0}, signal_spread));
}

void Connection::hasten(const Instant& now, std::string_view cause) {
  if (wait_ && wait_->is_servers()) return;
  const auto at = signal_dial_at(now);
  if (story_.exhausted) story_.revive();
  if (phase_ == Phase::suspended) {
    start_wait(now, Trigger::page_signal, at, WaitReason::signal, cause);
    return;
  }
  const bool hastened = wait_->why == WaitReason::signal;
  if (!hastened && at < wait_->until) wait_ = Wait::till(now, at, WaitReason::signal);
  publish(now);  // a revived story is told even where its wait stays as it was
}

// Whoever signed in elsewhere comes back to a page that was told that nobody is.
void Connection::ask_again(const Instant& now, std::string_view cause) {
  if (!story_.signed_out || is_nobody() || !options_.has_token_provider) return;
  if (!page_.is_new_signal(now.monotonic)) return;
  story_ = {};
  const auto at = page_.signal_dial_at(now.monotonic);
  if (at > now.monotonic) {
    start_wait(now, Trigger::page_signal, at, WaitReason::signal, cause);
  } else {
    begin_dial(now, Trigger::page_signal, cause, {.by_signal = true});
  }
}

// ---- what must be true together

bool Connection::holds_together() const {
  const bool asks = ask_.pending();
  const int grounds =
      int{asks} + int{link_.has_value()} + int{wait_.has_value()} + int{away_.has_value()};
  bool stands = false;
  switch (phase_) {
    case Phase::authenticating:
      stands = grounds == 1 && asks;
      break;
    case Phase::dialling:
      stands = grounds == 1 && link_ && !link_->is_live();
      break;
    case Phase::ready:
      stands = grounds == 1 && link_ && link_->is_live();
      break;
    case Phase::waiting:
      stands = grounds == 1 && wait_;
      break;
    case Phase::suspended:
      stands = grounds == int{wait_.has_value()} && story_.exhausted;
      break;
    case Phase::paused:
      stands = grounds == 1 && away_;
      break;
    case Phase::idle:
    case Phase::refused:
    case Phase::closed:
      stands = grounds == 0;
      break;
  }
  const Phase phase = phase_or_left();
  const bool nobody = phase == Phase::idle || phase == Phase::closed;
  const bool identity = (!is_nobody() || nobody) && (!story_.signed_out || phase == Phase::idle);
  const bool quiet_link = !link_ || ((!link_->unproven || link_->frames == 0) &&
                                     (!link_->renewal.asking() || link_->is_live()));
  const bool told =
      status_.phase == phase_ && status_.next_retry_at.has_value() == wait_.has_value();
  return stands && identity && quiet_link && told;
}

}  // namespace keepline
