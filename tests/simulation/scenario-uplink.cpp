// A slow way to the server: what still leaves the socket is proof that the path works, for a while.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

constexpr double half_a_megabit = 64000;  // bytes a second

bool heard_note(const Scenario& world) {
  for (const std::string& frame : world.server_heard) {
    if (frame.starts_with(R"({"type":"note")")) return true;
  }
  return false;
}

void send_a_megabyte(Scenario& world) {
  REQUIRE(world.send("note", std::string(1000000, '1')).message);
}

}  // namespace

TEST_SUITE("scenario: a slow uplink") {
  TEST_CASE("a long upload does not kill the link whose pings queue behind it") {
    Scenario world;
    world.server.uplink = half_a_megabit;
    world.go_live();
    SUBCASE("a ping becomes due while it runs") {
      world.run_for(seconds(26));
      send_a_megabyte(world);
    }
    SUBCASE("a page signal probes while it runs") {
      send_a_megabyte(world);
      world.run_for(seconds(1));
      world.signal(PageSignal::visible);
    }
    world.run_for(seconds(100));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
    CHECK(heard_note(world));
    CHECK(world.metrics().quality.rtt_last);
  }

  TEST_CASE("a path that dies in the middle of an upload is found dead all the same") {
    Scenario world;
    world.server.uplink = half_a_megabit;
    world.go_live();
    world.run_for(seconds(26));
    send_a_megabyte(world);
    world.run_for(seconds(6));
    world.stall();
    world.server.uplink = 0;
    world.run_for(seconds(90));
    CHECK(world.dials == 2);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("an upload that leaves no answer for a minute is given up") {
    Scenario world;
    world.server.uplink = 2000;
    world.go_live();
    world.run_for(seconds(26));
    send_a_megabyte(world);
    world.server.uplink = 0;
    // The ping goes out some thirty seconds after the link was usable.
    world.run_for(seconds(50));
    CHECK(world.dials == 1);
    world.run_for(seconds(20));
    CHECK(world.dials == 2);
    CHECK(world.state() == State::connected);
  }
}
