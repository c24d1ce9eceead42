// The heartbeat at its boundaries: beats, probes, evidence, round trips.
#include <doctest/doctest.h>

#include <utility>

#include "heartbeat.hpp"

using namespace keepline;

namespace {

HostClock::time_point at(double ms) { return HostClock::time_point(milliseconds(ms)); }

// A heartbeat that started at zero, with its figures.
struct Patient {
  Path path;
  Heartbeat heart;

  explicit Patient(HeartbeatOptions options = {}) : heart(options) {
    heart.start(at(0), std::nullopt, path);
  }

  Beat due(double ms) { return heart.due(at(ms), path); }
  std::uint32_t ping(double ms) {
    REQUIRE(due(ms) == Beat::ping);
    return heart.pinged(at(ms), path);
  }
  bool pong(double ms, std::uint32_t id) {
    const bool ours = heart.pong_arrived(at(ms), id, path);
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

  TEST_CASE("nothing is due before the start, and with the format off") {
    HeartbeatOptions off;
    off.format = HeartbeatFormat::off;
    Patient silent(off);
    silent.heart.request_probe(at(0));
    CHECK(silent.due(1e9) == Beat::nothing);
    CHECK(silent.heart.deadline() == never);
    Path path;
    Heartbeat unstarted{HeartbeatOptions{}};
    unstarted.request_probe(at(0));
    CHECK(unstarted.due(at(1e9), path) == Beat::nothing);
    CHECK(unstarted.deadline() == never);
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
    CHECK(patient.path.round_trips.quality().loss == 1);
    CHECK_FALSE(patient.path.answers_pings);
  }

  TEST_CASE("one answered ping makes every later answer owed, on the next link too") {
    Patient patient;
    CHECK(patient.pong(30040, patient.ping(30000)));
    CHECK(patient.path.answers_pings);
    patient.heart = Heartbeat{HeartbeatOptions{}};
    patient.heart.start(at(100000), std::nullopt, patient.path);
    patient.ping(130000);
    CHECK(patient.due(140000) == Beat::dead);
  }

  TEST_CASE("a pong nobody asked for proves nothing") {
    Patient patient;
    CHECK_FALSE(patient.pong(10, 0));
    CHECK_FALSE(patient.pong(10, 1));
    CHECK_FALSE(patient.path.answers_pings);
    patient.ping(30000);
    CHECK_FALSE(patient.pong(30010, 2));
    CHECK_FALSE(patient.path.answers_pings);
  }

  TEST_CASE("any frame before the deadline keeps the link, although the pong is missing") {
    Patient patient;
    patient.heart.owe_answers();
    CHECK(patient.pong(30040, patient.ping(30000)));
    patient.ping(60000);
    patient.heart.frame_arrived();
    CHECK(patient.due(70000) == Beat::nothing);
    CHECK(patient.path.round_trips.quality().loss == 0.5);
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
    CHECK(patient.path.round_trips.quality().rtt_last == 40);
  }

  TEST_CASE("a bare pong answers the latest ping") {
    Patient patient;
    patient.ping(30000);
    CHECK(patient.pong(30025, 0));
    CHECK(patient.path.round_trips.quality().rtt_last == 25);
  }

  TEST_CASE("pongs to earlier pings are answers and are measured against their own ping") {
    HeartbeatOptions options;
    options.interval = seconds(1);
    Patient patient(options);
    const auto first = patient.ping(1000);
    const auto second = patient.ping(2000);
    CHECK(patient.pong(2500, first));
    CHECK(patient.path.round_trips.quality().rtt_last == 1500);
    CHECK(patient.pong(3400, second));
    CHECK(patient.path.round_trips.quality().rtt_last == 1400);
    CHECK(patient.path.round_trips.quality().loss == 0);
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
    late.heart.pinged(at(41000.5), late.path);
    CHECK(late.heart.deadline() == at(43500.5));
    CHECK(late.due(43500.5) == Beat::dead);
  }

  TEST_CASE("the probe's own deadline excuses lateness once and not twice") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    patient.heart.pinged(at(90000), patient.path);
    CHECK(patient.due(150000) == Beat::ping);
    patient.heart.pinged(at(150000), patient.path);
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
    CHECK_FALSE(patient.path.round_trips.quality().rtt_last);
    CHECK(patient.path.round_trips.quality().loss == 0);
  }

  TEST_CASE("beats that a throttled timer slept through are not made up for") {
    Patient patient;
    patient.ping(130000);
    patient.heart.frame_arrived();
    CHECK(patient.due(130001) == Beat::nothing);
    CHECK(patient.heart.deadline() <= at(160000));
  }

  TEST_CASE("a link on which nothing has arrived is pinged as it becomes usable") {
    Path path;
    Heartbeat heart{HeartbeatOptions{}};
    heart.start(at(5000), at(5000), path);
    REQUIRE(heart.due(at(5000), path) == Beat::ping);
    heart.pinged(at(5000), path);
    CHECK(heart.deadline() == at(15000));
    CHECK(heart.due(at(15000), path) == Beat::unanswered);
    CHECK(heart.deadline() == at(35000));
  }

