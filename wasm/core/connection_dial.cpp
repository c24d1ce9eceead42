// How the machine gets a link, and what follows when it does not: tokens, dials, rejections, waits,
// and how each of them ends.
//
// What happens when a token is rejected, all of it:
//   1. The server closes with 4401, 3000 or 1008: reject_link(). The story notes which token the
//      server had accepted and owes a forced refresh. After a link that had lasted the token has
//      merely expired: the next dial begins at once; else within a second.
//   2. begin_dial() asks the host for a token, forced: RequestToken.
//   3. handle_token(): the rejected token once more, or a second rejection before proof, is the
//      end: refuse(), auth_rejected. A new token is dialled with. None at all is a failed attempt,
//      and the refresh stays owed. Nobody signed in is idle.
//   4. Proof (connection_link.cpp) forgives; so do reconnect(), setIdentity() and tokenChanged().
// On a link that lives, tokens are renewed before they expire: request_renewal().
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr Duration rejection_spread = seconds(1);  // a rotated key rejects everybody at once

// "network 1006", for logs and the flight recorder.
std::string describe_briefly(ErrorKind kind, std::uint16_t code, std::string_view detail) {
  std::string text{to_string(kind)};
  if (code != 0) append_decimal(text += ' ', code);
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

}  // namespace

// ---- dials

void Connection::begin_dial(const Instant& now, Trigger trigger, std::string_view cause,
                            Dial dial) {
  wait_.reset();
  if (!options_.has_url_provider && !has_endpoint(now, trigger)) return;
  page_.dialled(now.monotonic, dial.by_signal);
  story_.repeats_wait = dial.repeats_wait;
  if (!options_.has_token_provider && !options_.has_url_provider) {
    open_socket(now, trigger, cause, {}, std::nullopt);
    return;
  }
  const TokenRequestId request{++last_.token_request};
  ask_.begin(request, now.monotonic + options_.token_timeout);
  enter(now, Phase::authenticating, trigger, cause);
  emit(RequestToken{request, story_.owes_refresh(), story_.attempt});
}

void Connection::open_socket(const Instant& now, Trigger trigger, std::string_view cause,
                             TokenRequestId request, std::optional<Fingerprint> token) {
  page_.dialled(now.monotonic, false);
  link_.emplace(options_.heartbeat, token);
  link_->socket = SocketId{++last_.socket};
  link_->dialled_at = now.monotonic;
  link_->at(LinkTimer::connect) =
      now.monotonic + path_.connect_timeout(options_.connect_timeout, story_.timeouts_in_row);
  ++metrics_.dials;
  enter(now, Phase::dialling, trigger, cause);
  emit(OpenSocket{link_->socket, std::get<Endpoint>(endpoint_).url, request});
}

// ---- tokens

void Connection::handle_token(const Instant& now, TokenRequestId request,
                              const TokenResult& result) {
  const bool renews = link_ && link_->renewal.is_about(request);
  if (!renews && !ask_.is_about(request)) return;
  const Input input(*this, now);
  if (renews) {
    link_->renewal.end_asking();
    handle_renewal_token(now, request, result);
    return;
  }
  ask_.end();
  switch (result.kind) {
    case TokenResult::Kind::token: {
      if (options_.has_url_provider) {
        options_.url = result.address;
        find_endpoint();
        if (!has_endpoint(now, Trigger::token_received)) {
          abandon(request);
          return;
        }
      }
      const Fingerprint token = result.fingerprint;
      if (options_.has_token_provider && story_.is_rejected_token(token)) {
        abandon(request);
        refuse(now, {Trigger::token_received, ErrorKind::auth_rejected,
                     error_ ? error_->code : std::uint16_t{0},
                     "the refreshed token is the rejected one"});
        return;
      }
      story_.token_given();
      open_socket(now, Trigger::token_received, {}, request, token);
      return;
    }
    case TokenResult::Kind::absent:
      page_.dialled_for_nobody();
      sign_out(now, Trigger::token_absent, {});
      return;
    case TokenResult::Kind::failed:
    case TokenResult::Kind::no_address: {
      const bool by_token = result.kind == TokenResult::Kind::failed;
      fail(now,
           {Trigger::token_failed, by_token ? ErrorKind::token_unavailable : ErrorKind::network, 0,
            safe_text(result.detail)});
      return;
    }
    case TokenResult::Kind::invalid:
      refuse(now, {Trigger::token_failed, ErrorKind::token_invalid, 0, safe_text(result.detail)});
      return;
  }
}

