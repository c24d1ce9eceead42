#include "path.hpp"

#include <algorithm>

namespace keepline {
namespace {

constexpr double connect_rtt_factor = 10;
constexpr Duration connect_floor = seconds(5);
constexpr Duration connect_ceiling = seconds(30);
constexpr double connect_growth = 1.5;

}  // namespace

Duration Path::connect_timeout(Duration configured, int timeouts_in_row) const {
  Duration timeout = configured;
  const Duration known = std::max(dial_took, round_trips.p95().value_or(Duration{0}));
  if (known > Duration{0}) {
    timeout = std::min(timeout, std::max(known * connect_rtt_factor, connect_floor));
  }
  for (int pair = 0; pair < timeouts_in_row / 2 && timeout < connect_ceiling; ++pair) {
    timeout = std::min(timeout * connect_growth, connect_ceiling);
  }
  return timeout;
}

}  // namespace keepline
