// The books' second half: what a status may say, and that no phase is a trap.
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
  if (status == status_) complain("a status was told that changes nothing");
  check_shape(status, connection);
  check_attempt(status);
  check_error(status);
  const bool entered_ready = status.phase == Phase::ready && status_.phase != Phase::ready;
  const bool new_wait = status.next_retry_at && status.next_retry_at != status_.next_retry_at;
  const Status before = std::exchange(status_, status);
  if (entered_ready && live_) {
    live_->usable = true;
    live_->usable_at = now_.monotonic;
  }
  if (new_wait) check_delay(before, connection);
}

// A delay is drawn from the window that its cause gives it.
void Books::check_delay(const Status& before, const Connection& connection) {
  const BackoffOptions& backoff = connection.options().backoff;
  const Duration delay = *status_.next_retry_at - now_.wall;
  const auto retry = now_.monotonic + delay;
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
    if (!within(delay, least, most)) complain("a slow probe outside its window");
    return;
  }
  const Trigger trigger = connection.transition_records().back().trigger;
  const bool by_signal = input_ == Input::signal;
  if (by_signal && (before.phase == Phase::waiting || before.phase == Phase::suspended)) {
    if (!within(delay, Duration{0}, seconds(1))) complain("a page signal's dial later than 1 s");
    if (hint_) complain("a page signal shortened the server's wish");
    if (last_signal_dial_ && now_.monotonic - *last_signal_dial_ < signal_dial_pause) {
      complain("page signals caused two dials within 5 s");
    }
    last_signal_dial_ = now_.monotonic;
    return;
  }
  if (trigger == Trigger::link_rejected) hint_.reset();
  if (trigger == Trigger::link_rejected || trigger == Trigger::command_reconnect) {
    if (!within(delay, Duration{0}, seconds(1))) complain("a dial later than 1 s");
    return;
  }
  const auto own = backoff_window(backoff, status_.attempt);
  if (!own) {
    complain("a wait past the last attempt");
    return;
  }
  const DelayWindow window = hint_ ? hinted_window(*own, *hint_) : *own;
  if (!within(delay, window.min, window.max)) {
    complain("a delay of " + std::to_string(delay.count()) + " ms outside [" +
             std::to_string(window.min.count()) + ", " + std::to_string(window.max.count()) + "]");
  }
}

bool Books::is_proven() const {
  if (!live_ || !live_->usable) return false;
  const bool arrives = input_ == Input::frame || input_ == Input::frame_refused;
  // The frame that is being handled counts, and is noted only afterwards.
  const std::uint64_t frames = live_->frames + (arrives ? 1 : 0);
  return (now_.monotonic >= live_->usable_at + proof_with_frames && frames >= proof_frames) ||
         now_.monotonic >= live_->usable_at + proof_by_time;
}

// The counter goes back only on proof, or where a new story begins.
void Books::check_attempt(const Status& status) {
  if (status.attempt < 0 || status.attempt > std::max(status.max_attempts, 0)) {
    complain("the attempt counter left its bounds");
  }
  if (status.attempt > status_.attempt + 1) complain("the attempt counter skipped a wait");
  if (status.attempt >= status_.attempt) return;
  const bool new_story = is_command(input_) || status.phase == Phase::refused ||
                         status.phase == Phase::idle || input_ == Input::signal;
  if (!new_story && !is_proven() && live_) {
    complain("the attempt counter went back without proof");
  }
}

void Books::check_error(const Status& status) {
  if (status.phase == Phase::ready && status_.phase != Phase::ready && status.error) {
    complain("an error outlives the next usable link");
  }
  if (status_.error && !status.error && status.phase != Phase::ready) {
    complain("an error was forgotten before the next usable link");
  }
  if (status.error && status.error->kind == ErrorKind::exhausted && !status.error->cause) {
    complain("exhausted without a cause");
  }
}

void Books::check_shape(const Status& status, const Connection& connection) {
  const bool waits =
      status.phase == Phase::waiting ||
      (status.phase == Phase::suspended && connection.options().backoff.slow_probe > Duration{0});
  if (waits != status.next_retry_at.has_value()) complain("nextRetryAt does not fit the phase");
  if (status.can_retry != can_retry(status.phase)) complain("canRetry does not fit the phase");
  if ((status.phase == Phase::ready) != (status.state == State::connected)) {
    complain("connected does not mean usable");
  }
  const bool told_why = status.reason != Reason::none;
  const bool disconnected = status.state == State::disconnected;
  if (told_why && !disconnected) complain("a reason without a disconnection");
  if (disconnected && !told_why && status.phase != Phase::idle) {
    complain("disconnected without a reason");
  }
  if (status.phase == Phase::refused && !status.error) complain("refused without an error");
}

// Each phase is left by a deadline or by somebody who was asked: nothing waits for nobody.
void Books::check_way_out(const Connection& connection) {
  const bool has_deadline = connection.next_deadline().has_value();
  const bool has_probe = connection.options().backoff.slow_probe > Duration{0};
  bool alone = false;
  switch (connection.status().phase) {
    case Phase::authenticating:
      if (!pending_ || !has_deadline) complain("a token is waited for that nobody was asked for");
      if (live_) complain("a socket lives while a token is asked for");
      return;
    case Phase::dialling:
      if (!live_ || !has_deadline) complain("a dial without a socket or without a deadline");
      return;
    case Phase::ready:
      if (!live_ || !live_->open) complain("usable without an open socket");
      if (!has_deadline && connection.options().heartbeat.format != HeartbeatFormat::off) {
        complain("usable and never looked at again");
      }
      return;
    case Phase::waiting:
      if (!has_deadline) complain("waiting for no deadline");
      alone = true;
      break;
    case Phase::suspended:
      if (has_probe && !has_deadline) complain("suspended without its slow probe");
      alone = true;
      break;
    case Phase::idle:
    case Phase::paused:
    case Phase::refused:
    case Phase::closed:
      alone = true;
      break;
  }
  if (alone && live_) complain("a socket lives where none is wanted");
  if (alone && pending_) complain("a token is asked for where none is wanted");
}

void Books::end(const Connection& connection) {
  // The first clock reading dates the first snapshot, which nobody was told yet.
  if (!started_) {
    started_ = true;
    if (connection.status().state == status_.state) status_.since = connection.status().since;
  }
  if (connection.status() != status_) complain("status() and the last StatusChanged differ");
  check_way_out(connection);
  const Metrics metrics = connection.metrics(now_);
  const QueueOptions& queue = connection.options().queue;
  if (metrics.queued_messages > queue.max_messages || metrics.queued_bytes > queue.max_bytes) {
    complain("the queue is past its bounds");
  }
  for (const MessageId message : settled_early_) {
    if (unsettled_.erase(message) == 0) complain("a message was settled that send() did not take");
  }
  settled_early_.clear();
  if (unsettled_.size() != metrics.queued_messages) {
    complain("messages queued and messages unsettled differ");
  }
  if (!tokens_.empty()) complain("an answered token was neither used nor abandoned");
  if (input_ == Input::deadline) {
    const auto next = connection.next_deadline();
    if (next && next->monotonic < now_.monotonic) complain("a deadline in the past is left over");
    if (promised_dial_ && now_.monotonic >= *promised_dial_ &&
        connection.status().phase != Phase::refused) {
      complain("reconnect() did not dial within its second");
    }
  }
  if (connection.transition_records().size() > transition_records_max ||
      connection.malformed_samples().size() > malformed_samples_max ||
      connection.invalid_samples().size() > malformed_samples_max) {
    complain("a record is past its bound");
  }
}

}  // namespace keepline::sim
