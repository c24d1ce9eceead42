// Waking up: a lid that opens tells nobody, and the clocks do; and a clock that is set back.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

constexpr Duration hour = seconds(3600);

// Asleep for an hour; the monotonic clock slept too, and the first thing that happens is no signal.
void sleep_and_wake(Scenario& world) {
  world.sleep(hour, false);
  SUBCASE("a deadline is the first to look") { world.handle_deadline(); }
  SUBCASE("a command is the first to look") { world.subscribe("new_call"); }
  world.run_for(milliseconds(0));  // what is due is handled
}

}  // namespace

TEST_SUITE("scenario: a wake that only the clocks tell") {
  TEST_CASE("ends a wait as a page signal would") {
    Scenario world;
    world.go_waiting();
    const auto dials = world.dials;
    world.server = speaks();
    sleep_and_wake(world);
    world.run_for(milliseconds(350));
    CHECK(world.dials == dials + 1);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("revives a machine that gave up, and starts its counter over") {
    Options options = World::default_options();
    options.backoff.slow_probe = Duration{0};
    Scenario world(options);
    world.server = refuses();
    world.connect();
    world.exhaust();
    world.run_for(seconds(10));
    sleep_and_wake(world);
    CHECK(world.status().attempt == 0);
    world.server = speaks();
    world.run_for(milliseconds(350));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("begins a dial anew that was begun before the sleep") {
    Scenario world;
    world.server = hangs();
    world.connect();
    world.run_for(seconds(3));
    REQUIRE(world.phase() == Phase::dialling);
    world.clear();
    world.server = speaks();
    sleep_and_wake(world);
    CHECK(world.told<CloseSocket>().size() == 1);
    world.run_for(milliseconds(350));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("asks anew for a token that was asked for before the sleep") {
    Scenario world;
    world.provider = Provider::hangs;
    world.connect();
    world.run_for(seconds(3));
    REQUIRE(world.phase() == Phase::authenticating);
    world.clear();
    world.provider = Provider::answers;
    sleep_and_wake(world);
    CHECK(world.told<AbandonToken>().size() == 1);
    world.run_for(milliseconds(350));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("leaves the server's wish alone") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(1012, R"({"retryAfterMs":60000,"spreadMs":0})");
    sleep_and_wake(world);
    CHECK(world.until_retry() == seconds(60));
  }

  TEST_CASE("causes one dial in five seconds, as signals do, however often the clocks jump") {
    Scenario world;
    world.go_waiting();
    const auto dials = world.dials;
    for (int fifth = 0; fifth < 50; ++fifth) {
      world.sleep(seconds(3), false);
      world.handle_deadline();
      if (fifth % 2 == 0) world.signal(PageSignal::visible);
      world.run_for(milliseconds(200));
    }
    CHECK(world.dials - dials >= 2);
    CHECK(world.dials - dials <= 3);
  }

  TEST_CASE("between a link's opening and its first frame, is probed when the link is usable") {
    Scenario world;
    world.server.says_connected = false;
    world.connect();
    world.run_for(milliseconds(80));
    REQUIRE(world.phase() == Phase::dialling);
    world.sleep(hour, false);
    world.server_sends(connected_frame(speaks()));
    REQUIRE(world.phase() == Phase::ready);
    CHECK(world.pings() == 1);
    world.stall();
    world.run_for(seconds(2.6));
    CHECK(world.dials == 2);
  }

  TEST_CASE("is not what a deadline is that was merely handled late") {
    Scenario world;
    world.go_waiting();
    const auto dials = world.dials;
    world.send("note", "1", seconds(1));
    world.skip(seconds(9));
    world.handle_deadline();
    CHECK(world.until_retry() > seconds(5));
    world.run_for(seconds(1));
    CHECK(world.dials == dials);
  }
}

TEST_SUITE("scenario: a wall clock that is set back") {
  TEST_CASE("takes with it what people read as times, so that nothing began in the future") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(100));
    const Duration lasted = world.now().wall - world.status().since;
    REQUIRE(world.metrics().last_message_at);
    const double silent = to_ms(world.now().wall) - *world.metrics().last_message_at;
    world.move_wall(-hour);
    world.signal(PageSignal::hidden);
    CHECK((world.now().wall - world.status().since).count() == doctest::Approx(lasted.count()));
    CHECK(to_ms(world.now().wall) - *world.metrics().last_message_at == doctest::Approx(silent));
  }

  TEST_CASE("takes with it the time of the next retry as well, and moves no dial") {
    Scenario world;
    world.go_waiting();
    const Duration left = world.until_retry();
    const Duration lasted = world.now().wall - world.status().since;
    world.move_wall(-hour);
    world.signal(PageSignal::hidden);
    CHECK(world.until_retry().count() == doctest::Approx(left.count()));
    CHECK((world.now().wall - world.status().since).count() == doctest::Approx(lasted.count()));
  }
}
