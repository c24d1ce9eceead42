// The books on waits and dials: how long may be waited for what, that the end of a wait is a dial,
// and what page signals and wakes owe: a dial, soon, and not too often.
#include <algorithm>
#include <cmath>
#include <utility>

#include "backoff.hpp"
#include "books.hpp"

namespace keepline::sim {
namespace {

// Wall-clock times of this century keep a quarter of a microsecond in a double; delays are judged
// through them.
constexpr Duration grain = milliseconds(0.01);
// Between two times on the wall clock that mean the same moment: what is left is the rounding of a
// double of this century.
constexpr Duration retold = milliseconds(0.002);
constexpr Duration between_dials = seconds(1);
constexpr Duration between_signal_dials = seconds(5);
constexpr Duration spread_of_signals = milliseconds(250);
constexpr Duration rejection_spread_most = seconds(1);

bool within(Duration value, Duration from, Duration to) {
  return value >= from - grain && value <= to + grain;
}

bool waits_in(Phase phase) { return phase == Phase::waiting || phase == Phase::suspended; }

bool is_command(Input input) {
  return input == Input::connect || input == Input::reconnect || input == Input::set_identity ||
         input == Input::token_changed;
}

}  // namespace

bool Books::signal_wakes() const {
  const auto signal = step_.signal;
  return signal == PageSignal::online || signal == PageSignal::visible ||
         signal == PageSignal::page_shown || signal == PageSignal::resumed;
}

// Whether this step looks anew at what keeps a dial waiting.
bool Books::wakes() const { return step_.woke || step_.pending_wake || signal_wakes(); }

// ---- waits

// A wait begins, or its end is another now.
void Books::note_wait(const Status& before, const Connection& connection) {
  if (!waits_in(status_.phase)) return;
  const bool entered = before.phase != status_.phase;
  if (!entered && status_.next_retry_at == before.next_retry_at) return;
  Wait wait;
  if (status_.next_retry_at) {
    wait.until = step_.now.monotonic + (*status_.next_retry_at - step_.now.wall);
  }
  // The same end of the same wait, told anew because the wall clock moved.
  if (!entered && wait_ && wait_->until && wait.until &&
      std::abs((*wait.until - *wait_->until).count()) <= retold.count()) {
    return;
  }
  wait.cause = cause_of_wait(before);
  check_wait(wait, before, connection);
  if (wait.cause == Cause::failure && step_.let_go && !step_.let_go->open) {
    ended_unopened_at_ = step_.now.monotonic;
    ++refresh_.unopened;
  }
  wait_ = wait;
  step_.told_wait = true;
}

Books::Cause Books::cause_of_wait(const Status& before) const {
  if (step_.rejection != Verdict::none) return Cause::rejection;
  if (step_.input == Input::reconnect) return Cause::command;
  if (step_.phase == Phase::paused) {
    return away_ && away_->owes_rest() ? Cause::server : Cause::signal;
  }
  if (wakes() && (waits_in(step_.phase) || step_.phase == Phase::idle)) return Cause::signal;
  // A dial that was begun before a sleep did not fail: it counts for nothing.
  const bool slept = step_.woke || step_.pending_wake;
  const bool answered = step_.input == Input::token || step_.input == Input::closed;
  const bool opening =
      step_.phase == Phase::authenticating || (step_.phase == Phase::dialling && !step_.was_open);
  if (slept && opening && !answered && status_.phase == Phase::waiting &&
      status_.attempt <= before.attempt) {
    return Cause::signal;
  }
  return step_.hint ? Cause::server : Cause::failure;
}

void Books::check_wait(const Wait& wait, const Status& before, const Connection& connection) {
  if (!wait.until) return;  // books_status.cpp judges whether it may have none
  const Duration delay = *wait.until - step_.now.monotonic;
  switch (wait.cause) {
    case Cause::rejection:
      if (!within(delay, Duration{0}, rejection_spread_most))
        complain(Invariant::delay_window, "a dial with a new token later than 1 s");
      return;
    case Cause::command:
      if (!within(delay, Duration{0}, between_dials))
        complain(Invariant::delay_window, "reconnect() waits longer than 1 s");
      return;
    case Cause::signal:
      if (step_.wait && step_.wait->is_servers())
        complain(Invariant::delay_window, "a page signal shortened the server's wish");
      if (before.phase == status_.phase && wait_ && wait_->until && *wait.until > *wait_->until)
        complain(Invariant::delay_window, "a page signal lengthened a wait");
      check_signal_wait(*wait.until);
      return;
    case Cause::server:
      if (step_.phase == Phase::paused) {
        check_rest(*wait.until);
        return;
      }
      [[fallthrough]];
    case Cause::failure:
      check_failure_wait(delay, connection);
      return;
  }
}

// A delay is drawn from the window that its cause gives it.
void Books::check_failure_wait(Duration delay, const Connection& connection) {
  const BackoffOptions& backoff = connection.options().backoff;
  DelayWindow window;
  if (status_.phase == Phase::suspended) {
    window = probe_window(backoff.slow_probe);
    if (step_.hint) {
      window.min = std::max(window.min, step_.hint->retry_after);
      window.max = std::max(
          window.max, std::max(step_.hint->retry_after, backoff.initial) + step_.hint->spread);
    }
  } else {
    const auto own = backoff_window(backoff, status_.attempt);
    if (!own) {
      complain(Invariant::delay_window, "a wait past the last attempt");
      return;
    }
    window = *own;
    if (step_.hint) {
      window = hinted_window(*own, *step_.hint);
    } else if (status_.error && status_.error->kind == ErrorKind::connect_timeout) {
      window =
          remaining_window(*own, *backoff_window(backoff, 1), step_.now.monotonic - dialled_at_);
    }
  }
  if (!within(delay, window.min, window.max)) {
    complain(Invariant::delay_window, "a delay of " + std::to_string(delay.count()) +
                                          " ms outside [" + std::to_string(window.min.count()) +
                                          ", " + std::to_string(window.max.count()) + "]");
  }
}

// As soon as it may be, and not sooner.
void Books::check_signal_wait(Time until) {
  if (until > signal_dial_latest() + grain)
    complain(Invariant::delay_window, "a page signal's dial is put off for longer than it must");
  if (until < signal_dial_earliest() - grain)
    complain(Invariant::signals_throttled, "a page signal's dial follows another too soon");
}

// Back from the cache, where a server had asked for time: the rest of that.
void Books::check_rest(Time until) {
  if (away_->hint) {
    const RetryHint& hint = *away_->hint;
    const Duration most = std::max(hint.retry_after, seconds(30)) + hint.spread;
    if (!within(until - away_->left_at, hint.retry_after, most))
      complain(Invariant::delay_window, "the announced pause did not outlive the cache");
  } else if (!within(until - *away_->rest_until, Duration{0}, Duration{0})) {
    complain(Invariant::delay_window, "the server's wait did not outlive the cache");
  }
}

// ---- dials

Books::Time Books::signal_dial_latest() const {
  Time at = step_.now.monotonic;
  if (last_dial_) at = std::max(at, *last_dial_ + between_dials);
  if (last_signal_dial_) at = std::max(at, *last_signal_dial_ + between_signal_dials);
  return at + spread_of_signals;
}

Books::Time Books::signal_dial_earliest() const {
  Time at = step_.now.monotonic;
  if (dial_began_) at = std::max(at, *dial_began_ + between_dials);
  if (last_signal_dial_) at = std::max(at, *last_signal_dial_ + between_signal_dials);
  return at;
}

void Books::note_dial_begun() {
  // Of page signals: those that found the machine at rest, and those that a wait was cut short for.
  const bool rests = step_.phase == Phase::idle ||
                     (step_.phase == Phase::paused && !(away_ && away_->owes_rest()));
  const bool in_time = !wait_ || (wait_->until && step_.now.monotonic >= *wait_->until - grain);
  const bool hastened = !in_time && wakes() && !wait_->is_servers();
  const bool commanded = is_command(step_.input);
  const bool signalled =
      wait_ ? wait_->cause == Cause::signal || hastened : rests && step_.signal.has_value();
  const bool by_signal = signalled && !commanded;
  if (!in_time && !hastened && !commanded)
    complain(Invariant::delay_window, "a dial began before the end of its wait");
  if (by_signal) check_signal_dial(step_.signed_out);
  former_signal_dial_ = last_signal_dial_;
  former_dial_ = dial_began_;
  if (by_signal) last_signal_dial_ = step_.now.monotonic;
  dial_began_ = step_.now.monotonic;
  pending_by_signal_ = by_signal;
  promised_dial_.reset();
  wait_.reset();
  signed_out_ = false;
  step_.dialled = true;
}

void Books::check_signal_dial(bool asks_from_idle) {
  if (step_.now.monotonic < signal_dial_earliest() - grain) {
    complain(Invariant::signals_throttled, "page signals and wakes caused two dials within 5 s");
  }
  if (!asks_from_idle) return;
  if (last_signal_ask_ && step_.now.monotonic < *last_signal_ask_ + between_dials - grain) {
    complain(Invariant::signals_throttled, "signals asked for the token twice within a second");
  }
  last_signal_ask_ = step_.now.monotonic;
}

// Signals of one burst find out once whether somebody has signed in.
void Books::check_burst() {
  const Phase phase = away_ ? away_->phase : step_.phase;
  const bool asks = step_.dialled || step_.told_wait;
  if (phase != Phase::idle || !step_.signed_out || !signal_wakes() || !asks) return;
  if (last_asking_signal_ && step_.now.monotonic < *last_asking_signal_ + between_dials - grain) {
    complain(Invariant::signals_throttled, "a burst of signals asked for the token twice");
  }
  last_asking_signal_ = step_.now.monotonic;
}

// ---- what holds after every step

// The end of a wait is noticed, and is a dial.
void Books::check_retry_pending(const Connection& connection) {
  if (!waits_in(status_.phase)) {
    wait_.reset();
    return;
  }
  // The same moment as before, for another reason: no status tells of that.
  if (step_.input == Input::reconnect && wait_ && !is_nobody()) wait_->cause = Cause::command;
  const auto deadline = connection.next_deadline();
  if (wait_ && wait_->until && (!deadline || deadline->monotonic > *wait_->until + grain)) {
    complain(Invariant::retry_pending, "a wait whose end nobody will notice");
  }
  if (step_.input == Input::deadline && wait_ && wait_->until &&
      step_.now.monotonic >= *wait_->until + grain) {
    complain(Invariant::retry_pending, "a wait is over and nobody dialled");
  }
}

// After a page signal or a wake nothing waits longer than it must: what waits without the server's
// wish ends soon, and a dial from before the sleep is begun anew.
void Books::check_debt(const Connection& connection) {
  const bool of_wait = waits_in(step_.phase) && !(step_.wait && step_.wait->is_servers());
  const bool opening =
      step_.phase == Phase::authenticating || (step_.phase == Phase::dialling && !step_.was_open);
  const bool untouched =
      step_.input != Input::opened && step_.input != Input::closed && step_.input != Input::token;
  if (of_wait && (step_.woke || signal_wakes())) debt_ = Debt{false, !signal_wakes(), false};
  if (opening && untouched && step_.woke) debt_ = Debt{true, true, false};
  if (debt_ && debt_->of_dial && !untouched) debt_.reset();
  if (debt_ && settles_debt()) debt_.reset();
  if (debt_) {
    const auto deadline = connection.next_deadline();
    const bool looks_soon = deadline && deadline->monotonic <= step_.now.monotonic + grain;
    const bool looked = debt_->looked || step_.input == Input::deadline;
    if (!debt_->by_wake || looked || !looks_soon) {
      complain(Invariant::signal_answered, debt_->of_dial
                                               ? "a dial from before the sleep goes on"
                                               : "a wait outlasts a page signal or a wake");
      debt_.reset();
    }
  }
  const bool handled = step_.input == Input::deadline || step_.input == Input::signal;
  pending_wake_ = (pending_wake_ || step_.woke) && !handled && !step_.dialled && !step_.opens;
}

bool Books::settles_debt() const {
  if (step_.dialled) return true;
  switch (status_.phase) {
    case Phase::waiting:
    case Phase::suspended:
      return wait_ && (wait_->is_servers() ||
                       (wait_->until && *wait_->until <= signal_dial_latest() + grain));
    case Phase::authenticating:
      return false;
    case Phase::dialling:
      return live_ && live_->open;
    case Phase::ready:
    case Phase::idle:
    case Phase::paused:
    case Phase::refused:
    case Phase::closed:
      return true;
  }
  return true;
}

}  // namespace keepline::sim
