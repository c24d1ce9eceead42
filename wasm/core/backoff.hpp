// Attempt number in, window of delays out (pure). Jitter comes after the cap, so that a herd that
// has reached the cap stays spread.
#pragma once

#include <optional>

#include "close_policy.hpp"
#include "options.hpp"
#include "random.hpp"
#include "time.hpp"

namespace keepline {

// A closed window; the delay is uniform in it.
struct DelayWindow {
  Duration min{};
  Duration max{};

  friend constexpr bool operator==(const DelayWindow&, const DelayWindow&) = default;
};

// `attempt` counts from 1. Nothing where attempt is past options.max_attempts: exhausted.
std::optional<DelayWindow> backoff_window(const BackoffOptions& options, int attempt);

// [n', n' + spread] with n' = max(hint.retry_after, own.min).
DelayWindow hinted_window(DelayWindow own, const RetryHint& hint);

// What is left of a wait where the dial before it ended by its timeout, `waited` after it began:
// that time counts, since a path that works again must not wait for both. Never less than the
// `first` wait, so that dials that ended together do not begin together.
DelayWindow remaining_window(DelayWindow own, DelayWindow first, Duration waited);

// Uniform in [interval * 0.5, interval * 1.5]: the slow probe's window.
DelayWindow probe_window(Duration slow_probe);

}  // namespace keepline