// A wrong address only the application can mend.
bool Connection::has_endpoint(const Instant& now, Trigger trigger) {
  const auto* error = std::get_if<ConnectionError>(&endpoint_);
  if (error != nullptr) refuse(now, {trigger, error->kind, error->code, error->detail});
  return error == nullptr;
}

// The server turned the token down: one new token, one more dial; twice before proof is final.
// `token` is the one that it had accepted.
void Connection::reject_link(const Instant& now, Failure failure,
                             std::optional<Fingerprint> token) {
  failure.trigger = Trigger::link_rejected;
  if (story_.rejected) {
    failure.kind = ErrorKind::auth_rejected;
    refuse(now, failure);
    return;
  }
  story_.reject(token);
  note_failure(failure);
  if (failure.kind == ErrorKind::token_expired) {
    begin_dial(now, Trigger::link_rejected, "token expired", {.repeats_wait = true});
    return;
  }
  const Duration delay = random_.between(Duration{0}, rejection_spread);
  start_wait(now, Trigger::link_rejected, now.monotonic + delay, WaitReason::rejection,
             "one new token");
}

// In-band, so that the link need not end with its token; only where the server can take it.
bool Connection::can_renew() const { return options_.has_token_provider && can(Feature::reauth); }

void Connection::plan_renewal(const Instant& now, Duration lifetime) {
  if (lifetime >= Duration{0} && can_renew()) link_->renewal.plan(now, lifetime);
}

void Connection::request_renewal(const Instant& now, bool planned) {
  const TokenRequestId request{++last_.token_request};
  abandon(link_->renewal.ask(now, request, options_.token_timeout, planned));
  emit(RequestToken{request, planned});
}

void Connection::handle_renewal_token(const Instant& now, TokenRequestId request,
                                      const TokenResult& result) {
  switch (result.kind) {
    case TokenResult::Kind::token:
      if (link_->renewal.offer(result.fingerprint)) {
        emit(SendAuth{link_->socket, request});
        return;
      }
      abandon(request);
      log(LogLevel::warn, "renewal: the provider gave the same token again");
      break;
    case TokenResult::Kind::absent:
      page_.dialled_for_nobody();
      sign_out(now, Trigger::token_absent, {});
      return;
    case TokenResult::Kind::failed:
    case TokenResult::Kind::no_address:
    case TokenResult::Kind::invalid:
      log(LogLevel::warn, "renewal: no token; the server will close when the present one expires");
      break;
  }
  link_->renewal.postpone(now);
}

void Connection::abandon(TokenRequestId request) {
  if (request) emit(AbandonToken{request});
}

// ---- failures and waits

void Connection::note_failure(const Failure& failure) {
  ++metrics_.retries[static_cast<std::size_t>(failure.kind)];
  error_ = ConnectionError{failure.kind, failure.code, std::string{failure.detail}, std::nullopt};
}

void Connection::fail(const Instant& now, const Failure& failure) {
  note_failure(failure);
  // A dial that stood for no wait of its own repeats the wait it was made instead of.
  const int attempt = story_.next_attempt();
  const auto window = backoff_window(options_.backoff, attempt);
  if (story_.exhausted || !window) {
    suspend(now, failure);
    return;
  }
  story_.attempt = attempt;
  story_.repeats_wait = false;
  DelayWindow drawn = *window;
  if (failure.hint) {
    drawn = hinted_window(*window, *failure.hint);
  } else if (failure.kind == ErrorKind::connect_timeout) {
    drawn = remaining_window(*window, *backoff_window(options_.backoff, 1),
                             page_.since_dial(now.monotonic));
  }
  start_wait(now, failure.trigger, now.monotonic + random_.between(drawn.min, drawn.max),
             failure.hint ? WaitReason::server : WaitReason::failure,
             describe_briefly(failure.kind, failure.code, failure.detail));
}

