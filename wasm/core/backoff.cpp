#include "backoff.hpp"

#include <algorithm>

namespace keepline {
namespace {

constexpr Duration full_jitter_floor = milliseconds(250);

// By squaring, and not std::pow, whose last bit differs between C libraries: the same log must
// replay to the same delays natively and in WebAssembly. Large exponents end at infinity.
double raise(double factor, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result *= factor;
    factor *= factor;
  }
  return result;
}

}  // namespace

std::optional<DelayWindow> backoff_window(const BackoffOptions& options, int attempt) {
  if (attempt > options.max_attempts) return std::nullopt;
  const Duration grown = options.initial * raise(options.factor, attempt - 1);
  const Duration base = grown < options.max ? grown : options.max;
  if (options.strategy == BackoffStrategy::full_jitter) {
    return DelayWindow{std::min(full_jitter_floor, base), base};
  }
  const double spread = 1 + options.jitter;
  if (base * spread > options.max) return DelayWindow{options.max / spread, options.max};
  return DelayWindow{base, base * spread};
}

DelayWindow hinted_window(DelayWindow own, const RetryHint& hint) {
  const Duration from = std::max(hint.retry_after, own.min);
  return {from, from + hint.spread};
}

DelayWindow remaining_window(DelayWindow own, DelayWindow first, Duration waited) {
  return {std::max(own.min - waited, first.min), std::max(own.max - waited, first.max)};
}

DelayWindow probe_window(Duration slow_probe) { return {slow_probe * 0.5, slow_probe * 1.5}; }

}  // namespace keepline
