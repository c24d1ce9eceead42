// Silence, sleep and throttled timers: what is evidence of a dead link and what is not.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

constexpr Duration hour = seconds(3600);
constexpr Duration minute = seconds(60);

int pings(const Scenario& world) {
  int count = 0;
  for (const SendFrame& frame : world.told<SendFrame>()) {
    if (frame.text == "ping" || frame.text.starts_with(R"({"type":"ping")")) ++count;
  }
  return count;
}

}  // namespace

TEST_SUITE("scenario: heartbeat") {
  TEST_CASE("a ping goes out every thirty seconds, and its answer is a round trip") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(300));
    CHECK(pings(world) == 10);
    CHECK(world.metrics().quality.rtt_last == 40);
    CHECK(world.metrics().quality.rtt_p95 == 40);
    CHECK(world.metrics().quality.loss == 0);
    CHECK(world.metrics().quality.grade == Grade::good);
  }

  TEST_CASE(
      "a half-open link is found forty seconds after its last answered ping and replaced at once") {
    Scenario world;
    world.go_live_and_prove();
    world.stall();
    world.clear();
    // Live since 1 s, proven at 62 s: the next ping goes out at 90 s and is due at 100 s.
    world.run_for(seconds(38));
    CHECK(world.state() == State::connected);
    world.run_for(milliseconds(200));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 2);
    CHECK(world.told<Reconnected>().size() == 1);
    const auto closes = world.told<CloseSocket>();
    REQUIRE(closes.size() == 1);
    CHECK(closes[0].code == 1000);
    CHECK(world.metrics().retries[static_cast<std::size_t>(ErrorKind::heartbeat_timeout)] == 1);
  }

  TEST_CASE("the dead link's error is told while it is being replaced") {
    Scenario world;
    world.go_live();
    world.stall();
    while (world.state() == State::connected) REQUIRE(world.run_next(minute));
    CHECK(world.phase() == Phase::authenticating);
    CHECK(world.state() == State::reconnecting);
    CHECK(world.status().error->kind == ErrorKind::heartbeat_timeout);
  }

  TEST_CASE("a late close of the dead socket does not touch its successor") {
    Scenario world;
    world.go_live();
    world.stall();
    world.run_for(seconds(50));
    REQUIRE(world.dials == 2);
    REQUIRE(world.state() == State::connected);
    world.clear();
    world.run_for(seconds(61));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 2);
  }

  TEST_CASE("a quiet server that knows no pong keeps its link for hours") {
    Scenario world;
    world.server = quiet();
    world.connect();
    world.run_for(12 * hour);
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    CHECK(pings(world) == 12 * 120);
    int warnings = 0;
    for (const Log& log : world.told<Log>()) {
      if (log.level == LogLevel::warn) ++warnings;
    }
    CHECK(warnings == 1);
    CHECK(world.metrics().quality.loss == 1);
    CHECK(world.metrics().quality.grade == Grade::unknown);
  }

  TEST_CASE(
      "a server that answers pings keeps its link for weeks, and the link can still be seen to "
      "die") {
    Scenario world;
    world.keeps_history = false;
    world.go_live();
    world.run_for(14 * 24 * hour);
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    world.stall();
    world.run_for(seconds(41));
    CHECK(world.dials == 2);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("a server without `connected` owes answers once it has given one") {
    Scenario world;
    SUBCASE("as JSON") { world.server = only_pongs(); }
    SUBCASE("as bare text") { world.server = only_bare_pongs(); }
    world.connect();
    world.run_for(seconds(40));
    REQUIRE(world.state() == State::connected);
    world.stall();
    world.run_for(minute);
    CHECK(world.dials == 2);
    SUBCASE("and owes them on the next link from its beginning") {
      world.run_for(seconds(3));
      world.stall();
      world.run_for(seconds(45));
      CHECK(world.dials == 3);
    }
  }

  TEST_CASE("any inbound frame is proof of life") {
    Scenario world;
    world.server.to_ping = Answer::nothing;
    world.go_live();
    for (int second = 0; second < 600; second += 5) {
      world.run_for(seconds(5));
      world.server_sends(R"({"type":"new_call","data":{}})");
    }
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
  }

  TEST_CASE("the format decides what a ping looks like, and off means none") {
    Options options = World::default_options();
    SUBCASE("json") {
      Scenario world(options);
      world.go_live();
      world.run_for(seconds(30));
      REQUIRE_FALSE(world.server_heard.empty());
      CHECK(world.server_heard[0].starts_with(R"({"type":"ping","id":"1","ts":)"));
    }
    SUBCASE("text") {
      options.heartbeat.format = HeartbeatFormat::text;
      Scenario world(options);
      world.go_live();
      world.run_for(seconds(30));
      REQUIRE_FALSE(world.server_heard.empty());
      CHECK(world.server_heard[0] == "ping");
    }
    SUBCASE("off") {
      options.heartbeat.format = HeartbeatFormat::off;
      Scenario world(options);
      world.go_live();
      world.stall();
      world.run_for(hour);
      CHECK(pings(world) == 0);
      CHECK(world.state() == State::connected);
    }
  }

  TEST_CASE("a server's own ping is answered in the form in which it came") {
    Scenario world;
    world.go_live();
    world.server_sends("ping");
    world.server_sends(R"({"type":"ping","id":"s7"})");
    REQUIRE(world.server_heard.size() == 2);
    CHECK(world.server_heard[0] == "pong");
    CHECK(world.server_heard[1].starts_with(R"({"type":"pong","id":"s7","ts":)"));
  }

  TEST_CASE("heartbeatMs of connected sets the interval, clamped to 5 s and 120 s") {
    Scenario world;
    int expected = 0;
    SUBCASE("as it says") {
      world.server.connected_extra = R"(,"heartbeatMs":10000)";
      expected = 60;
    }
    SUBCASE("at least 5 s") {
      world.server.connected_extra = R"(,"heartbeatMs":1)";
      expected = 120;
    }
    SUBCASE("at most 120 s") {
      world.server.connected_extra = R"(,"heartbeatMs":9e9)";
      expected = 5;
    }
    world.go_live();
    world.run_for(seconds(600));
    CHECK(pings(world) == expected);
  }

  TEST_CASE("a path slower than the interval between pings still counts as answering") {
    Options options = World::default_options();
    options.heartbeat.interval = seconds(1);
    Scenario world(options);
    world.server = only_pongs();
    world.server.one_way = milliseconds(750);
    world.connect();
    world.run_for(minute);
    CHECK(world.state() == State::connected);
    CHECK(world.metrics().quality.rtt_last == 1500);
    world.stall();
    world.run_for(seconds(20));
    CHECK(world.dials == 2);
  }

  TEST_CASE("one lost pong among answered pings is loss and no death while events flow") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(30 * 19));
    world.stall();
    world.run_for(seconds(30));
    world.heal();
    world.server_sends(R"({"type":"new_call","data":{}})");
    world.run_for(seconds(20));
    CHECK(pings(world) == 20);
    CHECK(world.metrics().quality.loss == doctest::Approx(0.05));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
  }
}