std::optional<Duration> Connection::draw_wait(int failures) {
  auto window = backoff_window(options_.backoff, failures);
  if (!window && options_.backoff.slow_probe > Duration{0}) {
    window = probe_window(options_.backoff.slow_probe);
  }
  if (!window) return std::nullopt;
  return random_.between(window->min, window->max);
}

void Connection::start_wait(const Instant& now, Trigger trigger, HostClock::time_point until,
                            WaitReason why, std::string_view cause) {
  wait_ = Wait::till(now, until, why);
  enter(now, Phase::waiting, trigger, cause);
}

// Attempts are used up, or a probe failed or did not last: calm, but never a dead end. Where
// nothing probes, page signals and commands lead on; a server that said when to come back is
// believed.
void Connection::suspend(const Instant& now, const Failure& failure) {
  story_.exhausted = true;
  story_.repeats_wait = false;
  error_->kind = ErrorKind::exhausted;
  error_->cause = failure.kind;
  const Duration interval = options_.backoff.slow_probe;
  Duration delay{0};
  if (interval > Duration{0}) {
    const DelayWindow window = probe_window(interval);
    delay = random_.between(window.min, window.max);
  }
  if (failure.hint) {
    const DelayWindow window =
        hinted_window({options_.backoff.initial, options_.backoff.initial}, *failure.hint);
    delay = std::max(delay, random_.between(window.min, window.max));
  }
  if (delay > Duration{0}) {
    wait_ = Wait::till(now, now.monotonic + delay,
                       failure.hint ? WaitReason::server : WaitReason::failure);
  }
  enter(now, Phase::suspended, failure.trigger,
        describe_briefly(failure.kind, failure.code, failure.detail));
}

// ---- ends

void Connection::refuse(const Instant& now, const Failure& failure) {
  const ErrorKind kind = failure.kind;
  // Before anything ends that the words may belong to.
  ConnectionError error{kind, failure.code, std::string{failure.detail}, std::nullopt};
  stop_everything(now);
  // What only a change of the page's code can mend is said aloud; the rest is in the status.
  const bool is_misuse = kind == ErrorKind::endpoint_invalid ||
                         kind == ErrorKind::insecure_endpoint || kind == ErrorKind::token_invalid;
  log(is_misuse ? LogLevel::error : LogLevel::info,
      std::string{"stopped: "}.append(describe_briefly(kind, failure.code, error.detail)));
  error_ = std::move(error);
  story_.attempt = 0;
  enter(now, Phase::refused, failure.trigger, to_string(kind));
}

void Connection::sign_out(const Instant& now, Trigger trigger, std::string_view cause) {
  stop_everything(now);
  settle_all(now, outbox_.clear(), SendOutcome::disconnected);
  story_ = {};
  story_.signed_out = true;
  enter(now, Phase::idle, trigger, cause);
}

// Whatever the phase stands on. The story goes on or ends by who calls this.
void Connection::stop_everything(const Instant& now) {
  let_go(now, {});
  abandon(ask_.end());
  wait_.reset();
  away_.reset();
}

// Closes without waiting for a close event: browsers may take a minute over a dead path.
void Connection::let_go(const Instant& now, std::string_view close_reason) {
  if (!link_) return;
  const SocketId socket = link_->socket;
  end_link(now);
  emit(CloseSocket{socket, 1000, std::string{close_reason}});
}

// The link is gone, whoever ended it: what it owed is counted, and its deadlines go with it.
void Connection::end_link(const Instant& now) {
  prove_if_due(now);
  abandon(link_->renewal.end_asking());
  if (link_->is_live()) {
    metrics_.unconfirmed += link_->window.buffered();
    // An outage whose end was never told goes on.
    if (!outage_.since) outage_.since = now;
  }
  outbox_.take_back();
  link_.reset();
}

}  // namespace keepline
