// Retry: a promise to dial within a second, whatever the machine is doing.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

void exhaust(Scenario& world) {
  for (int round = 0; round < 1000 && world.phase() != Phase::suspended; ++round) {
    world.run_next(seconds(60));
  }
}

}  // namespace

TEST_SUITE("scenario: reconnect()") {
  TEST_CASE("reconnect dials within its second in every phase") {
    Scenario world;
    SUBCASE("idle") {}
    SUBCASE("authenticating") {
      world.provider = Provider::hangs;
      world.connect();
      world.provider = Provider::answers;
    }
    SUBCASE("dialling") {
      world.server = hangs();
      world.connect();
      world.run_for(milliseconds(100));
      world.server = speaks();
    }
    SUBCASE("ready") { world.go_live(); }
    SUBCASE("waiting") {
      world.server = refuses();
      world.connect();
      world.run_for(seconds(10));
      REQUIRE(world.phase() == Phase::waiting);
    }
    SUBCASE("suspended") {
      world.server = refuses();
      world.connect();
      exhaust(world);
    }
    SUBCASE("paused") {
      world.go_live();
      world.signal(PageSignal::frozen);
    }
    SUBCASE("refused") {
      world.server = accepts_then_closes(4403);
      world.connect();
      world.run_for(seconds(1));
      REQUIRE(world.phase() == Phase::refused);
    }
    SUBCASE("closed") { world.disconnect(); }
    world.server = speaks();
    const auto dials = world.dials;
    world.reconnect();
    CHECK(world.status().attempt == 0);
    world.run_for(milliseconds(1100));
    CHECK(world.dials == dials + 1);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("reconnect held down dials once a second, and the last one is never dropped") {
    Scenario world;
    world.server = hangs();
    world.connect();
    for (int press = 0; press < 100; ++press) {
      world.reconnect();
      world.run_for(milliseconds(130));
    }
    CHECK(world.dials <= 14);
    CHECK(world.dials >= 11);
    world.server = speaks();
    world.reconnect();
    world.run_for(milliseconds(1200));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("reconnect asks for a fresh token only after an authentication error") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(1));
    world.reconnect();
    CHECK(world.forced_requests == 0);
    world.run_for(seconds(2));
    world.server = rejects_token();
    world.reconnect();
    world.run_for(seconds(3));
    REQUIRE(world.phase() == Phase::refused);
    const auto forced = world.forced_requests;
    world.reconnect();
    world.run_for(seconds(1));
    CHECK(world.forced_requests >= forced + 1);
  }

  TEST_CASE(
      "reconnect during a hanging upgrade closes it, so that the browser's one dial is free") {
    Scenario world;
    world.server = hangs();
    world.connect();
    world.run_for(seconds(3));
    world.clear();
    world.server = speaks();
    world.reconnect();
    CHECK(world.told<CloseSocket>().size() == 1);
    world.run_for(milliseconds(100));
    CHECK(world.state() == State::connected);
  }
}
