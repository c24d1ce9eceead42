// Moments for the tests of values that know time: in milliseconds since nothing in particular.
#pragma once

#include "time.hpp"

namespace keepline {

inline HostClock::time_point host_at(double ms) { return HostClock::time_point(milliseconds(ms)); }

// Where each clock stands; with one figure both of them.
inline Instant at(double monotonic, double wall) {
  return {host_at(monotonic), WallClock::time_point(milliseconds(wall))};
}
inline Instant at(double ms) { return at(ms, ms); }

}  // namespace keepline
