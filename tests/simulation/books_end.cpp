// The books on what holds after every step: no phase is a trap, and nothing grows.
#include <algorithm>

#include "books.hpp"

namespace keepline::sim {
namespace {

// Sums of doubles round; a deadline may be this much late and still be the one that was promised.
constexpr Duration grain = milliseconds(0.01);
constexpr Duration dial_ceiling = seconds(30);        // of the connect timeout that grows
constexpr Duration heartbeat_ceiling = seconds(120);  // of the interval that a server asks for
constexpr Duration upload_patience = seconds(60);
// What a clock may be set back by without being noticed.
constexpr Duration unnoticed = seconds(2);
// A step that says more than this has lost its way: the queue's worth of messages, and a little.
constexpr std::size_t outputs_beside_messages_max = 40;

}  // namespace

// Each phase is left by a deadline or by somebody who was asked: nothing waits for nobody.
void Books::check_way_out(const Connection& connection) {
  const Options& options = connection.options();
  const auto deadline = connection.next_deadline();
  const auto due_by = [&](Time latest) {
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
    case Phase::suspended:
      // Without a probe, page signals and commands lead on; but not past what the server asked for.
      if (!deadline && (options.backoff.slow_probe > Duration{0} || !wait_ || wait_->until ||
                        wait_->is_servers())) {
        complain(Invariant::way_out, "given up, and nobody will look again");
      }
      [[fallthrough]];
    case Phase::waiting:
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
  // The figures cost a quantile: they are read where one of them may have moved.
  const bool moved = step_.input == Input::send || step_.settled || step_.opens;
  if (!moved) return;
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

// A wall clock that was set back takes with it what people read as times.
void Books::check_clocks(const Connection& connection) {
  if (!step_.set_back) return;
  const auto latest = step_.now.wall + unnoticed + grain;
  const auto last_message = connection.metrics(step_.now).last_message_at;
  if (status_.since > latest || (last_message && *last_message > to_ms(latest))) {
    complain(Invariant::status_agrees, "something began in the future");
  }
}

// What a link says of its path: unproven while nothing was heard, and not dead while bytes leave
// it.
void Books::check_link(const Connection& connection) {
  const HeartbeatOptions& heartbeat = connection.options().heartbeat;
  const bool pings = heartbeat.format != HeartbeatFormat::off;
  const Time now = step_.now.monotonic;
  if (step_.let_go && step_.let_go->usable && step_.input != Input::disconnect && status_.error) {
    const Live& ended = *step_.let_go;
    const ErrorKind kind = status_.error->cause.value_or(status_.error->kind);
    const auto left = ended.bytes_left_at;
    const Duration answers_within = std::min(heartbeat.timeout, heartbeat.probe);
    if (kind == ErrorKind::heartbeat_timeout && left && ended.pinged_at &&
        *left >= *ended.pinged_at && now < *left + answers_within - grain &&
        now < *ended.pinged_at + upload_patience - grain) {
      complain(Invariant::uplink_lives, "a link was given up while its bytes were leaving");
    }
  }
  const bool usable = live_ && live_->usable && status_.phase == Phase::ready;
  const bool slept_open = step_.woke && step_.was_open && step_.phase == Phase::dialling;
  if (slept_open && live_ && live_->socket <= step_.last_socket) live_->slept = true;
  if (status_.unproven && !(usable && live_->frames == 0)) {
    complain(Invariant::unproven_told, "a link that was heard is called unproven");
  }
  if (!usable) return;
  const bool silent = live_->frames == 0 && !live_->greeted;
  const bool entered = step_.phase != Phase::ready;
  if (entered && live_->slept && pings && !step_.pinged) {
    complain(Invariant::signal_answered, "a link that slept as it opened is not probed");
  }
  if (!silent || !pings) return;
  // At once, or where a token may still be looked at two seconds after the link opened.
  const Time asked_by = live_->may_greet
                            ? std::max(live_->usable_at, live_->opened_at + silent_ping_pause)
                            : live_->usable_at;
  const bool handled = entered || step_.input == Input::deadline;
  if (handled && now >= asked_by + (entered ? Duration{0} : grain) && !live_->ever_pinged) {
    complain(Invariant::unproven_told, "a link on which nothing was heard is not pinged in time");
  }
  const Time overdue = asked_by + heartbeat.timeout;
  const auto deadline = connection.next_deadline();
  const bool noticed = status_.unproven || (deadline && deadline->monotonic <= overdue + grain);
  const bool told = status_.unproven || step_.input != Input::deadline || now < overdue + grain;
  if (!noticed || !told) {
    complain(Invariant::unproven_told, "a link on which nothing was heard is called connected");
  }
}

void Books::end(const Connection& connection) {
  // The first clock reading dates the first snapshot, which nobody was told yet.
  if (!seen_ && connection.status().state == status_.state) {
    status_.since = connection.status().since;
  }
  if (connection.status() != status_) {
    complain(Invariant::status_agrees, "status() and the last StatusChanged differ");
  }
  stream_.note_wishes(wants("new_call"));
  stream_.end(connection);
  for (const Problem& problem : stream_.take_problems()) complain(problem.invariant, problem.text);
  check_way_out(connection);
  check_end_of_trying(connection);
  check_return(connection);
  check_sight(connection);
  check_rejection();
  check_retry_pending(connection);
  check_debt(connection);
  check_burst();
  check_renewal(connection);
  check_identity(connection);
  check_messages(connection);
  check_deadlines(connection);
  check_bounds(connection);
  check_clocks(connection);
  check_link(connection);
  if (!tokens_.empty()) {
    complain(Invariant::nothing_late, "an answered token was neither used nor abandoned");
  }
  remember(connection);
}

// What the next step begins with.
void Books::remember(const Connection& connection) {
  seen_ = step_.now;
  const Phase phase = connection.status().phase;
  if (phase != Phase::paused) {
    away_.reset();
  } else if (step_.phase != Phase::paused) {
    away_ = Away{.phase = step_.phase,
                 .exhausted = step_.exhausted,
                 .hint = step_.hint,
                 .left_at = step_.now.monotonic,
                 .hidden = step_.may_rest};
    if (step_.hint) away_->phase = Phase::waiting;
    if (step_.wait && step_.wait->is_servers()) away_->rest_until = step_.wait->until;
  }
  if (step_.absent) signed_out_ = true;
  if (phase == Phase::closed) signed_out_ = false;
  if (signal_wakes()) last_signal_ = step_.now.monotonic;
  if (ended_status_ != status_) ended_status_ = status_;
}

}  // namespace keepline::sim