TEST_SUITE("scenario: sleep and throttled timers") {
  TEST_CASE(
      "eight hours of sleep, with a monotonic clock that sleeps too, cost one probe if the link "
      "lives") {
    Scenario world;
    world.go_live_and_prove();
    world.sleep(8 * hour, false);
    world.clear();
    world.signal(PageSignal::visible);
    CHECK(pings(world) == 1);
    CHECK(world.metrics().slept >= (8 * hour - seconds(1)).count());
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    CHECK(pings(world) == 1);
  }

  TEST_CASE("eight hours of sleep with a monotonic clock that runs on cost one probe too") {
    Scenario world;
    world.go_live_and_prove();
    world.sleep(8 * hour, true);
    world.clear();
    world.run_for(milliseconds(1));
    CHECK(pings(world) == 1);
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    CHECK(world.metrics().slept >= (8 * hour - minute).count());
  }

  TEST_CASE("a link that died in the sleep is replaced within the probe's wait") {
    for (const bool monotonic_runs : {false, true}) {
      CAPTURE(monotonic_runs);
      Scenario world;
      world.go_live_and_prove();
      world.stall();
      world.sleep(8 * hour, monotonic_runs);
      world.signal(PageSignal::visible);
      world.run_for(seconds(2.4));
      CHECK(world.dials == 1);
      world.run_for(seconds(0.2));
      CHECK(world.dials == 2);
      CHECK(world.state() == State::connected);
    }
  }

  TEST_CASE("a sleep in the middle of a ping's wait kills no healthy link") {
    for (const bool monotonic_runs : {false, true}) {
      CAPTURE(monotonic_runs);
      Scenario world;
      world.go_live();
      // A ping is on its way, its answer is lost to the sleep, and its deadline is a moment away.
      world.server.to_ping = Answer::nothing;
      world.stall();
      while (pings(world) == 0) REQUIRE(world.run_next(minute));
      world.skip(milliseconds(9990));
      world.sleep(seconds(30), monotonic_runs);
      world.heal();
      world.run_for(seconds(5));
      CHECK(world.dials == 1);
      CHECK(world.state() == State::connected);
    }
  }

  TEST_CASE("a wake that a command noticed is probed at once, not at the next beat") {
    Scenario world;
    world.go_live();
    world.sleep(8 * hour, false);
    world.clear();
    world.subscribe("new_call");
    world.run_for(milliseconds(1));
    CHECK(pings(world) == 1);
  }

  TEST_CASE("a wall clock that jumps by less than two seconds is no sleep") {
    Scenario world;
    world.go_live();
    world.move_wall(seconds(2));
    world.signal(PageSignal::hidden);
    CHECK(world.metrics().slept == 0);
    world.move_wall(milliseconds(2001));
    world.signal(PageSignal::hidden);
    CHECK(world.metrics().slept == doctest::Approx(2001));
  }

  TEST_CASE("a wall clock set back an hour disturbs nothing") {
    Scenario world;
    world.go_live();
    world.move_wall(-hour);
    world.run_for(hour / 2);
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    world.server_closes(1006);
    world.run_for(seconds(2));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("timers that fire once a minute do not kill a healthy link") {
    Scenario world;
    world.go_live();
    world.timer_grain = minute;
    world.run_for(6 * hour);
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
  }

  TEST_CASE("timers that fire once a minute do not keep a dead link") {
    Scenario world;
    world.go_live();
    world.timer_grain = minute;
    world.run_for(10 * minute);
    world.stall();
    world.run_for(4 * minute);
    CHECK(world.dials == 2);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("a deadline handled late is answered by one probe before the link is declared dead") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(30));  // the first round trip: 40 ms
    world.stall();
    world.run_for(seconds(29));
    world.clear();
    while (pings(world) == 0) REQUIRE(world.run_next(minute));
    world.skip(seconds(11.5));
    world.run_for(Duration{0});
    CHECK(world.dials == 1);
    CHECK(pings(world) == 2);
    world.run_for(milliseconds(2499));
    CHECK(world.dials == 1);
    world.run_for(milliseconds(100));
    CHECK(world.dials == 2);
  }

  TEST_CASE("a sleep during a wait delays the dial by no more than the wait") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    world.sleep(8 * hour, false);
    world.run_for(seconds(1.5));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("after a sleep the time of the next retry is not a time long past") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    world.sleep(8 * hour, false);
    world.signal(PageSignal::hidden);
    CHECK(world.until_retry() >= Duration{0});
    CHECK(world.until_retry() <= seconds(1.3));
  }

  TEST_CASE("handling deadlines early, late or often is harmless") {
    Scenario world;
    world.go_live();
    world.clear();
    for (int repeat = 0; repeat < 1000; ++repeat) world.handle_deadline();
    CHECK(world.history.empty());
  }
}
