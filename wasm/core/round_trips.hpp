// Round-trip figures of one endpoint: last, median, 95th percentile, jitter, loss, and a grade.
//
// Bounded samples, no averages of averages; what was not seen is absent.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "metrics.hpp"
#include "time.hpp"

namespace keepline {

inline constexpr std::size_t rtt_samples_max = 50;
inline constexpr std::size_t ping_outcomes_max = 20;

class RoundTrips {
 public:
  void record(Duration rtt);
  void record_ping(bool answered);
  std::optional<Duration> p95() const { return quantile(0.95); }
  Quality quality() const;

  friend bool operator==(const RoundTrips&, const RoundTrips&) = default;

 private:
  std::optional<Duration> quantile(double share) const;

  std::array<double, rtt_samples_max> samples_{};
  std::size_t sample_count_ = 0;  // ever
  std::array<bool, ping_outcomes_max> outcomes_{};
  std::size_t outcome_count_ = 0;  // ever
  double jitter_ = 0;
};

}  // namespace keepline
