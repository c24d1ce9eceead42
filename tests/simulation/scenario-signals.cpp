// Page signals and the ways out: what is deferred is not dropped, what a server asked for is kept,
// and a burst of anything is one dial in five seconds.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

constexpr std::string_view twenty_seconds = R"({"retryAfterMs":20000,"spreadMs":0})";
constexpr std::string_view five_minutes = R"({"retryAfterMs":300000,"spreadMs":0})";

// Both a request and a socket: what a server or an identity provider feels.
std::uint64_t beginnings(const Scenario& world) {
  return world.core().options().has_token_provider ? world.token_requests : world.dials;
}

}  // namespace

TEST_SUITE("scenario: a signal is deferred and never dropped") {
  TEST_CASE("`online` just after the dial that `visible` caused dials when five seconds are over") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(seed);
      Scenario world(World::default_options(), seed);
      world.go_waiting();
      const auto dials = world.dials;
      world.signal(PageSignal::visible);
      world.run_for(seconds(3));
      REQUIRE(world.dials == dials + 1);
      REQUIRE(world.phase() == Phase::waiting);
      world.signal(PageSignal::online);
      CHECK(world.until_retry() <= seconds(2.5));
      world.run_for(seconds(1.99));
      CHECK(world.dials == dials + 1);
      world.run_for(seconds(0.6));
      CHECK(world.dials == dials + 2);
    }
  }

  TEST_CASE("a signal in the same second as another whose dial has failed is deferred as well") {
    Scenario world;
    world.go_waiting();
    const auto dials = world.dials;
    world.signal(PageSignal::visible);
    while (world.dials == dials) REQUIRE(world.run_next(seconds(1)));
    world.run_for(milliseconds(100));
    REQUIRE(world.phase() == Phase::waiting);
    world.signal(PageSignal::online);
    world.run_for(seconds(5.5));
    CHECK(world.dials == dials + 2);
  }
}

TEST_SUITE("scenario: attempts used up by a server that asked for time") {
  TEST_CASE("a hint is the way out also where no slow probe is made, and the wait is shown") {
    for (const int attempts : {0, 2}) {
      CAPTURE(attempts);
      Options options = World::default_options();
      options.backoff.slow_probe = Duration{0};
      options.backoff.max_attempts = attempts;
      Scenario world(options);
      world.server = accepts_then_closes(1012);
      world.server.closes->reason = twenty_seconds;
      world.connect();
      world.exhaust();
      CHECK(world.until_retry() == seconds(20));
      REQUIRE(world.core().next_deadline());
      for (const PageSignal signal : {PageSignal::online, PageSignal::visible}) {
        world.run_for(seconds(6));
        world.signal(signal);
      }
      CHECK(world.phase() == Phase::suspended);
      CHECK(world.until_retry() == seconds(8));
      world.server = speaks();
      world.run_for(seconds(9));
      CHECK(world.state() == State::connected);
    }
  }

  TEST_CASE("after it, a signal revives the machine that waits for nobody else") {
    Options options = World::default_options();
    options.backoff.slow_probe = Duration{0};
    options.backoff.max_attempts = 0;
    Scenario world(options);
    world.server = accepts_then_closes(1012);
    world.server.closes->reason = twenty_seconds;
    world.connect();
    world.exhaust();
    world.server = refuses();
    world.run_for(seconds(21));
    REQUIRE(world.phase() == Phase::suspended);
    CHECK_FALSE(world.status().next_retry_at);
    world.server = speaks();
    world.run_for(seconds(5 * 3600));
    CHECK(world.phase() == Phase::suspended);
    world.signal(PageSignal::online);
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
  }
}

TEST_SUITE("scenario: a page that is frozen and resumed") {
  TEST_CASE("dials once in five seconds, however often it comes back, and dials in the end") {
    for (const bool has_provider : {true, false}) {
      CAPTURE(has_provider);
      Options options = World::default_options();
      options.has_token_provider = has_provider;
      Scenario world(options);
      world.go_live();
      const auto before = beginnings(world);
      for (int tenth = 0; tenth < 100; ++tenth) {
        world.signal(PageSignal::frozen);
        world.run_for(milliseconds(50));
        world.signal(PageSignal::resumed);
        world.run_for(milliseconds(50));
      }
      CHECK(beginnings(world) - before <= 3);
      world.run_for(seconds(6));
      CHECK(world.state() == State::connected);
    }
  }

  TEST_CASE("waits in sight where it came back too soon to dial") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(10));
    for (int twice = 0; twice < 2; ++twice) {
      world.signal(PageSignal::frozen);
      world.run_for(milliseconds(400));
      world.signal(PageSignal::resumed);
    }
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.state() == State::reconnecting);
    CHECK(world.until_retry() > seconds(4));
    CHECK(world.until_retry() <= seconds(5));
    world.run_for(seconds(5));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("serves the rest of what the server asked for") {
    Scenario world;
    world.go_live_and_prove();
    const auto dials = world.dials;
    SUBCASE("asked with the close") { world.server_closes(4429, five_minutes); }
    SUBCASE("announced, and no close came") { world.server_sends(going_away_frame(300000, 0)); }
    world.run_for(seconds(10));
    world.signal(PageSignal::page_hidden);
    world.run_for(seconds(20));
    world.signal(PageSignal::page_shown);
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.until_retry() >= seconds(270));
    CHECK(world.until_retry() <= seconds(280));
    world.run_for(seconds(269));
    CHECK(world.dials == dials);
    world.run_for(seconds(12));
    CHECK(world.dials == dials + 1);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("serves it also where its attempts were used up, and calls that what it was") {
    Options options = World::default_options();
    options.backoff.max_attempts = 0;
    Scenario world(options);
    world.server = accepts_then_closes(1013);
    world.server.closes->reason = five_minutes;
    world.connect();
    world.exhaust();
    world.server = speaks();
    world.run_for(seconds(10));
    world.signal(PageSignal::frozen);
    world.run_for(seconds(20));
    world.signal(PageSignal::resumed);
    CHECK(world.phase() == Phase::suspended);
    CHECK(world.until_retry() >= seconds(269));
    world.run_for(seconds(280));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("dials at once where that time has passed while it was away") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(4429, five_minutes);
    world.signal(PageSignal::page_hidden);
    world.run_for(seconds(301));
    world.signal(PageSignal::page_shown);
    world.run_for(milliseconds(200));
    CHECK(world.state() == State::connected);
  }
}
