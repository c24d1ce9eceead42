// How the machine gets a link and what follows when it does not: tokens, dials, waits, ends.
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr Duration rejection_spread = seconds(1);  // a rotated key rejects everybody at once
constexpr double connect_rtt_factor = 10;
constexpr Duration connect_floor = seconds(5);
constexpr Duration connect_ceiling = seconds(30);
constexpr double connect_growth = 1.5;
constexpr Duration renewal_last_try = seconds(5);

// "network 1006", for logs and the flight recorder.
std::string describe_briefly(ErrorKind kind, std::uint16_t code, std::string_view detail) {
  std::string text{to_string(kind)};
  if (code != 0) append_decimal(text += ' ', code);
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

}  // namespace

// ---- beginnings

void Connection::begin_dial(const Instant& now, Trigger trigger, std::string_view cause) {
  forget_wait();
  if (const auto* error = std::get_if<ConnectionError>(&endpoint_)) {
    refuse(now, trigger, error->kind, error->code, error->detail);
    return;
  }
  last_dial_ = now.monotonic;
  abandon_tokens();
  if (!options_.has_token_provider) {
    open_socket(now, trigger, cause, {});
    return;
  }
  const bool unopened = unopened_dials_ >= unopened_dials_before_refresh && !unopened_refresh_used_;
  if (unopened) unopened_refresh_used_ = true;
  token_request_ = TokenRequestId{++last_token_request_};
  arm(Timer::token, now.monotonic + options_.token_timeout);
  enter(now, Phase::authenticating, trigger, cause);
  emit(RequestToken{token_request_, force_refresh_ || unopened});
}

void Connection::open_socket(const Instant& now, Trigger trigger, std::string_view cause,
                             TokenRequestId token) {
  last_dial_ = now.monotonic;
  Link link;
  link.socket = SocketId{++last_socket_};
  link.dialled_at = now.monotonic;
  link_ = std::move(link);
  ++metrics_.dials;
  arm(Timer::connect, now.monotonic + connect_timeout());
  enter(now, Phase::dialling, trigger, cause);
  emit(OpenSocket{link_->socket, std::get<Endpoint>(endpoint_).url, token});
}

// The first dial of an endpoint is given the full time; a path that is known to be quick is not, or
// a dial begun while it was broken would hold up the one that would succeed.
Duration Connection::connect_timeout() const {
  Duration timeout = options_.connect_timeout;
  const Duration known = std::max(dial_took_, round_trips_.p95().value_or(Duration{0}));
  if (known > Duration{0}) {
    timeout = std::min(timeout, std::max(known * connect_rtt_factor, connect_floor));
  }
  for (int pair = 0; pair < timeouts_in_row_ / 2 && timeout < connect_ceiling; ++pair) {
    timeout = std::min(timeout * connect_growth, connect_ceiling);
  }
  return timeout;
}

void Connection::handle_token(const Instant& now, TokenRequestId request,
                              const TokenResult& result) {
  if (!request) return;
  if (request == renewal_request_) {
    observe(now);
    handle_renewal_token(now, result);
    return;
  }
  if (request != token_request_) return;
  observe(now);
  token_request_ = {};
  disarm(Timer::token);
  switch (result.kind) {
    case TokenResult::Kind::token:
      if (rejected_ && rejected_fingerprint_ == result.fingerprint) {
        emit(AbandonToken{request});
        refuse(now, Trigger::token_received, ErrorKind::auth_rejected,
               error_ ? error_->code : std::uint16_t{0}, "the refreshed token is the rejected one");
        return;
      }
      force_refresh_ = false;
      fingerprint_ = result.fingerprint;
      open_socket(now, Trigger::token_received, {}, request);
      return;
    case TokenResult::Kind::absent:
      sign_out(now, Trigger::token_absent, {});
      return;
    case TokenResult::Kind::failed:
      schedule_retry(now, Trigger::token_failed, ErrorKind::token_unavailable, 0,
                     safe_text(result.detail));
      return;
    case TokenResult::Kind::invalid:
      refuse(now, Trigger::token_failed, ErrorKind::token_invalid, 0, safe_text(result.detail));
      return;
  }
}

// ---- renewal on the running link

