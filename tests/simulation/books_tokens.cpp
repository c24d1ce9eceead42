// The books on tokens: who is asked when, what is offered, what a rejection leads to, and what
// stays owed until it is had.
#include <algorithm>

#include "books.hpp"

namespace keepline::sim {
namespace {

constexpr double renewal_share = 0.8;
constexpr Duration renewal_pause_most = seconds(300);
// Sums of doubles round.
constexpr Duration grain = milliseconds(0.01);

// Of those that a world's provider makes on a page that is served by https.
bool is_address(std::string_view text) {
  return text.size() <= 2048 && (text.starts_with("wss://") || text.starts_with("/"));
}

}  // namespace

void Books::note_send_auth(const SendAuth& output) {
  check_nobody("a token was sent for nobody");
  if (!live_ || live_->socket != output.socket || !live_->open) {
    complain(Invariant::one_socket, "a token was sent to a socket that is not open");
  }
  const auto token = tokens_.find(output.token);
  if (token != tokens_.end()) offered_ = token->second;
  const std::uint64_t accepted = accepted_;
  use_token(output.token, "a renewal sent a token that nobody gave");
  accepted_ = accepted;  // until the server says so
  if (live_) live_->renewal_due.reset();
}

void Books::use_token(TokenRequestId request, std::string_view otherwise) {
  const auto token = tokens_.find(request);
  if (token == tokens_.end()) {
    complain(Invariant::nothing_late, otherwise);
    return;
  }
  accepted_ = token->second;
  tokens_.erase(token);
}

void Books::note_request(const RequestToken& output) {
  check_nobody("a token was asked for in the name of nobody");
  if (pending_) complain(Invariant::nothing_late, "two token requests count at a time");
  if (output.request.value <= last_request_)
    complain(Invariant::nothing_late, "a token request id was used again");
  last_request_ = output.request.value;
  pending_ = output.request;
  pending_renews_ = live_.has_value();
  asked_at_ = step_.now.monotonic;
  if (pending_renews_) {
    if (output.force_refresh) live_->renewal_due.reset();
    return;
  }
  if (refresh_.is_owed() && !output.force_refresh) {
    complain(Invariant::refresh_owed, "a token was asked for and need not be fresh");
  }
  last_dial_ = step_.now.monotonic;
  note_dial_begun();
}

void Books::note_abandon(const AbandonToken& output) {
  const bool known = pending_ == output.request || tokens_.count(output.request) != 0;
  if (!known)
    complain(Invariant::nothing_late,
             "a token request was abandoned that is neither pending nor unused");
  if (pending_ == output.request) pending_.reset();
  tokens_.erase(output.request);
}

void Books::note_token(TokenRequestId request, const TokenResult& result) {
  if (pending_ != request) return;
  pending_.reset();
  switch (result.kind) {
    case TokenResult::Kind::token:
      tokens_[request] = result.fingerprint;
      if (pending_renews_) return;
      step_.must_refuse = asks_address_ && !is_address(result.address);
      if (step_.must_refuse) return;
      step_.must_refuse = rejected_ && rejected_->fingerprint == result.fingerprint;
      if (step_.must_refuse) return;
      refresh_.after_rejection = false;
      if (refresh_.unopened >= unopened_dials_before_refresh) refresh_.had = true;
      return;
    case TokenResult::Kind::absent:
      step_.absent = true;
      begin_anew();
      // Nobody is signed in: this was no dial.
      if (pending_renews_) return;
      dial_began_ = former_dial_;
      if (pending_by_signal_) last_signal_dial_ = former_signal_dial_;
      return;
    case TokenResult::Kind::invalid:
      step_.must_refuse = !pending_renews_;
      return;
    case TokenResult::Kind::failed:
    case TokenResult::Kind::no_address:
      return;
  }
}

void Books::note_authed(Duration lifetime, const Connection& connection) {
  if (offered_) accepted_ = *offered_;
  offered_.reset();
  plan_renewal(lifetime, connection);
}

// Due at 80 % of the life, but for lives so short that the machine spares the provider.
void Books::plan_renewal(Duration lifetime, const Connection& connection) {
  if (lifetime < Duration{0}) return;
  if (!live_->can_reauth || !connection.options().has_token_provider) return;
  const Duration wished = lifetime * renewal_share;
  live_->renewal_due = step_.now + std::max(wished, live_->renewal_pause);
  if (wished < live_->renewal_pause) {
    live_->renewal_pause = std::min(live_->renewal_pause * 2, renewal_pause_most);
  }
}

void Books::check_renewal(const Connection& connection) {
  if (!live_ || !live_->usable || !live_->renewal_due) return;
  const Instant due = *live_->renewal_due;
  const auto next = connection.next_deadline();
  if (!next || next->monotonic > due.monotonic + grain) {
    complain(Invariant::renewal_planned, "a renewal is planned and nobody will notice its time");
  }
  if (step_.input != Input::deadline) return;
  if (step_.now.monotonic >= due.monotonic || step_.now.wall >= due.wall) {
    complain(Invariant::renewal_planned, "a renewal did not take place when it was due");
  }
}

// What follows a close that was about the token.
void Books::check_rejection() {
  if (step_.rejection == Verdict::none || step_.rejection == Verdict::last) return;
  const bool expired = step_.rejection == Verdict::expired;
  const ErrorKind kind = expired ? ErrorKind::token_expired : ErrorKind::auth_rejected;
  if (!status_.error || status_.error->kind != kind) {
    complain(Invariant::status_agrees, "a rejected token goes by another name");
  }
  if (expired && !step_.dialled) {
    complain(Invariant::delay_window, "the token of a link that had lasted is not renewed at once");
  }
  if (!expired && status_.phase != Phase::waiting) {
    complain(Invariant::delay_window, "a rejection is not followed by its moment of waiting");
  }
}

}  // namespace keepline::sim
