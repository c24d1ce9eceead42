// Hints: when the server says how long to stay away.
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

TEST_SUITE("scenario: the server's wish") {
  TEST_CASE("a hint sets the delay to its own window") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(1012, R"({"retryAfterMs":5000,"spreadMs":2000})");
    CHECK(world.until_retry() >= seconds(5));
    CHECK(world.until_retry() <= seconds(7));
    CHECK(world.status().attempt == 1);
  }

  TEST_CASE("a hint of zero never dials sooner than the attempt's own window") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(1012, R"({"retryAfterMs":0,"spreadMs":0})");
    CHECK(world.until_retry() == seconds(1));
  }

  TEST_CASE("a huge hint is clamped to ten minutes in all") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Scenario world(World::default_options(), seed);
      world.go_live_and_prove();
      world.server_closes(1013, R"({"retryAfterMs":1e300,"spreadMs":1e300})");
      CHECK(world.until_retry() >= seconds(300));
      CHECK(world.until_retry() <= seconds(600));
    }
  }

  TEST_CASE("a hint serves one delay") {
    Scenario world;
    world.go_live_and_prove();
    world.server = refuses();
    world.server_closes(1012, R"({"retryAfterMs":20000,"spreadMs":0})");
    CHECK(world.until_retry() == seconds(20));
    world.run_for(seconds(20.2));
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.status().attempt == 2);
    CHECK(world.until_retry() <= seconds(2.6));
  }

  TEST_CASE("a hint is honoured also by the machine whose attempts are used up") {
    Scenario world;
    world.server = accepts_then_closes(1012);
    world.server.closes->reason = R"({"retryAfterMs":250000,"spreadMs":0})";
    world.connect();
    exhaust(world);
    CHECK(world.until_retry() >= seconds(250));
  }

  TEST_CASE("page signals do not shorten the server's wish and reconnect does") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(1012, R"({"retryAfterMs":60000,"spreadMs":0})");
    for (const PageSignal signal :
         {PageSignal::visible, PageSignal::online, PageSignal::page_shown, PageSignal::resumed}) {
      world.run_for(seconds(6));
      world.signal(signal);
    }
    CHECK(world.until_retry() == seconds(36));
    world.reconnect();
    CHECK(world.phase() == Phase::authenticating);
  }

  TEST_CASE("going_away and 1012 are one restart, and the close's own hint is the latest") {
    Scenario world;
    world.go_live_and_prove();
    world.server_sends(going_away_frame(5000, 0));
    CHECK(world.state() == State::connected);
    SUBCASE("a close without a hint keeps the announced one") {
      world.server_closes(1012);
      CHECK(world.until_retry() == seconds(5));
    }
    SUBCASE("a close with a hint replaces it") {
      world.server_closes(1012, R"({"retryAfterMs":9000,"spreadMs":0})");
      CHECK(world.until_retry() == seconds(9));
    }
    SUBCASE("an abnormal close keeps it too") {
      world.server_closes(1006);
      CHECK(world.until_retry() == seconds(5));
    }
  }

  TEST_CASE("a server that announced and never closed is left after the hint and thirty seconds") {
    Scenario world;
    world.go_live_and_prove();
    world.server_sends(going_away_frame(5000, 1000));
    world.run_for(milliseconds(35999));
    CHECK(world.state() == State::connected);
    world.run_for(milliseconds(1));
    CHECK(world.phase() == Phase::waiting);
    const auto closes = world.told<CloseSocket>();
    REQUIRE(closes.size() == 1);
    CHECK(closes[0].code == 1000);
    CHECK(world.until_retry() >= seconds(5));
    CHECK(world.until_retry() <= seconds(6));
  }

  TEST_CASE("what is no hint is no hint") {
    for (const char* reason : {"", "restart", "[5000]", R"({"retryAfterMs":"5000"})",
                               R"({"retryAfterMs":-1})", R"({"spreadMs":50000})"}) {
      Scenario world;
      world.go_live_and_prove();
      world.server_closes(1012, reason);
      CHECK(world.until_retry() <= seconds(1.3));
    }
  }

  TEST_CASE("a hint in the reason of another close code does not count") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(1001, R"({"retryAfterMs":60000,"spreadMs":0})");
    CHECK(world.until_retry() <= seconds(1.3));
  }
}
