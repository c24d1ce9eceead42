#include "story.hpp"

#include <algorithm>

namespace keepline {

Episode Story::episode() const {
  if (exhausted) return Episode::exhausted;
  return was_usable ? Episode::again : Episode::first;
}

int Story::next_attempt() const { return repeats_wait ? std::max(attempt, 1) : attempt + 1; }

bool Story::owes_refresh() const {
  return force_refresh ||
         (unopened_dials >= unopened_dials_before_refresh && !refreshed_for_unopened);
}

bool Story::is_rejected_token(Fingerprint token) const {
  return rejected && rejected_with == token;
}

void Story::token_given() {
  if (unopened_dials >= unopened_dials_before_refresh) refreshed_for_unopened = true;
  force_refresh = false;
}

void Story::dial_unopened(HostClock::time_point now) {
  last_unopened = now;
  unopened_dials = std::min(unopened_dials + 1, unopened_dials_before_refresh);
}

void Story::opened() {
  unopened_dials = 0;
  last_unopened = long_ago;
  refreshed_for_unopened = false;
}

void Story::usable() {
  was_usable = true;
  repeats_wait = false;
  timeouts_in_row = 0;
}

void Story::proven() {
  attempt = 0;
  exhausted = false;
  rejected = false;
  rejected_with.reset();
}

void Story::reject(std::optional<Fingerprint> token) {
  rejected = true;
  rejected_with = token;
  force_refresh = true;
}

void Story::revive() {
  attempt = 0;
  exhausted = false;
}

void Story::retry() {
  revive();
  rejected = false;
  rejected_with.reset();
  refreshed_for_unopened = false;
}

}  // namespace keepline
