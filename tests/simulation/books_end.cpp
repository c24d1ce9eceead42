// The books' third part: what holds after every step. No phase is a trap, nobody gives up without
// being told to, and nothing grows.
#include <algorithm>

#include "books.hpp"

namespace keepline::sim {
namespace {

// Sums of doubles round; a deadline may be this much late and still be the one that was promised.
constexpr Duration grain = milliseconds(0.01);
constexpr Duration dial_ceiling = seconds(30);        // of the connect timeout that grows
constexpr Duration heartbeat_ceiling = seconds(120);  // of the interval that a server asks for
// A step that says more than this has lost its way: the queue's worth of messages, and a little.
constexpr std::size_t outputs_beside_messages_max = 40;

}  // namespace

// Each phase is left by a deadline or by somebody who was asked: nothing waits for nobody.
void Books::check_way_out(const Connection& connection) {
  const Options& options = connection.options();
  const auto deadline = connection.next_deadline();
  const auto due_by = [&](HostClock::time_point latest) {
    return deadline && deadline->monotonic <= latest + grain;
  };
  bool alone = false;
  switch (connection.status().phase) {
    case Phase::authenticating:
      if (!pending_ || !due_by(asked_at_ + options.token_timeout)) {
        complain(Invariant::way_out, "a token is waited for without end");
      }
      if (live_) complain(Invariant::one_socket, "a socket lives while a token is asked for");
      return;
    case Phase::dialling:
      if (!live_ ||
          !due_by(std::max(live_->dialled_at + std::max(options.connect_timeout, dial_ceiling),
                           live_->opened_at + options.hello_timeout))) {
        complain(Invariant::way_out, "a dial without a socket or without an end");
      }
      return;
    case Phase::ready:
      if (!live_ || !live_->open) complain(Invariant::way_out, "usable without an open socket");
      if (options.heartbeat.format != HeartbeatFormat::off &&
          !due_by(step_.now.monotonic + std::max(options.heartbeat.interval, heartbeat_ceiling))) {
        complain(Invariant::way_out, "usable and never looked at again");
      }
      return;
    case Phase::waiting:
    case Phase::suspended:
    case Phase::idle:
    case Phase::paused:
    case Phase::refused:
    case Phase::closed:
      alone = true;
      break;
  }
  if (alone && live_) complain(Invariant::one_socket, "a socket lives where none is wanted");
  if (alone && pending_) {
    complain(Invariant::nothing_late, "a token is asked for where none is wanted");
  }
}

void Books::check_retry_pending(const Connection& connection) {
  const Phase phase = connection.status().phase;
  const bool waits =
      phase == Phase::waiting ||
      (phase == Phase::suspended && connection.options().backoff.slow_probe > Duration{0});
  const auto deadline = connection.next_deadline();
  if (waits && (!deadline || !retry_ || deadline->monotonic > *retry_ + grain)) {
    complain(Invariant::retry_pending, "a wait whose end nobody will notice");
  }
  if (phase != ended_status_.phase) check_end_of_trying(connection);
}

// Where nothing is tried any more, this very step must have been the reason.
void Books::check_end_of_trying(const Connection& connection) {
  const Status& status = connection.status();
  const bool left = step_.signal == PageSignal::frozen || step_.signal == PageSignal::page_hidden;
  const bool came_back = ended_status_.phase == Phase::paused && paused_from_ == status.phase;
  bool allowed = true;
  switch (status.phase) {
    case Phase::closed:
      allowed = step_.by_user || came_back;
      break;
    case Phase::idle:
      allowed = step_.by_sign_out || came_back;
      break;
    case Phase::refused:
      allowed = step_.by_policy || came_back;
      break;
    case Phase::paused:
      allowed = left;
      paused_from_ = ended_status_.phase;
      break;
    case Phase::suspended:
      allowed = status.attempt >= status.max_attempts || ended_status_.reason == Reason::exhausted;
      break;
    case Phase::authenticating:
    case Phase::dialling:
    case Phase::ready:
    case Phase::waiting:
      break;
  }
  if (!allowed) {
    complain(Invariant::retry_pending,
             std::string("nobody asked to be ").append(to_string(status.phase)));
  }
}

void Books::check_identity() {
  if (owes_identity_change_) {
    complain(Invariant::no_stray_event, "the identity changed and nobody was told");
    owes_identity_change_ = false;
  }
  if (step_.new_identity && live_ && live_->socket <= step_.last_socket) {
    complain(Invariant::no_stray_event, "a link of the older identity lives on");
  }
}

void Books::check_messages(const Connection& connection) {
  for (const MessageId message : settled_early_) {
    if (unsettled_.erase(message) == 0) {
      complain(Invariant::order, "a message was settled that send() did not take");
    }
  }
  settled_early_.clear();
  if (step_.frames_of_messages != 0) {
    complain(Invariant::order, "a message was sent and its sender not told");
  }
  if (step_.outputs == 0 && step_.input != Input::send) return;
  const Metrics metrics = connection.metrics(step_.now);
  const QueueOptions& queue = connection.options().queue;
  if (metrics.queued_messages > queue.max_messages || metrics.queued_bytes > queue.max_bytes) {
    complain(Invariant::bounds, "the queue is past its bounds");
  }
  if (unsettled_.size() != metrics.queued_messages) {
    complain(Invariant::order, "messages queued and messages unsettled differ");
  }
  if (metrics.sent != sent_ || metrics.dials != dials_) {
    complain(Invariant::status_agrees, "the figures count other messages or dials than were made");
  }
}

// What a deadline that was handled leaves behind.
void Books::check_deadlines(const Connection& connection) {
  const auto next = connection.next_deadline();
  const bool refused = connection.status().phase == Phase::refused;
  if (promised_dial_ && !refused && (!next || next->monotonic > *promised_dial_ + grain)) {
    complain(Invariant::reconnect_dials, "reconnect() waits longer than its second");
  }
  if (step_.input != Input::deadline) return;
  if (next && next->monotonic < step_.now.monotonic) {
    complain(Invariant::way_out, "a deadline in the past is left over");
  }
  if (promised_dial_ && !refused && step_.now.monotonic >= *promised_dial_) {
    complain(Invariant::reconnect_dials, "reconnect() did not dial within its second");
  }
  for (const auto& [message, taken] : unsettled_) {
    if (taken.expires_at < step_.now.monotonic) {
      complain(Invariant::bounds, "a message waits past its time to live");
    }
  }
}

void Books::check_bounds(const Connection& connection) {
  if (connection.transition_records().size() > transition_records_max ||
      connection.malformed_samples().size() > malformed_samples_max ||
      connection.invalid_samples().size() > malformed_samples_max) {
    complain(Invariant::bounds, "a record is past its bound");
  }
  const std::size_t messages = connection.options().queue.max_messages;
  if (step_.outputs > outputs_beside_messages_max + 3 * messages) {
    complain(Invariant::bounds, "one step said more than a step can");
  }
}

void Books::end(const Connection& connection) {
  // The first clock reading dates the first snapshot, which nobody was told yet.
  if (!started_) {
    started_ = true;
    if (connection.status().state == status_.state) status_.since = connection.status().since;
  }
  if (connection.status() != status_) {
    complain(Invariant::status_agrees, "status() and the last StatusChanged differ");
  }
  check_way_out(connection);
  check_retry_pending(connection);
  check_identity();
  check_messages(connection);
  check_deadlines(connection);
  check_bounds(connection);
  if (!tokens_.empty()) {
    complain(Invariant::nothing_late, "an answered token was neither used nor abandoned");
  }
  if (ended_status_ != status_) ended_status_ = status_;
}

}  // namespace keepline::sim
