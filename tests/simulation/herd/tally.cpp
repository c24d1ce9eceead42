#include "tally.hpp"

#include <algorithm>

namespace keepline::sim::herd {

std::uint64_t worst_window(const std::vector<Moment>& times, Moment from, Moment to) {
  const auto first = std::lower_bound(times.begin(), times.end(), from);
  const auto last = std::lower_bound(times.begin(), times.end(), to);
  auto end = first;
  std::ptrdiff_t most = 0;
  for (auto begin = first; begin != last; ++begin) {
    while (end != last && *end < *begin + window_ms) ++end;
    most = std::max(most, end - begin);
  }
  return static_cast<std::uint64_t>(most);
}

Quantiles quantiles_of(std::vector<Moment> samples) {
  Quantiles quantiles{.count = samples.size()};
  if (samples.empty()) return quantiles;
  std::sort(samples.begin(), samples.end());
  const auto part = [&samples](std::size_t hundredths) {
    return samples[(samples.size() * hundredths + 99) / 100 - 1];
  };
  quantiles.p50 = part(50);
  quantiles.p95 = part(95);
  quantiles.most = samples.back();
  return quantiles;
}

void Tally::close(std::int64_t usable_before, std::int64_t live_before) {
  for (Second& second : seconds) {
    usable_before += second.usable;
    live_before += second.live;
    second.usable = usable_before;
    second.live = live_before;
  }
}

}  // namespace keepline::sim::herd