void Connection::request_renewal(const Instant& now, bool force) {
  if (renewal_request_) emit(AbandonToken{renewal_request_});
  renewal_request_ = TokenRequestId{++last_token_request_};
  link_->token_since.reset();
  arm(Timer::renewal_token, now.monotonic + options_.token_timeout);
  emit(RequestToken{renewal_request_, force});
}

void Connection::handle_renewal_token(const Instant& now, const TokenResult& result) {
  const TokenRequestId request = std::exchange(renewal_request_, {});
  disarm(Timer::renewal_token);
  const bool usable = result.kind == TokenResult::Kind::token;
  if (usable && result.fingerprint != fingerprint_) {
    fingerprint_ = result.fingerprint;
    emit(SendAuth{link_->socket, request});
    return;
  }
  if (usable) emit(AbandonToken{request});
  log(LogLevel::warn, usable ? "renewal: the provider gave the same token again"
                             : "renewal: no token; the server will close when the old one expires");
  postpone_renewal(now);
}

// Halfway to the end of the present token, while that is worth it; then the server ends the link
// with 4401 and the next dial asks anew.
void Connection::postpone_renewal(const Instant& now) {
  const Duration left = (link_->token_lifetime - link_->renew_after) / 2;
  if (left < renewal_last_try) return;
  link_->renew_after = left;
  link_->token_lifetime = left * 2;
  link_->token_since = now;
}

// ---- ends

void Connection::abandon_tokens() {
  for (TokenRequestId* request : {&token_request_, &renewal_request_}) {
    if (*request) emit(AbandonToken{std::exchange(*request, {})});
  }
  disarm(Timer::token);
  disarm(Timer::renewal_token);
}

// The link is gone, whoever ended it: what it owed is counted and its deadlines are off.
void Connection::forget_link(const Instant& now) {
  if (!link_) return;
  prove_if_due(now);
  if (link_->usable) {
    metrics_.unconfirmed += link_->buffered;
    lost_at_ = now;
  }
  heartbeat_.stop();
  for (const Timer timer : {Timer::connect, Timer::hello, Timer::going_away, Timer::proof,
                            Timer::announce, Timer::capacity}) {
    disarm(timer);
  }
  if (renewal_request_) {
    disarm(Timer::renewal_token);
    emit(AbandonToken{std::exchange(renewal_request_, {})});
  }
  link_.reset();
}

// Closes without waiting for a close event: browsers may take a minute over a dead path.
void Connection::let_go(const Instant& now, std::string_view close_reason) {
  if (!link_) return;
  const SocketId socket = link_->socket;
  forget_link(now);
  emit(CloseSocket{socket, 1000, clip_close_reason(close_reason)});
}

void Connection::stop_everything(const Instant& now) {
  let_go(now, {});
  abandon_tokens();
  forget_wait();
  uncounted_ = false;
  paused_from_.reset();
}

// The wait is over or off, and whatever wish of the server's it followed.
void Connection::forget_wait() {
  disarm(Timer::retry);
  next_retry_at_.reset();
  hint_.reset();
  hinted_wait_ = false;
}

// A new story: nothing that failed before counts.
void Connection::start_over() {
  attempt_ = 0;
  uncounted_ = false;
  episode_ = Episode::first;
  signed_out_ = false;
  rejected_ = false;
  rejected_fingerprint_.reset();
  force_refresh_ = false;
  was_usable_ = false;
}

// Asked for while the page is away: its return begins the new story with a dial.
void Connection::begin_after_pause(const Instant& now) {
  start_over();
  paused_from_ = Phase::waiting;
  publish(now);
}

// The same story with a fresh counter.
void Connection::revive() {
  attempt_ = 0;
  if (episode_ == Episode::exhausted) episode_ = was_usable_ ? Episode::again : Episode::first;
}

void Connection::sign_out(const Instant& now, Trigger trigger, std::string_view cause) {
  settle_all(now, outbox_.clear(), SendOutcome::disconnected);
  start_over();
  signed_out_ = true;
  enter(now, Phase::idle, trigger, cause);
}

void Connection::drop_identity(const Instant& now) {
  settle_all(now, outbox_.clear(), SendOutcome::identity_changed);
  link_identity_.reset();
  metrics_.last_message_at.reset();  // as of when a page's data are, which are gone
  identity_changed_ = true;
  emit(IdentityChanged{});
}

