// The clocks of the core: inputs only, and honest about sleep.
#include <doctest/doctest.h>

#include <chrono>

#include "time.hpp"

using namespace keepline;

namespace {

template <class Clock>
concept CanTellTheTime = requires {
  Clock::now();
};

// Were this to fail, somebody could read the time inside the core, and a replay would differ.
static_assert(!CanTellTheTime<HostClock>);
static_assert(!CanTellTheTime<WallClock>);
static_assert(CanTellTheTime<std::chrono::steady_clock>, "the check itself works");

template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
static_assert(Subtractable<HostClock::time_point, HostClock::time_point>);
static_assert(!Subtractable<HostClock::time_point, WallClock::time_point>, "clocks do not mix");

Instant at(double monotonic, double wall) {
  return {HostClock::time_point(milliseconds(monotonic)),
          WallClock::time_point(milliseconds(wall))};
}

}  // namespace

TEST_SUITE("time") {
  TEST_CASE("a duration keeps fractions of a millisecond") {
    CHECK(milliseconds(1.5).count() == 1.5);
    CHECK(seconds(1.5) == milliseconds(1500));
  }

  TEST_CASE("adding a duration moves both clocks") {
    CHECK(at(10, 1000) + milliseconds(2.5) == at(12.5, 1002.5));
  }

  TEST_CASE("elapsed agrees with both clocks while the machine is awake") {
    CHECK(elapsed(at(10, 1000), at(15, 1005)) == milliseconds(5));
  }

  TEST_CASE("a sleep that only the wall clock saw counts as elapsed") {
    CHECK(elapsed(at(10, 1000), at(15, 9000)) == milliseconds(8000));
  }

  TEST_CASE("a wall clock set back does not undo what the monotonic clock measured") {
    CHECK(elapsed(at(10, 5000), at(40, 1000)) == milliseconds(30));
  }

  TEST_CASE("wall-clock time is handed out in milliseconds since the epoch") {
    CHECK(to_ms(at(0, 1763805600000.25).wall) == 1763805600000.25);
  }

  TEST_CASE("milliseconds since the epoch lose nothing in a double for millennia") {
    const double year_9999_ms = 253402300799999;
    CHECK(to_ms(WallClock::time_point(milliseconds(year_9999_ms))) == year_9999_ms);
  }
}
