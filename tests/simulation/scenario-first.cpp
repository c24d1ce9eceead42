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

  TEST_CASE(
      "a drop in the middle of the day is over within seconds and counted as one reconnection") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(1006);
    world.run_for(seconds(3));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 2);
    CHECK(world.told<Reconnected>().size() == 1);
    CHECK(world.metrics().uptime < 3000);
    CHECK(world.metrics().time_to_usable == doctest::Approx(40));
  }

  TEST_CASE("what there is to do is told one by one as it is told at once") {
    const Instant now{HostClock::time_point(seconds(1)), WallClock::time_point(seconds(1e9))};
    Connection machine(World::default_options(), Random(1));
    machine.connect(now);
    Connection twin = machine;
    const auto all = twin.poll_outputs();
    REQUIRE(all.size() > 1);
    for (const Output& each : all) CHECK(machine.poll_output() == each);
    CHECK_FALSE(machine.poll_output());
    CHECK(machine == twin);
  }

  TEST_CASE("every status that is told differs from the one before") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    world.run_for(seconds(60));
    world.disconnect();
    const auto told = world.told<StatusChanged>();
    for (std::size_t index = 1; index < told.size(); ++index) {
      CHECK(told[index].status != told[index - 1].status);
    }
    CHECK(told.back().status == world.status());
  }

  TEST_CASE("two copies of a world go on alike, and stay equal value for value") {
    Scenario world;
    world.server.connected_extra = R"(,"features":["subscribe","reauth"],"tokenExpiresInMs":60000)";
    world.subscribe("*");
    world.go_live();
    Scenario twin = world;
    std::string told;
    std::string told_by_twin;
    world.trace = &told;
    twin.trace = &told_by_twin;
    for (Scenario* each : {&world, &twin}) {
      each->send("note", "1");
      each->run_for(seconds(100));
      each->server_closes(1012, R"({"retryAfterMs":100,"spreadMs":5000})");
      each->send("note", "2");
      each->sleep(seconds(100), false);
      each->signal(PageSignal::visible);
      each->server = refuses();
      each->run_for(seconds(500));
      each->reconnect();
      each->run_for(seconds(5));
    }
    CHECK(told == told_by_twin);
    CHECK(told.size() > 1000);
    CHECK(world.core() == twin.core());
    twin.server_sends("pong");
    twin.subscribe("one more");
    CHECK(world.core() != twin.core());
  }
}
