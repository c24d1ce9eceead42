#include "renewal.hpp"

#include <algorithm>

namespace keepline {

void Renewal::plan(const Instant& now, Duration lifetime) {
  const Duration wished = lifetime * renewal_share;
  plan_ = Plan{now, lifetime, std::max(wished, pause_)};
  pause_ = wished < pause_ ? std::min(pause_ * 2, renewal_pause_max) : renewal_pause_min;
}

bool Renewal::is_due(const Instant& now) const {
  if (!plan_ || plan_->used) return false;
  const Instant at = plan_->since + plan_->after;
  return now.monotonic >= at.monotonic || now.wall >= at.wall;
}

TokenRequestId Renewal::ask(const Instant& now, TokenRequestId request, Duration timeout,
                            bool planned) {
  const TokenRequestId former = ask_.end();
  if (planned && plan_) plan_->used = true;
  ask_.begin(request, now.monotonic + timeout);
  return former;
}

bool Renewal::offer(Fingerprint token) {
  if (token == (offered_ ? offered_ : accepted_)) return false;
  offered_ = token;
  return true;
}

void Renewal::postpone(const Instant& now) {
  if (!plan_ || !plan_->used) return;
  const Duration left = (plan_->lifetime - elapsed(plan_->since, now)) / 2;
  if (left < renewal_last_try) return;
  plan_ = Plan{now, left * 2, left};
}

void Renewal::accept() {
  if (offered_) accepted_ = offered_;
  offered_.reset();
}

Instant Renewal::deadline() const {
  Instant first = never_at_all;
  if (plan_ && !plan_->used) first = plan_->since + plan_->after;
  first.monotonic = std::min(first.monotonic, ask_.deadline());
  return first;
}

}  // namespace keepline