void Connection::refuse(const Instant& now, Trigger trigger, ErrorKind kind, std::uint16_t code,
                        std::string_view detail) {
  stop_everything(now);
  // What only a change of the page's code can mend is said aloud; the rest is in the status.
  const bool is_misuse = kind == ErrorKind::endpoint_invalid ||
                         kind == ErrorKind::insecure_endpoint || kind == ErrorKind::token_invalid;
  log(is_misuse ? LogLevel::error : LogLevel::info,
      "stopped: " + describe_briefly(kind, code, detail));
  error_ = ConnectionError{kind, code, std::string{detail}, std::nullopt};
  attempt_ = 0;
  enter(now, Phase::refused, trigger, to_string(kind));
}

// ---- waits

void Connection::count_retry(ErrorKind kind, std::uint16_t code, std::string_view detail) {
  ++metrics_.retries[static_cast<std::size_t>(kind)];
  error_ = ConnectionError{kind, code, std::string{detail}, std::nullopt};
}

void Connection::schedule_retry(const Instant& now, Trigger trigger, ErrorKind kind,
                                std::uint16_t code, std::string_view detail) {
  // A dial that stood for no wait of its own repeats the wait it was made instead of.
  const int attempt = uncounted_ ? std::max(attempt_, 1) : attempt_ + 1;
  const auto window = backoff_window(options_.backoff, attempt);
  if (episode_ == Episode::exhausted || !window) {
    suspend(now, trigger, kind, code, detail);
    return;
  }
  uncounted_ = false;
  attempt_ = attempt;
  count_retry(kind, code, detail);
  const auto hint = std::exchange(hint_, std::nullopt);
  DelayWindow own = *window;
  if (kind == ErrorKind::connect_timeout) {
    own = remaining_window(own, *backoff_window(options_.backoff, 1), now.monotonic - last_dial_);
  }
  const DelayWindow drawn = hint ? hinted_window(*window, *hint) : own;
  hinted_wait_ = hint.has_value();
  wait(now, trigger, random_.between(drawn.min, drawn.max), describe_briefly(kind, code, detail));
}

void Connection::wait(const Instant& now, Trigger trigger, Duration delay, std::string_view cause) {
  arm(Timer::retry, now.monotonic + delay);
  next_retry_at_ = now.wall + delay;
  enter(now, Phase::waiting, trigger, cause);
}

// Attempts are used up, or a probe failed or did not last: calm, but never a dead end.
void Connection::suspend(const Instant& now, Trigger trigger, ErrorKind kind, std::uint16_t code,
                         std::string_view detail) {
  episode_ = Episode::exhausted;
  uncounted_ = false;
  count_retry(kind, code, detail);
  error_->kind = ErrorKind::exhausted;
  error_->cause = kind;
  const auto hint = std::exchange(hint_, std::nullopt);
  hinted_wait_ = hint.has_value();
  disarm(Timer::retry);
  next_retry_at_.reset();
  if (options_.backoff.slow_probe > Duration{0}) {
    const DelayWindow window = probe_window(options_.backoff.slow_probe);
    Duration delay = random_.between(window.min, window.max);
    if (hint) {
      delay = std::max(delay, random_.between(hint->retry_after, hint->retry_after + hint->spread));
    }
    arm(Timer::retry, now.monotonic + delay);
    next_retry_at_ = now.wall + delay;
  }
  enter(now, Phase::suspended, trigger, describe_briefly(kind, code, detail));
}

// The server turned the token down: one new token, one more dial; twice before proof is final.
void Connection::reject_link(const Instant& now, std::uint16_t code, std::string_view detail) {
  if (rejected_) {
    refuse(now, Trigger::link_rejected, ErrorKind::auth_rejected, code, detail);
    return;
  }
  rejected_ = true;
  rejected_fingerprint_ =
      options_.has_token_provider ? std::optional<std::uint64_t>{fingerprint_} : std::nullopt;
  force_refresh_ = true;
  uncounted_ = true;
  hint_.reset();
  hinted_wait_ = false;
  count_retry(ErrorKind::auth_rejected, code, detail);
  wait(now, Trigger::link_rejected, random_.between(Duration{0}, rejection_spread),
       "one new token");
}

}  // namespace keepline
