// Time as the core sees it: two clocks whose readings the host hands in with every call.
//
// Neither clock has a now(): reading the time inside the core does not compile. The monotonic clock
// measures deadlines and stands still while most machines sleep; the wall clock is what people read
// and what betrays a sleep. This file knows nothing of where the readings come from.
#pragma once

#include <chrono>
#include <limits>
#include <ratio>

namespace keepline {

// Milliseconds as a double: the unit of the browser's own clocks, with fractions, and the same
// arithmetic natively and in WebAssembly.
using Duration = std::chrono::duration<double, std::milli>;

// A chrono clock without now(). Its epoch is the host's choice and never looked at.
struct HostClock {
  using rep = double;
  using period = std::milli;
  using duration = Duration;
  using time_point = std::chrono::time_point<HostClock>;
  static constexpr bool is_steady = true;
};

// Milliseconds since 1970-01-01T00:00:00Z, as the machine believes; it may jump either way.
struct WallClock {
  using rep = double;
  using period = std::milli;
  using duration = Duration;
  using time_point = std::chrono::time_point<WallClock>;
  static constexpr bool is_steady = false;
};

// What a timer holds that is not armed, and what happened before anything did.
inline constexpr HostClock::time_point never{Duration{std::numeric_limits<double>::infinity()}};
inline constexpr HostClock::time_point long_ago =
    HostClock::time_point{} - never.time_since_epoch();

// One moment, read off both clocks.
struct Instant {
  HostClock::time_point monotonic{};
  WallClock::time_point wall{};

  friend constexpr bool operator==(const Instant&, const Instant&) = default;
};

inline constexpr Instant never_at_all{never, WallClock::time_point{never.time_since_epoch()}};

constexpr Instant operator+(Instant at, Duration by) { return {at.monotonic + by, at.wall + by}; }

// Of two moments the earlier one by each clock.
constexpr Instant earlier(const Instant& a, const Instant& b) {
  return {b.monotonic < a.monotonic ? b.monotonic : a.monotonic, b.wall < a.wall ? b.wall : a.wall};
}

// What has passed, by the clock that saw more of it: a sleep counts although the monotonic clock
// slept too, and a wall clock set back does not undo what the monotonic one measured.
constexpr Duration elapsed(Instant from, Instant to) {
  const Duration by_monotonic = to.monotonic - from.monotonic;
  const Duration by_wall = to.wall - from.wall;
  return by_wall > by_monotonic ? by_wall : by_monotonic;
}

constexpr Duration milliseconds(double value) { return Duration{value}; }

constexpr Duration seconds(double value) { return Duration{value * 1000.0}; }

constexpr double to_ms(WallClock::time_point at) { return at.time_since_epoch().count(); }

}  // namespace keepline
