// The ordinary day: log in, drop, come back.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

TEST_SUITE("scenario: an ordinary day") {
  TEST_CASE("logging in asks for a token, dials once, and is live with the server's first word") {
    Scenario world;
    CHECK(world.status().phase == Phase::idle);
    world.connect();
    CHECK(world.phase() == Phase::authenticating);
    CHECK(world.state() == State::connecting);
    world.run_for(milliseconds(31));
    CHECK(world.phase() == Phase::dialling);
    CHECK(world.state() == State::connecting);
    world.run_for(milliseconds(40));
    CHECK(world.phase() == Phase::ready);
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    CHECK(world.token_requests == 1);
    CHECK(world.forced_requests == 0);
    CHECK_FALSE(world.status().error);
  }
}
