// The books' second part: what a status may say.
#include <algorithm>
#include <utility>

#include "backoff.hpp"
#include "books.hpp"

namespace keepline::sim {
namespace {

// Wall-clock times of this century keep a quarter of a microsecond in a double; delays are judged
// through them.
constexpr Duration grain = milliseconds(0.01);
constexpr Duration signal_dial_pause = seconds(5);

bool within(Duration value, Duration from, Duration to) {
  return value >= from - grain && value <= to + grain;
}

bool is_command(Input input) {
  return input == Input::connect || input == Input::reconnect || input == Input::set_identity ||
         input == Input::token_changed;
}

}  // namespace

void Books::note_status(const Status& status, const Connection& connection) {
  if (status == status_)
    complain(Invariant::status_agrees, "a status was told that changes nothing");
  check_shape(status, connection);
  check_attempt(status);
  check_error(status);
  const bool entered_ready = status.phase == Phase::ready && status_.phase != Phase::ready;
  const bool new_wait = status.next_retry_at && status.next_retry_at != status_.next_retry_at;
  const Status before = std::exchange(status_, status);
  if (entered_ready && live_) {
    live_->usable = true;
    live_->usable_at = step_.now.monotonic;
  }
  if (new_wait) check_delay(before, connection);
}

// A delay is drawn from the window that its cause gives it.
void Books::check_delay(const Status& before, const Connection& connection) {
  const BackoffOptions& backoff = connection.options().backoff;
  const Duration delay = *status_.next_retry_at - step_.now.wall;
  const auto retry = step_.now.monotonic + delay;
  // The same end of the same wait, told anew because the wall clock moved.
  const bool same_wait =
      before.phase == status_.phase && retry_ && within(retry - *retry_, Duration{0}, Duration{0});
  retry_ = retry;
  if (same_wait) return;
  if (status_.phase == Phase::suspended) {
    const DelayWindow window = probe_window(backoff.slow_probe);
    const Duration most =
        hint_ ? std::max(window.max, hint_->retry_after + hint_->spread) : window.max;
    const Duration least = hint_ ? std::max(window.min, hint_->retry_after) : window.min;
    if (!within(delay, least, most))
      complain(Invariant::delay_window, "a slow probe outside its window");
    return;
  }
  const Trigger trigger = connection.transition_records().back().trigger;
  const bool by_signal = step_.input == Input::signal;
  if (by_signal && (before.phase == Phase::waiting || before.phase == Phase::suspended)) {
    if (!within(delay, Duration{0}, seconds(1)))
      complain(Invariant::delay_window, "a page signal's dial later than 1 s");
    if (hint_) complain(Invariant::delay_window, "a page signal shortened the server's wish");
    if (last_signal_dial_ && step_.now.monotonic - *last_signal_dial_ < signal_dial_pause) {
      complain(Invariant::delay_window, "page signals caused two dials within 5 s");
    }
    last_signal_dial_ = step_.now.monotonic;
    return;
  }
  if (trigger == Trigger::link_rejected) hint_.reset();
  if (trigger == Trigger::link_rejected || trigger == Trigger::command_reconnect) {
    if (!within(delay, Duration{0}, seconds(1)))
      complain(Invariant::delay_window, "a dial later than 1 s");
    return;
  }
  const auto own = backoff_window(backoff, status_.attempt);
  if (!own) {
    complain(Invariant::delay_window, "a wait past the last attempt");
    return;
  }
  const bool timed_out = status_.error && status_.error->kind == ErrorKind::connect_timeout;
  const DelayWindow left = timed_out ? remaining_window(*own, *backoff_window(backoff, 1),
                                                        step_.now.monotonic - dialled_at_)
                                     : *own;
  const DelayWindow window = hint_ ? hinted_window(*own, *hint_) : left;
  if (!within(delay, window.min, window.max)) {
    complain(Invariant::delay_window, "a delay of " + std::to_string(delay.count()) +
                                          " ms outside [" + std::to_string(window.min.count()) +
                                          ", " + std::to_string(window.max.count()) + "]");
  }
}

bool Books::is_proven() const {
  if (!live_ || !live_->usable) return false;
  const bool arrives = step_.input == Input::frame || step_.input == Input::frame_refused;
  // The frame that is being handled counts, and is noted only afterwards.
  const std::uint64_t frames = live_->frames + (arrives ? 1 : 0);
  return (step_.now.monotonic >= live_->usable_at + proof_with_frames && frames >= proof_frames) ||
         step_.now.monotonic >= live_->usable_at + proof_by_time;
}

// The counter goes back only on proof, or where a new story begins.
void Books::check_attempt(const Status& status) {
  if (status.attempt < 0 || status.attempt > std::max(status.max_attempts, 0)) {
    complain(Invariant::bounds, "the attempt counter left its bounds");
  }
  if (status.attempt > status_.attempt + 1) {
    complain(Invariant::attempt_by_proof, "the attempt counter skipped a wait");
  }
  if (status.attempt >= status_.attempt || step_.proven || is_proven()) return;
  // Signals revive only what had given up or was away.
  const bool revived = step_.input == Input::signal && status_.state == State::disconnected;
  const bool new_story = is_command(step_.input) || status.phase == Phase::refused ||
                         status.phase == Phase::idle || revived;
  if (!new_story) {
    complain(Invariant::attempt_by_proof, "the attempt counter went back without proof");
  }
}

void Books::check_error(const Status& status) {
  if (status.phase == Phase::ready && status_.phase != Phase::ready && status.error) {
    complain(Invariant::status_agrees, "an error outlives the next usable link");
  }
  if (status_.error && !status.error && status.phase != Phase::ready) {
    complain(Invariant::status_agrees, "an error was forgotten before the next usable link");
  }
  if (status.error && status.error->kind == ErrorKind::exhausted && !status.error->cause) {
    complain(Invariant::status_agrees, "exhausted without a cause");
  }
}

void Books::check_shape(const Status& status, const Connection& connection) {
  const bool waits =
      status.phase == Phase::waiting ||
      (status.phase == Phase::suspended && connection.options().backoff.slow_probe > Duration{0});
  if (waits != status.next_retry_at.has_value())
    complain(Invariant::status_agrees, "nextRetryAt does not fit the phase");
  if (status.can_retry != can_retry(status.phase))
    complain(Invariant::status_agrees, "canRetry does not fit the phase");
  if ((status.phase == Phase::ready) != (status.state == State::connected)) {
    complain(Invariant::status_agrees, "connected does not mean usable");
  }
  const bool told_why = status.reason != Reason::none;
  const bool disconnected = status.state == State::disconnected;
  if (told_why && !disconnected)
    complain(Invariant::status_agrees, "a reason without a disconnection");
  if (disconnected && !told_why && status.phase != Phase::idle) {
    complain(Invariant::status_agrees, "disconnected without a reason");
  }
  if (status.phase == Phase::refused && !status.error)
    complain(Invariant::status_agrees, "refused without an error");
}

}  // namespace keepline::sim
