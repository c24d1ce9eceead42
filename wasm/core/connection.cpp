// The machine's ground floor: commands, outputs, and the status snapshot.
#include "connection.hpp"

#include <algorithm>
#include <utility>

#include "redact.hpp"
#include "text.hpp"

namespace keepline {

std::string_view to_string(PageSignal signal) {
  constexpr std::string_view names =
      "online,offline,visible,hidden,frozen,resumed,page_hidden,page_shown";
  static_assert(names_all(names, PageSignal::page_shown));
  return name_in(names, signal);
}

Connection::Connection(const Options& options, Random random)
    : random_(random), outbox_(options.queue), options_(options) {
  last_.page = random.next();
  status_.max_attempts = options_.backoff.max_attempts;
  if (!options_.has_url_provider) find_endpoint();
  publish({});
  outputs_.clear();  // the first snapshot is read, not announced
}

// ---- commands

void Connection::connect(const Instant& now) {
  if (away_ && away_->hidden && !away_->was_stopped()) {
    reconnect(now);
    return;
  }
  const Input input(*this, now);
  if (stays_signed_out(now, Trigger::command_connect)) return;
  const Phase phase = phase_or_left();
  const bool stopped = phase == Phase::idle || phase == Phase::closed || phase == Phase::refused;
  const bool stranded = phase == Phase::suspended && !wait_;
  if (away_) {
    if (stopped) begin_when_back(now);
  } else if (stopped || stranded) {
    story_ = {};
    begin_dial(now, Trigger::command_connect, "connect");
  }
}

void Connection::disconnect(const Instant& now) {
  const Input input(*this, now);
  if (phase_ == Phase::closed) return;
  stop_everything(now);
  settle_all(now, outbox_.clear(), SendOutcome::disconnected);
  story_.signed_out = false;
  enter(now, Phase::closed, Trigger::command_disconnect, "disconnect");
}

void Connection::reconnect(const Instant& now) {
  const Input input(*this, now);
  if (stays_signed_out(now, Trigger::command_reconnect)) return;
  const bool by_token = error_ && (error_->kind == ErrorKind::auth_rejected ||
                                   error_->kind == ErrorKind::token_expired ||
                                   error_->kind == ErrorKind::token_invalid);
  const Phase phase = phase_or_left();
  stop_everything(now);
  if (phase == Phase::idle || phase == Phase::closed || phase == Phase::refused) {
    story_ = {};
  } else {
    story_.retry();
  }
  story_.force_refresh = story_.force_refresh || by_token;
  const auto at = page_.command_dial_at(now.monotonic);
  if (at > now.monotonic) {
    start_wait(now, Trigger::command_reconnect, at, WaitReason::command, "reconnect");
  } else {
    begin_dial(now, Trigger::command_reconnect, "reconnect");
  }
}

void Connection::adopt_identity(Identity identity) {
  who_.said = std::move(identity);
  story_.signed_out = is_nobody();
  publish({});
  outputs_.clear();
}

void Connection::set_identity(const Instant& now, Identity identity) {
  const Input input(*this, now);
  const Phase phase = phase_or_left();
  const bool retries = identity && (phase == Phase::idle || phase == Phase::refused);
  const bool same = who_.said == std::optional<Identity>{identity};
  if (same && !retries) return;
  who_.said = std::move(identity);
  if (!same) drop_identity(now);
  if (stays_signed_out(now, Trigger::command_set_identity)) return;
  if (away_) {
    begin_when_back(now);
    return;
  }
  stop_everything(now);
  story_ = {};
  begin_dial(now, Trigger::command_set_identity, "identity changed");
}

void Connection::token_changed(const Instant& now) {
  const Input input(*this, now);
  if (is_nobody()) return;
  const Phase phase = phase_or_left();
  const bool may_help = phase == Phase::idle || phase == Phase::refused;
  if (may_help && away_) {
    begin_when_back(now);
  } else if (may_help) {
    story_ = {};
    begin_dial(now, Trigger::command_token_changed, "token changed");
  } else if (can_renew() && !link_->renewal.asking()) {
    request_renewal(now, false);
  }
}

// Nobody is signed in: then nobody is asked or dialled for, whatever was called.
bool Connection::stays_signed_out(const Instant& now, Trigger trigger) {
  if (!is_nobody()) return false;
  // Who disconnected stays so, until he connects.
  const bool stays_closed =
      trigger == Trigger::command_set_identity && phase_or_left() == Phase::closed;
  if (stays_closed) return true;
  if (away_) {
    away_ = Away{Phase::idle, std::nullopt, away_->hidden};
    story_ = {};
    story_.signed_out = true;
    publish(now);
  } else if (phase_ != Phase::idle || !story_.signed_out) {
    sign_out(now, trigger, "nobody is signed in");
  }
  return true;
}

// Asked for while the page is away: its return begins the new story with a dial.
void Connection::begin_when_back(const Instant& now) {
  story_ = {};
  away_ = Away{.hidden = away_->hidden};
  publish(now);
}

void Connection::drop_identity(const Instant& now) {
  settle_all(now, outbox_.clear(), SendOutcome::identity_changed);
  who_.link.clear();
  cursor_.forget();
  metrics_.last_message_at.reset();  // as of when a page's data are, which are gone
  outage_.identity_changed = true;
  emit(IdentityChanged{});
}

bool Connection::subscribe(const Instant& now, std::string_view pattern) {
  const Input input(*this, now);
  const bool taken = routes_.add(pattern);
  if (taken) announce(now);
  return taken;
}

void Connection::unsubscribe(const Instant& now, std::string_view pattern) {
  const Input input(*this, now);
  if (routes_.remove(pattern)) announce(now);
}

// ---- what to do next

std::optional<Output> Connection::poll_output() {
  if (outputs_.empty()) return std::nullopt;
  std::optional<Output> first{std::move(outputs_.front())};
  outputs_.pop_front();
  return first;
}

std::list<Output> Connection::poll_outputs() { return std::exchange(outputs_, {}); }

Metrics Connection::metrics(const Instant& now) const {
  Metrics metrics = metrics_;
  metrics.quality = path_.round_trips.quality();
  metrics.queued_messages = outbox_.messages();
  metrics.queued_bytes = outbox_.bytes();
  if (phase_ == Phase::ready) metrics.uptime = (now.monotonic - link_->live_at).count();
  return metrics;
}

// ---- outputs, phases, status

// Another server is another way, of which nothing is known yet; whether a greeting is owed, one
// answers for all of them.
void Connection::find_endpoint() {
  endpoint_ =
      resolve_endpoint({options_.page, options_.path, options_.url, options_.allow_insecure});
  const auto* endpoint = std::get_if<Endpoint>(&endpoint_);
  if (endpoint == nullptr) {
    status_.endpoint.clear();
    return;
  }
  if (endpoint->shown != status_.endpoint) path_ = Path{.greets = path_.greets};
  status_.endpoint = endpoint->shown;
  status_.environment = endpoint->environment;
}

void Connection::log(LogLevel level, std::string_view text) {
  if (level >= options_.log_level) emit(Log{level, std::string{text}});
}

void Connection::log_rarely(const Instant& now, LogTopic topic, LogLevel level, std::string text) {
  const auto held_back = log_rate_.may_say(topic, now);
  if (!held_back) return;
  if (*held_back > 0)
    append_decimal(text += ", and like it since the last such line: ", *held_back);
  log(level, text);
}

void Connection::enter(const Instant& now, Phase to, Trigger trigger, std::string_view cause) {
  assert(is_legal(phase_, trigger, to));
  const Phase from = std::exchange(phase_, to);
  recorder_.record({now.wall, from, to, trigger, story_.attempt, std::string{cause}});
  if (options_.log_level <= LogLevel::info) {
    std::string line{to_string(from)};
    line.append(" -> ").append(to_string(to)).append(": ").append(to_string(trigger));
    if (!cause.empty()) line.append(" (").append(cause).append(")");
    if (to == Phase::waiting && story_.attempt > 0) {
      append_decimal(line += ", attempt ", static_cast<std::uint64_t>(story_.attempt));
    }
    log(LogLevel::info, line);
  }
  publish(now);
}

// Says what is; a snapshot leaves only when something in it changed.
void Connection::publish(const Instant& now, Duration since_moved) {
  Status next = status_;
  next.state = public_state(phase_, story_.episode());
  next.phase = phase_;
  next.reason = public_reason(phase_, story_.episode(), story_.signed_out);
  next.attempt = story_.attempt;
  next.next_retry_at.reset();
  if (wait_) next.next_retry_at = wait_->shown;
  const bool goes_on = next.state == status_.state && last_seen_;
  next.since = goes_on ? status_.since + since_moved : now.wall;
  next.error = error_;
  next.can_retry = keepline::can_retry(phase_);
  next.unproven = link_ && link_->unproven;
  next.delivery = stream_state();
  if (next == status_) return;
  status_ = std::move(next);
  emit(StatusChanged{status_});
}

}  // namespace keepline
