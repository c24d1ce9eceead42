// Failing and coming back: waits, exhaustion, probes, proof.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

// Runs until the machine is suspended; how many waits it took.
int waits_until_exhausted(Scenario& world) {
  int waits = 0;
  for (int round = 0; round < 1000 && world.phase() != Phase::suspended; ++round) {
    const int before = world.status().attempt;
    world.run_next(seconds(60));
    if (world.status().attempt == before + 1) ++waits;
  }
  return waits;
}

}  // namespace

TEST_SUITE("scenario: backing off") {
  TEST_CASE("a dropped link is dialled again after the first wait, and is reconnecting meanwhile") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.state() == State::reconnecting);
    CHECK(world.status().attempt == 1);
    REQUIRE(world.status().error);
    CHECK(world.status().error->kind == ErrorKind::network);
    CHECK(world.until_retry() >= seconds(1));
    CHECK(world.until_retry() <= seconds(1.3));
    world.run_for(seconds(1.5));
    CHECK(world.state() == State::connected);
    CHECK_FALSE(world.status().error);
    const auto reconnected = world.told<Reconnected>();
    REQUIRE(reconnected.size() == 1);
    CHECK(reconnected[0].down >= seconds(1));
    CHECK(reconnected[0].down <= seconds(1.5));
    CHECK_FALSE(reconnected[0].identity_changed);
  }

  TEST_CASE("ten waits, each in its own window, and then attempts are used up") {
    Scenario world;
    world.server = refuses();
    world.connect();
    CHECK(waits_until_exhausted(world) == 10);
    CHECK(world.dials == 11);
    CHECK(world.state() == State::disconnected);
    CHECK(world.status().reason == Reason::exhausted);
    CHECK(world.status().can_retry);
    REQUIRE(world.status().error);
    CHECK(world.status().error->kind == ErrorKind::exhausted);
    CHECK(world.status().error->cause == ErrorKind::network);
    CHECK(world.status().error->code == 1006);
  }

  TEST_CASE("the slow probe finds the server after the outage, and stays calm until it does") {
    Scenario world;
    world.server = refuses();
    world.connect();
    waits_until_exhausted(world);
    CHECK(world.until_retry() >= seconds(30));
    CHECK(world.until_retry() <= seconds(90));
    world.clear();
    world.run_for(seconds(600));
    CHECK(world.dials >= 11 + 600 / 90);
    CHECK(world.dials <= 11 + 600 / 30);
    for (const StatusChanged& change : world.told<StatusChanged>()) {
      CHECK(change.status.state == State::disconnected);
      CHECK(change.status.reason == Reason::exhausted);
    }
    world.server = speaks();
    world.run_for(seconds(91));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("a probe's link that drops before proof leads back to suspended") {
    Scenario world;
    world.server = refuses();
    world.connect();
    waits_until_exhausted(world);
    world.server = accepts_then_closes(1006, seconds(3));
    world.run_for(seconds(91));
    world.run_for(seconds(4));
    CHECK(world.phase() == Phase::suspended);
  }

  TEST_CASE("a probe's link that proved itself is dropped like any other") {
    Scenario world;
    world.server = refuses();
    world.connect();
    waits_until_exhausted(world);
    world.server = speaks();
    world.run_for(seconds(91));
    world.run_for(seconds(61));
    CHECK(world.status().attempt == 0);
    world.server_closes(1006);
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.state() == State::reconnecting);
    CHECK(world.status().attempt == 1);
  }

  TEST_CASE("without a slow probe the machine stays suspended until somebody acts") {
    Options options = World::default_options();
    options.backoff.slow_probe = Duration{0};
    Scenario world(options);
    world.server = refuses();
    world.connect();
    waits_until_exhausted(world);
    CHECK_FALSE(world.status().next_retry_at);
    world.server = speaks();
    world.run_for(seconds(3600));
    CHECK(world.phase() == Phase::suspended);
    SUBCASE("online revives it") { world.signal(PageSignal::online); }
    SUBCASE("visible revives it") { world.signal(PageSignal::visible); }
    SUBCASE("resumed revives it") { world.signal(PageSignal::resumed); }
    SUBCASE("reconnect revives it") { world.reconnect(); }
    SUBCASE("connect revives it") { world.connect(); }
    SUBCASE("a new identity revives it") { world.set_identity("user-2"); }
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("no attempts at all means suspended after the first failure") {
    Options options = World::default_options();
    options.backoff.max_attempts = 0;
    Scenario world(options);
    world.server = refuses();
    world.connect();
    world.run_for(seconds(1));
    CHECK(world.phase() == Phase::suspended);
    CHECK(world.dials == 1);
  }

  TEST_CASE("accept-then-close backs off and exhausts, also after a hundred rounds") {
    Scenario world;
    world.server = accepts_then_closes();
    world.connect();
    CHECK(waits_until_exhausted(world) == 10);
    CHECK(world.dials == 11);
    while (world.dials < 100) world.run_for(seconds(90));
    CHECK(world.status().attempt == 10);
    CHECK(world.metrics().retries[static_cast<std::size_t>(ErrorKind::network)] >= 99);
  }

  TEST_CASE("a server that closes 1000 at once is retried and backed off from like any other") {
    Scenario world;
    world.server = accepts_then_closes(1000);
    world.connect();
    CHECK(waits_until_exhausted(world) == 10);
    CHECK(world.status().error->cause == ErrorKind::closed_by_server);
    CHECK(world.status().error->code == 1000);
  }

  TEST_CASE("proof is ten seconds and a second frame, or sixty seconds of anything") {
    Scenario world;
    world.server = quiet();
    world.connect();
    world.run_for(milliseconds(71));
    world.server_closes(1006);
    CHECK(world.status().attempt == 1);
    world.run_for(seconds(1.4));
    REQUIRE(world.phase() == Phase::dialling);
    world.server_sends(R"({"type":"a"})");
    REQUIRE(world.phase() == Phase::ready);
    SUBCASE("a second frame before ten seconds proves nothing yet") {
      world.skip(milliseconds(9999));
      world.server_sends(R"({"type":"a"})");
      CHECK(world.status().attempt == 1);
      world.skip(milliseconds(1));
      world.server_sends(R"({"type":"a"})");
      CHECK(world.status().attempt == 0);
    }
    SUBCASE("two early frames prove it when the ten seconds are over") {
      world.server_sends(R"({"type":"a"})");
      world.run_for(milliseconds(9999));
      CHECK(world.status().attempt == 1);
      world.run_for(milliseconds(1));
      CHECK(world.status().attempt == 0);
    }
    SUBCASE("one frame alone proves it after sixty seconds") {
      world.run_for(milliseconds(59999));
      CHECK(world.status().attempt == 1);
      world.run_for(milliseconds(1));
      CHECK(world.status().attempt == 0);
    }
  }
}
