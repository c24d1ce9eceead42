#include "round_trips.hpp"

#include <algorithm>
#include <cmath>

#include "text.hpp"

namespace keepline {
namespace {

// Where a link stops feeling immediate, and where talking over it starts to hurt (ITU-T G.114 puts
// the limits of conversation at 150 and 400 ms one way).
constexpr double rtt_fair_ms = 300;
constexpr double rtt_poor_ms = 800;
constexpr double jitter_fair_ms = 100;
constexpr double loss_fair = 0.02;
constexpr double loss_poor = 0.1;

Grade grade_of(double p95, double jitter, double loss) {
  if (p95 > rtt_poor_ms || loss > loss_poor) return Grade::poor;
  if (p95 > rtt_fair_ms || jitter > jitter_fair_ms || loss > loss_fair) return Grade::fair;
  return Grade::good;
}

}  // namespace

std::string_view to_string(Grade grade) {
  constexpr std::string_view names = "unknown,good,fair,poor";
  static_assert(names_all(names, Grade::poor));
  return name_in(names, grade);
}

void RoundTrips::record(Duration rtt) {
  const double ms = rtt.count();
  // RFC 3550, 6.4.1: a running mean of the difference between neighbours, gain 1/16.
  if (sample_count_ > 0) {
    const double last = samples_[(sample_count_ - 1) % rtt_samples_max];
    jitter_ += (std::abs(ms - last) - jitter_) / 16;
  }
  samples_[sample_count_ % rtt_samples_max] = ms;
  ++sample_count_;
}

void RoundTrips::record_ping(bool answered) {
  outcomes_[outcome_count_ % ping_outcomes_max] = answered;
  ++outcome_count_;
}

std::optional<Duration> RoundTrips::quantile(double share) const {
  const std::size_t count = std::min(sample_count_, rtt_samples_max);
  if (count == 0) return std::nullopt;
  // Nearest rank: the smallest sample that at least `share` of them do not pass. Counted for each,
  // since they are few and sorting is code.
  const double rank = share * static_cast<double>(count);
  const auto begin = samples_.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  double least = *std::max_element(begin, end);
  for (auto sample = begin; sample != end; ++sample) {
    const auto within =
        std::count_if(begin, end, [sample](double each) { return each <= *sample; });
    if (*sample < least && static_cast<double>(within) >= rank) least = *sample;
  }
  return milliseconds(least);
}

Quality RoundTrips::quality() const {
  Quality quality;
  const std::size_t pings = std::min(outcome_count_, ping_outcomes_max);
  if (pings > 0) {
    const auto lost = std::count(outcomes_.begin(),
                                 outcomes_.begin() + static_cast<std::ptrdiff_t>(pings), false);
    quality.loss = static_cast<double>(lost) / static_cast<double>(pings);
  }
  if (sample_count_ == 0) return quality;
  quality.rtt_last = samples_[(sample_count_ - 1) % rtt_samples_max];
  quality.rtt_p50 = quantile(0.5)->count();
  quality.rtt_p95 = quantile(0.95)->count();
  quality.jitter = jitter_;
  quality.grade = grade_of(*quality.rtt_p95, jitter_, quality.loss.value_or(0));
  return quality;
}

}  // namespace keepline
