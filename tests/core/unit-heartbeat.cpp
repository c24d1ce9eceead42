// The heartbeat at its boundaries: beats, probes, evidence, round trips.
#include <doctest/doctest.h>

#include <cmath>

#include "heartbeat.hpp"

using namespace keepline;

namespace {

HostClock::time_point at(double ms) { return HostClock::time_point(milliseconds(ms)); }

// A heartbeat that started at zero, with its figures.
struct Patient {
  RoundTrips figures;
  Heartbeat heart;

  explicit Patient(HeartbeatOptions options = {}) : heart(options) { heart.start(at(0)); }

  Beat due(double ms) { return heart.due(at(ms), figures); }
  std::uint32_t ping(double ms) {
    REQUIRE(due(ms) == Beat::ping);
    return heart.pinged(at(ms), figures);
  }
  bool pong(double ms, std::uint32_t id) {
    const bool ours = heart.pong_arrived(at(ms), id, figures);
    heart.frame_arrived();
    return ours;
  }
};

}  // namespace

TEST_SUITE("heartbeat") {
  TEST_CASE("the first ping is due one interval after the start and not a moment before") {
    Patient patient;
    CHECK(patient.heart.deadline() == at(30000));
    CHECK(patient.due(29999) == Beat::nothing);
    CHECK(patient.due(30000) == Beat::ping);
  }

  TEST_CASE("nothing is due before the start, after the stop, and with the format off") {
    HeartbeatOptions off;
    off.format = HeartbeatFormat::off;
    Patient silent(off);
    silent.heart.request_probe(at(0));
    CHECK(silent.due(1e9) == Beat::nothing);
    CHECK(silent.heart.deadline() == never);
    Patient stopped;
    stopped.heart.stop();
    stopped.heart.request_probe(at(0));
    CHECK(stopped.due(1e9) == Beat::nothing);
    CHECK(stopped.heart.deadline() == never);
  }

  TEST_CASE("silence is death at the answer's deadline where an answer is owed") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    CHECK(patient.heart.deadline() == at(40000));
    CHECK(patient.due(39999) == Beat::nothing);
    CHECK(patient.due(40000) == Beat::dead);
  }

  TEST_CASE("silence is only counted where no answer is owed") {
    Patient patient;
    patient.ping(30000);
    CHECK(patient.due(40000) == Beat::unanswered);
    CHECK(patient.due(40000) == Beat::nothing);
    CHECK(patient.figures.quality().loss == 1);
    CHECK_FALSE(patient.heart.answers_seen());
  }

  TEST_CASE("one answered ping makes every later answer owed, on the next link too") {
    Patient patient;
    CHECK(patient.pong(30040, patient.ping(30000)));
    CHECK(patient.heart.answers_seen());
    patient.heart.start(at(100000));
    patient.ping(130000);
    CHECK(patient.due(140000) == Beat::dead);
  }

  TEST_CASE("a pong nobody asked for proves nothing") {
    Patient patient;
    CHECK_FALSE(patient.pong(10, 0));
    CHECK_FALSE(patient.pong(10, 1));
    CHECK_FALSE(patient.heart.answers_seen());
    patient.ping(30000);
    CHECK_FALSE(patient.pong(30010, 2));
    CHECK_FALSE(patient.heart.answers_seen());
  }

  TEST_CASE("any frame before the deadline keeps the link, although the pong is missing") {
    Patient patient;
    patient.heart.owe_answers();
    CHECK(patient.pong(30040, patient.ping(30000)));
    patient.ping(60000);
    patient.heart.frame_arrived();
    CHECK(patient.due(70000) == Beat::nothing);
    CHECK(patient.figures.quality().loss == 0.5);
  }

  TEST_CASE("a frame from before the ping is no answer to it") {
    Patient patient;
    patient.heart.owe_answers();
    patient.heart.frame_arrived();
    patient.ping(30000);
    CHECK(patient.due(40000) == Beat::dead);
  }

  TEST_CASE("a pong answers once") {
    Patient patient;
    const auto id = patient.ping(30000);
    CHECK(patient.pong(30040, id));
    CHECK_FALSE(patient.pong(30050, id));
    CHECK(patient.figures.quality().rtt_last == 40);
  }

  TEST_CASE("a bare pong answers the latest ping") {
    Patient patient;
    patient.ping(30000);
    CHECK(patient.pong(30025, 0));
    CHECK(patient.figures.quality().rtt_last == 25);
  }

  TEST_CASE("pongs to earlier pings are answers and are measured against their own ping") {
    HeartbeatOptions options;
    options.interval = seconds(1);
    Patient patient(options);
    const auto first = patient.ping(1000);
    const auto second = patient.ping(2000);
    CHECK(patient.pong(2500, first));
    CHECK(patient.figures.quality().rtt_last == 1500);
    CHECK(patient.pong(3400, second));
    CHECK(patient.figures.quality().rtt_last == 1400);
    CHECK(patient.figures.quality().loss == 0);
  }

  TEST_CASE("an earlier ping that is owed an answer keeps its deadline beside a later one") {
    HeartbeatOptions options;
    options.interval = seconds(6);
    Patient patient(options);
    patient.heart.owe_answers();
    patient.ping(6000);
    patient.ping(12000);
    CHECK(patient.due(15999) == Beat::nothing);
    CHECK(patient.due(16000) == Beat::dead);
  }

  TEST_CASE("a deadline handled a second late is evidence, and a moment later it is not") {
    Patient punctual;
    punctual.heart.owe_answers();
    punctual.ping(30000);
    CHECK(punctual.due(41000) == Beat::dead);
    Patient late;
    late.heart.owe_answers();
    late.ping(30000);
    CHECK(late.due(41000.5) == Beat::ping);
    late.heart.pinged(at(41000.5), late.figures);
    CHECK(late.heart.deadline() == at(43500.5));
    CHECK(late.due(43500.5) == Beat::dead);
  }

  TEST_CASE("the probe's own deadline excuses lateness once and not twice") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    patient.heart.pinged(at(90000), patient.figures);
    CHECK(patient.due(150000) == Beat::ping);
    patient.heart.pinged(at(150000), patient.figures);
    CHECK(patient.due(210000) == Beat::dead);
  }

  TEST_CASE("a probe is one ping: asked for again while it is on its way, none is added") {
    Patient patient;
    patient.heart.request_probe(at(5000));
    CHECK(patient.heart.deadline() == at(5000));
    patient.ping(5000);
    patient.heart.request_probe(at(5100));
    CHECK(patient.due(5100) == Beat::nothing);
    CHECK(patient.heart.deadline() == at(7500));
  }

  TEST_CASE("a probe does not move the beat") {
    Patient patient;
    patient.heart.request_probe(at(5000));
    CHECK(patient.pong(5040, patient.ping(5000)));
    CHECK(patient.heart.deadline() == at(30000));
  }

  TEST_CASE("a sleep voids what was owed before it, and the probe decides") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    patient.heart.woke(true);
    patient.heart.request_probe(at(39999));
    patient.ping(39999);
    CHECK(patient.due(40000) == Beat::nothing);
    CHECK(patient.due(42499) == Beat::dead);
  }

  TEST_CASE("a round trip measured across a sleep is none") {
    Patient patient;
    const auto id = patient.ping(30000);
    patient.heart.woke(true);
    CHECK(patient.pong(30040, id));
    CHECK_FALSE(patient.figures.quality().rtt_last);
    CHECK(patient.figures.quality().loss == 0);
  }

  TEST_CASE("beats that a throttled timer slept through are not made up for") {
    Patient patient;
    patient.ping(130000);
    patient.heart.frame_arrived();
    CHECK(patient.due(130001) == Beat::nothing);
    CHECK(patient.heart.deadline() <= at(160000));
  }

  TEST_CASE("the server's interval is clamped to 5 s and 120 s and counts from its arrival") {
    Patient patient;
    patient.heart.set_interval(at(1000), milliseconds(1));
    CHECK(patient.heart.deadline() == at(6000));
    patient.heart.set_interval(at(1000), seconds(1e6));
    CHECK(patient.heart.deadline() == at(121000));
    patient.heart.set_interval(at(1000), seconds(20));
    CHECK(patient.heart.deadline() == at(21000));
    patient.heart.start(at(50000));
    CHECK(patient.heart.deadline() == at(80000));
  }
}

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
