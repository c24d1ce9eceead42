// Failing and coming back: waits, exhaustion, probes, hints, proof.
#include "backoff.hpp"
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
    waits_until_exhausted(world);
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
      waits_until_exhausted(world);
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
