// Round trips: quantiles, jitter, loss, and the grade.
#include <doctest/doctest.h>

#include "round_trips.hpp"

using namespace keepline;

TEST_SUITE("round trips") {
  TEST_CASE("nothing seen is nothing said") {
    const Quality quality = RoundTrips{}.quality();
    CHECK_FALSE(quality.rtt_last);
    CHECK_FALSE(quality.rtt_p50);
    CHECK_FALSE(quality.jitter);
    CHECK_FALSE(quality.loss);
    CHECK(quality.grade == Grade::unknown);
    CHECK_FALSE(RoundTrips{}.p95());
  }

  TEST_CASE("quantiles are of the nearest rank over the last fifty") {
    RoundTrips figures;
    for (int ms = 1000; ms > 0; --ms) figures.record(milliseconds(ms));
    const Quality quality = figures.quality();
    CHECK(quality.rtt_last == 1);
    CHECK(quality.rtt_p50 == 25);
    CHECK(quality.rtt_p95 == 48);
    CHECK(figures.p95() == milliseconds(48));
  }

  TEST_CASE("one sample is every quantile and no jitter") {
    RoundTrips figures;
    figures.record(milliseconds(70));
    CHECK(figures.quality().rtt_p50 == 70);
    CHECK(figures.quality().rtt_p95 == 70);
    CHECK(figures.quality().jitter == 0);
  }

  TEST_CASE("jitter is the running mean of RFC 3550, gain one sixteenth") {
    RoundTrips figures;
    figures.record(milliseconds(100));
    figures.record(milliseconds(116));
    CHECK(figures.quality().jitter == 1);
    figures.record(milliseconds(116));
    CHECK(figures.quality().jitter == 1 - 1.0 / 16);
  }

  TEST_CASE("loss is of the last twenty pings") {
    RoundTrips figures;
    for (int ping = 0; ping < 100; ++ping) figures.record_ping(false);
    for (int ping = 0; ping < 15; ++ping) figures.record_ping(true);
    CHECK(figures.quality().loss == 0.25);
    for (int ping = 0; ping < 5; ++ping) figures.record_ping(true);
    CHECK(figures.quality().loss == 0);
  }

  TEST_CASE("the grade follows delay and loss") {
    RoundTrips good;
    good.record(milliseconds(300));
    CHECK(good.quality().grade == Grade::good);
    RoundTrips fair;
    fair.record(milliseconds(301));
    CHECK(fair.quality().grade == Grade::fair);
    RoundTrips poor;
    poor.record(milliseconds(801));
    CHECK(poor.quality().grade == Grade::poor);
    for (int ping = 0; ping < 19; ++ping) good.record_ping(true);
    good.record_ping(false);
    CHECK(good.quality().grade == Grade::fair);
    good.record_ping(false);
    good.record_ping(false);
    CHECK(good.quality().grade == Grade::poor);
  }
}
