// The books on phases and statuses: what a status may say, where the machine may come to rest, and
// who may begin its story anew.
#include <algorithm>
#include <utility>

#include "books.hpp"

namespace keepline::sim {
namespace {

constexpr Duration between_dials = seconds(1);

bool is_stopped(Phase phase) {
  return phase == Phase::idle || phase == Phase::closed || phase == Phase::refused;
}

bool leads_back(std::optional<PageSignal> signal) {
  return signal == PageSignal::visible || signal == PageSignal::page_shown ||
         signal == PageSignal::resumed;
}

bool leads_away(std::optional<PageSignal> signal) {
  return signal == PageSignal::frozen || signal == PageSignal::page_hidden;
}

}  // namespace

// ---- who begins anew

// Nothing that failed before counts.
void Books::begin_anew() {
  step_.anew = true;
  rejected_.reset();
  refresh_ = {};
  exhausted_ = false;
  signed_out_ = false;
  promised_dial_.reset();
  forget_unopened();
  if (away_) {
    away_ = Away{.phase = is_nobody() ? Phase::idle : Phase::waiting, .hidden = away_->hidden};
  }
}

void Books::begin_by_command() {
  const Phase phase = away_ ? away_->phase : status_.phase;
  const bool stranded = phase == Phase::suspended && !away_ && wait_ && !wait_->until;
  switch (step_.input) {
    case Input::connect:
      if (is_stopped(phase) || stranded) begin_anew();
      return;
    case Input::token_changed:
      if (phase == Phase::idle || phase == Phase::refused) begin_anew();
      return;
    case Input::reconnect:
      step_.anew = true;
      rejected_.reset();
      exhausted_ = false;
      if (is_stopped(phase)) refresh_ = {};
      forget_unopened();
      promised_dial_.reset();
      if (is_nobody()) {
        if (away_) away_ = Away{.phase = Phase::idle, .hidden = away_->hidden};
        return;
      }
      promised_dial_ = step_.now.monotonic;
      if (last_dial_) promised_dial_ = std::max(*promised_dial_, *last_dial_ + between_dials);
      return;
    case Input::disconnect:
      promised_dial_.reset();
      return;
    case Input::signal:
      if (leads_away(step_.signal)) promised_dial_.reset();
      return;
    case Input::set_identity:
    case Input::blocked:
    case Input::subscribe:
    case Input::unsubscribe:
    case Input::send:
    case Input::opened:
    case Input::frame:
    case Input::frame_refused:
    case Input::capacity:
    case Input::closed:
    case Input::token:
    case Input::deadline:
      return;
  }
}

// ---- what a status may say

void Books::note_status(const Status& status, const Connection& connection) {
  if (status == status_)
    complain(Invariant::status_agrees, "a status was told that changes nothing");
  check_attempt(status);
  check_error(status);
  const bool entered_ready = status.phase == Phase::ready && status_.phase != Phase::ready;
  const Status before = std::exchange(status_, status);
  if (entered_ready && live_) {
    live_->usable = true;
    live_->usable_at = step_.now.monotonic;
  }
  note_wait(before, connection);
  check_shape(status, connection);
  switch (status.phase) {
    case Phase::suspended:
      exhausted_ = true;
      return;
    case Phase::waiting:
    case Phase::authenticating:
    case Phase::dialling:
      exhausted_ = status.reason == Reason::exhausted;
      return;
    case Phase::idle:
    case Phase::refused:
    case Phase::closed:
      exhausted_ = false;
      return;
    case Phase::ready:
    case Phase::paused:
      return;
  }
}

// The counter goes back only on proof, or where a new story begins; signals and wakes revive only
// what had given up.
void Books::check_attempt(const Status& status) {
  if (status.attempt < 0 || status.attempt > std::max(status.max_attempts, 0)) {
    complain(Invariant::bounds, "the attempt counter left its bounds");
  }
  if (status.attempt > status_.attempt + 1) {
    complain(Invariant::attempt_by_proof, "the attempt counter skipped a wait");
  }
  if (status.attempt >= status_.attempt || step_.proven || is_proven()) return;
  const bool revived = wakes() && (step_.exhausted || (away_ && away_->exhausted));
  const bool new_story = step_.anew || step_.must_refuse || step_.absent || !has_endpoint_;
  if (!new_story && !revived) {
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
  const bool probed = connection.options().backoff.slow_probe > Duration{0};
  const bool waits = status.phase == Phase::waiting || (status.phase == Phase::suspended &&
                                                        (probed || (wait_ && wait_->is_servers())));
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

// ---- where the machine may come to rest

// Where nothing is tried any more, this very step must have been the reason.
void Books::check_end_of_trying(const Connection& connection) {
  const Status& status = connection.status();
  if (step_.must_refuse && status.phase != Phase::refused) {
    complain(Invariant::retry_pending, "what is final was not the end");
  }
  if (step_.absent && status.phase != Phase::idle) {
    complain(Invariant::retry_pending, "nobody is signed in, and the machine goes on");
  }
  if (status.phase == ended_status_.phase) return;
  const bool came_back = step_.phase == Phase::paused && leads_back(step_.signal) && away_ &&
                         away_->phase == status.phase;
  bool allowed = true;
  switch (status.phase) {
    case Phase::closed:
      allowed = step_.input == Input::disconnect || came_back;
      break;
    case Phase::idle:
      allowed = step_.absent || is_nobody() || came_back;
      break;
    case Phase::refused:
      allowed = step_.must_refuse || !has_endpoint_ || came_back;
      break;
    case Phase::paused:
      allowed = leads_away(step_.signal) || step_.may_rest;
      break;
    case Phase::suspended:
      allowed = step_.exhausted || status.attempt >= status.max_attempts || came_back;
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

// A page that is back is where it was, or dials, or serves what the server had asked for.
void Books::check_return(const Connection& connection) {
  if (step_.phase != Phase::paused || !leads_back(step_.signal) || !away_) return;
  if (away_->hidden && step_.signal == PageSignal::resumed) return;
  const Phase phase = status_.phase;
  if (phase == Phase::paused) {
    complain(Invariant::signal_answered, "the page is back and the machine is still away");
  }
  if (away_->was_stopped() && away_->phase != Phase::idle) {
    if (phase != away_->phase) {
      complain(Invariant::retry_pending, "a page's return ended what was over");
    }
    return;
  }
  if (away_->phase == Phase::idle) {
    const bool in_burst = last_signal_ && step_.now.monotonic < *last_signal_ + between_dials;
    const bool may_ask = step_.signed_out && connection.options().has_token_provider &&
                         !is_nobody() && !in_burst && signal_dial_earliest() <= step_.now.monotonic;
    if (may_ask && !step_.dialled && !step_.told_wait) {
      complain(Invariant::signal_answered, "nobody asks whether somebody signed in elsewhere");
    }
    return;
  }
  const bool waits = phase == Phase::waiting || phase == Phase::suspended;
  if (!step_.dialled && !waits && has_endpoint_) {
    complain(Invariant::signal_answered, "the page is back and nobody dials");
  }
  const auto rest = away_->hint ? away_->left_at + away_->hint->retry_after
                                : away_->rest_until.value_or(step_.now.monotonic);
  if (step_.dialled && step_.now.monotonic < rest) {
    complain(Invariant::delay_window, "a page's return shortened the server's wish");
  }
}

// ---- a page that nobody sees

// As a step begins: whether anybody sees the page, and whether its link has had its time.
void Books::note_sight() {
  if (hidden_most_ <= Duration{0}) return;
  if (step_.signal == PageSignal::visible || step_.signal == PageSignal::page_shown) {
    hidden_ = false;
    hidden_until_.reset();
    return;
  }
  const bool over = hidden_until_ && step_.now.monotonic >= *hidden_until_;
  const bool looks = step_.input == Input::deadline || step_.input == Input::signal;
  step_.may_rest = over && !is_stopped(status_.phase);
  step_.must_rest = step_.may_rest && looks;
  if (over && looks) hidden_until_.reset();
  if (step_.must_rest) promised_dial_.reset();
  if (step_.must_rest && away_) away_->hidden = true;
  if (step_.signal == PageSignal::hidden && !hidden_) {
    hidden_ = true;
    hidden_until_ = step_.now.monotonic + hidden_most_;
  }
}

void Books::check_sight(const Connection& connection) {
  const bool paused = status_.phase == Phase::paused;
  if (step_.must_rest && !paused) {
    complain(Invariant::hidden_rests, "nobody has seen the page for so long, and it goes on");
  }
  const bool wished = step_.input == Input::reconnect || step_.input == Input::disconnect;
  if (step_.phase == Phase::paused && !paused && away_ && away_->hidden && hidden_ && !wished) {
    complain(Invariant::hidden_rests, "what nobody saw woke a link that rested");
  }
  if (step_.may_rest && paused && step_.phase != Phase::paused) hidden_until_.reset();
  const bool begun = step_.dialled || step_.opens;
  if (hidden_ && begun && !(hidden_until_ && *hidden_until_ > step_.now.monotonic)) {
    hidden_until_ = step_.now.monotonic + hidden_most_;
  }
  const auto deadline = connection.next_deadline();
  if (hidden_until_ && !(deadline && deadline->monotonic <= *hidden_until_ + milliseconds(0.01))) {
    complain(Invariant::hidden_rests, "the page is hidden, and nobody will look when to rest");
  }
}

}  // namespace keepline::sim