  TEST_CASE("bytes that leave a buffer in which more wait put the answer's deadline off") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    patient.heart.bytes_left(at(39000), 100, true);
    CHECK(patient.due(48999) == Beat::nothing);
    CHECK(patient.due(49000) == Beat::dead);
  }

  TEST_CASE("bytes of which the browser says that they are gone are given time by their number") {
    Patient patient;
    patient.heart.owe_answers();
    patient.heart.bytes_left(at(29000), 20 * 65536, false);
    patient.ping(30000);
    CHECK(patient.heart.deadline() == at(49000));
    patient.heart.bytes_left(at(31000), 65536, false);
    CHECK(patient.due(49999) == Beat::nothing);
    CHECK(patient.due(50000) == Beat::dead);
  }

  TEST_CASE("a few bytes now and then keep no dead link") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    for (int ms = 30000; ms < 40000; ms += 500) patient.heart.bytes_left(at(ms), 200, false);
    CHECK(patient.due(40000) == Beat::dead);
  }

  TEST_CASE("no upload keeps a silent link longer than a minute") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    for (int ms = 30000; ms < 60000; ms += 1000) patient.heart.bytes_left(at(ms), 8000, true);
    patient.ping(60000);
    for (int ms = 60000; ms < 90000; ms += 1000) patient.heart.bytes_left(at(ms), 8000, true);
    CHECK(patient.due(89999) == Beat::nothing);
    CHECK(patient.due(90000) == Beat::dead);
  }

  TEST_CASE("the server's interval is clamped to 5 s and 120 s and counts from its arrival") {
    Patient patient;
    patient.heart.set_interval(at(1000), milliseconds(1));
    CHECK(patient.heart.deadline() == at(6000));
    patient.heart.set_interval(at(1000), seconds(1e6));
    CHECK(patient.heart.deadline() == at(121000));
    patient.heart.set_interval(at(1000), seconds(20));
    CHECK(patient.heart.deadline() == at(21000));
  }

  TEST_CASE(
      "an answer that comes after its ping was given up still shows that this server answers") {
    Patient patient;
    const auto id = patient.ping(30000);
    CHECK(patient.due(40000) == Beat::unanswered);
    CHECK_FALSE(patient.pong(40001, id));
    CHECK(patient.path.answers_pings);
    CHECK(patient.path.round_trips.quality().loss == 1);
    patient.ping(60000);
    CHECK(patient.due(70000) == Beat::dead);
  }

  TEST_CASE("of more pings than may still be answered the oldest counts as lost, and only once") {
    HeartbeatOptions options;
    options.interval = seconds(1);
    options.timeout = seconds(60);
    Patient patient(options);
    const auto first = patient.ping(1000);
    for (int beat = 2; beat <= 16; ++beat) patient.ping(beat * 1000);
    CHECK_FALSE(patient.path.round_trips.quality().loss);
    patient.ping(17000);
    CHECK(patient.path.round_trips.quality().loss == 1);
    CHECK_FALSE(patient.pong(17001, first));
    CHECK(patient.path.round_trips.quality().loss == 1);
  }

  TEST_CASE("bytes that leave while no answer is owed make none due") {
    Patient patient;
    patient.heart.bytes_left(at(1000), 100000, true);
    CHECK(patient.heart.deadline() == at(30000));
    patient.heart.bytes_left(at(1000), 0, true);
    CHECK(patient.due(29999) == Beat::nothing);
  }

  TEST_CASE("a socket that was looked at and from which nothing left puts nothing off") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    patient.heart.bytes_left(at(39000), 0, true);
    CHECK(patient.due(40000) == Beat::dead);
  }

  TEST_CASE("a timer that was merely late excuses no silence") {
    Patient patient;
    patient.heart.owe_answers();
    patient.ping(30000);
    patient.heart.woke(false);
    CHECK(patient.heart.deadline() == at(40000));
    CHECK(patient.due(40000) == Beat::dead);
  }

  TEST_CASE("a probe waits four times the slowest round trip, and ten seconds at most") {
    for (const auto& [rtt, wait] :
         {std::pair{100.0, 2500.0}, {1000.0, 4000.0}, {9000.0, 10000.0}}) {
      Patient patient;
      patient.path.round_trips.record(milliseconds(rtt));
      patient.heart.request_probe(at(5000));
      patient.ping(5000);
      CHECK(patient.heart.deadline() == at(5000 + wait));
    }
  }

  TEST_CASE("hearts are equal where all that they remember is, and a copy goes its own way") {
    Patient patient;
    Heartbeat copy = patient.heart;
    CHECK(copy == patient.heart);
    copy.request_probe(at(0));
    CHECK(copy != patient.heart);
    CHECK(patient.heart.deadline() == at(30000));
  }
}
