// What is known of the way to an endpoint, and how long the next dial may take by it.
#include <doctest/doctest.h>

#include <limits>

#include "path.hpp"

using namespace keepline;

namespace {

constexpr Duration configured = seconds(15);

Path of_dial(Duration took) {
  Path path;
  path.dial_took = took;
  return path;
}

}  // namespace

TEST_SUITE("path") {
  TEST_CASE("of a new path nothing is known, and its first dial has the full time") {
    const Path path;
    CHECK_FALSE(path.answers_pings);
    CHECK_FALSE(path.greets);
    CHECK(path.connect_timeout(configured, 0) == configured);
  }

  TEST_CASE("a known path's dial has ten times what the last one took, and five seconds at least") {
    CHECK(of_dial(milliseconds(40)).connect_timeout(configured, 0) == seconds(5));
    CHECK(of_dial(milliseconds(500)).connect_timeout(configured, 0) == seconds(5));
    CHECK(of_dial(milliseconds(501)).connect_timeout(configured, 0) == milliseconds(5010));
    CHECK(of_dial(milliseconds(1200)).connect_timeout(configured, 0) == seconds(12));
  }

  TEST_CASE("no dial has more than what is configured, however slow the path is known to be") {
    CHECK(of_dial(seconds(4)).connect_timeout(configured, 0) == configured);
    CHECK(of_dial(milliseconds(40)).connect_timeout(seconds(2), 0) == seconds(2));
  }

  TEST_CASE("round trips that have become slower than the last dial count instead of it") {
    Path path = of_dial(milliseconds(40));
    path.round_trips.record(milliseconds(900));
    CHECK(path.connect_timeout(configured, 0) == seconds(9));
    path.dial_took = milliseconds(1100);
    CHECK(path.connect_timeout(configured, 0) == seconds(11));
  }

  TEST_CASE("every second timeout in a row gives the next dials half as much again") {
    const Path path = of_dial(milliseconds(40));
    CHECK(path.connect_timeout(configured, 1) == seconds(5));
    CHECK(path.connect_timeout(configured, 2) == seconds(7.5));
    CHECK(path.connect_timeout(configured, 3) == seconds(7.5));
    CHECK(path.connect_timeout(configured, 4) == seconds(11.25));
  }

  TEST_CASE("timeouts without end give a dial thirty seconds and no more") {
    constexpr int without_end = std::numeric_limits<int>::max();
    CHECK(Path{}.connect_timeout(configured, 4) == seconds(30));
    CHECK(Path{}.connect_timeout(configured, without_end) == seconds(30));
    CHECK(of_dial(milliseconds(40)).connect_timeout(configured, without_end) == seconds(30));
  }

  TEST_CASE("who configured more than thirty seconds has them, and no more for timeouts") {
    CHECK(Path{}.connect_timeout(seconds(60), 0) == seconds(60));
    CHECK(Path{}.connect_timeout(seconds(60), 10) == seconds(60));
  }

  TEST_CASE("paths are equal where all that is known is, and a copy goes its own way") {
    Path path = of_dial(milliseconds(40));
    path.answers_pings = true;
    Path copy = path;
    CHECK(copy == path);
    copy.round_trips.record_ping(false);
    CHECK(copy != path);
    CHECK_FALSE(path.round_trips.quality().loss);
  }
}
