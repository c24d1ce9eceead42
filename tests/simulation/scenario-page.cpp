// The page's life: hidden, frozen, shown again, offline and online; and commands that meet it.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

constexpr PageSignal wakes[] = {PageSignal::online, PageSignal::visible, PageSignal::page_shown,
                                PageSignal::resumed};
constexpr PageSignal departures[] = {PageSignal::page_hidden, PageSignal::frozen};

std::size_t pings(const Scenario& world) {
  std::size_t count = 0;
  for (const SendFrame& frame : world.told<SendFrame>()) {
    if (frame.text.starts_with(R"({"type":"ping")")) ++count;
  }
  return count;
}

// In the long wait after six failures.
void go_waiting(Scenario& world) {
  world.server = refuses();
  world.connect();
  while (world.status().attempt < 6) REQUIRE(world.run_next(seconds(60)));
  REQUIRE(world.phase() == Phase::waiting);
}

}  // namespace

TEST_SUITE("scenario: page signals") {
  TEST_CASE("a signal during a wait dials at once, within a quarter of a second") {
    for (const PageSignal signal : wakes) {
      Scenario world;
      go_waiting(world);
      world.run_for(seconds(5));
      const auto dials = world.dials;
      world.signal(signal);
      CHECK(world.until_retry() <= milliseconds(250));
      world.run_for(milliseconds(300));
      CHECK(world.dials == dials + 1);
    }
  }

  TEST_CASE("a dial that a signal caused stands for no attempt of its own") {
    Scenario world;
    go_waiting(world);
    world.run_for(seconds(5));
    world.signal(PageSignal::visible);
    world.run_for(milliseconds(400));
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.status().attempt == 6);
  }

  TEST_CASE("several signals within a second are one") {
    Scenario world;
    world.go_live();
    for (const PageSignal signal : wakes) world.signal(signal);
    world.run_for(milliseconds(999));
    world.signal(PageSignal::visible);
    CHECK(pings(world) == 1);
    world.run_for(milliseconds(1));
    world.signal(PageSignal::visible);
    CHECK(pings(world) == 2);
  }

  TEST_CASE("signals cause at most one dial in five seconds, however often they come") {
    Scenario world;
    go_waiting(world);
    const auto before = world.dials;
    for (int tenth = 0; tenth < 300; ++tenth) {
      world.signal(tenth % 2 == 0 ? PageSignal::online : PageSignal::visible);
      world.run_for(milliseconds(100));
    }
    CHECK(world.dials - before <= 7);
    CHECK(world.dials - before >= 5);
  }

  TEST_CASE(
      "a page that came back has had its signal: the next dials no sooner than five seconds "
      "later") {
    Scenario world;
    go_waiting(world);
    world.signal(PageSignal::frozen);
    world.run_for(seconds(10));
    world.signal(PageSignal::resumed);
    world.run_for(seconds(2));
    REQUIRE(world.phase() == Phase::waiting);
    const auto dials = world.dials;
    world.signal(PageSignal::visible);
    world.run_for(seconds(2));
    CHECK(world.dials == dials);
  }

  TEST_CASE("signals leave closed and refused alone") {
    Scenario world;
    SUBCASE("closed") {
      world.go_live();
      world.disconnect();
    }
    SUBCASE("refused") {
      world.server = accepts_then_closes(4403);
      world.connect();
      world.run_for(seconds(1));
      REQUIRE(world.phase() == Phase::refused);
    }
    const Phase phase = world.phase();
    for (const PageSignal signal : wakes) {
      world.signal(signal);
      world.run_for(seconds(10));
    }
    CHECK(world.phase() == phase);
    CHECK(world.dials == 1);
    CHECK_FALSE(world.core().next_deadline());
  }

  TEST_CASE("a signal revives a suspended machine and starts its counter over") {
    Scenario world;
    world.server = refuses();
    world.connect();
    while (world.phase() != Phase::suspended) REQUIRE(world.run_next(seconds(60)));
    world.run_for(seconds(10));
    world.clear();
    world.signal(PageSignal::online);
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.state() == State::connecting);
    CHECK(world.status().attempt == 0);
    world.run_for(milliseconds(400));
    CHECK(world.status().attempt == 1);
  }

  TEST_CASE("a signal that revives a wait too short to be shortened is told at once") {
    int kept = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      Options options = World::default_options();
      options.backoff.max_attempts = 1;
      Scenario world(options, seed);
      world.server = refuses();
      world.connect();
      while (world.phase() != Phase::suspended) REQUIRE(world.run_next(seconds(60)));
      world.server = rejects_token();
      while (world.phase() != Phase::waiting) REQUIRE(world.run_next(seconds(100)));
      REQUIRE(world.state() == State::disconnected);
      const auto retry = world.status().next_retry_at;
      world.signal(PageSignal::visible);
      CHECK(world.state() == State::connecting);
      CHECK(world.status().attempt == 0);
      if (world.status().next_retry_at == retry) ++kept;
    }
    CHECK(kept > 0);
  }

  TEST_CASE("a signal on a usable link is one probe, and the link stays as it is") {
    Scenario world;
    world.go_live();
    SUBCASE("offline is only a hint") { world.signal(PageSignal::offline); }
    SUBCASE("online") { world.signal(PageSignal::online); }
    SUBCASE("visible") { world.signal(PageSignal::visible); }
    CHECK(pings(world) == 1);
    CHECK(world.state() == State::connected);
    world.run_for(seconds(5));
    CHECK(world.dials == 1);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("offline that is true is noticed within the probe's wait") {
    Scenario world;
    world.go_live();
    world.stall();
    world.signal(PageSignal::offline);
    world.run_for(milliseconds(2499));
    CHECK(world.dials == 1);
    world.run_for(milliseconds(200));
    CHECK(world.dials == 2);
  }

  TEST_CASE("a probe waits four times the 95th percentile, between 2.5 and 10 seconds") {
    struct Case {
      double one_way_ms;
      double wait_ms;
    };
    for (const Case& probe : {Case{20, 2500}, Case{400, 3200}, Case{2000, 10000}}) {
      CAPTURE(probe.one_way_ms);
      Scenario world;
      world.server.one_way = milliseconds(probe.one_way_ms);
      world.connect();
      world.run_for(seconds(45));
      REQUIRE(world.metrics().quality.rtt_last);
      world.stall();
      world.signal(PageSignal::offline);
      world.run_for(milliseconds(probe.wait_ms - 1));
      CHECK(world.state() == State::connected);
      world.run_for(milliseconds(2));
      CHECK(world.state() == State::reconnecting);
    }
  }

  TEST_CASE("a hidden page stays connected and hears its events") {
    Scenario world;
    world.subscribe("new_call");
    world.go_live();
    world.signal(PageSignal::hidden);
    world.run_for(seconds(600));
    world.server_sends(R"({"type":"new_call","data":{}})");
    CHECK(world.delivered == 1);
    CHECK(world.state() == State::connected);
  }
}

TEST_SUITE("scenario: pauses") {
  TEST_CASE("into the back-forward cache the socket is closed and let go, and nothing is due") {
    for (const PageSignal departure : departures) {
      Scenario world;
      world.go_live();
      world.signal(departure);
      CHECK(world.phase() == Phase::paused);
      CHECK(world.state() == State::disconnected);
      CHECK(world.status().reason == Reason::page_hidden);
      CHECK_FALSE(world.status().can_retry);
      const auto closes = world.told<CloseSocket>();
      REQUIRE(closes.size() == 1);
      CHECK(closes[0].code == 1000);
      CHECK_FALSE(world.core().next_deadline());
      world.run_for(seconds(3600));
      CHECK(world.dials == 1);
    }
  }

  TEST_CASE("out of it the page dials at once, whatever it was doing") {
    for (const PageSignal arrival :
         {PageSignal::page_shown, PageSignal::resumed, PageSignal::visible}) {
      Scenario world;
      SUBCASE("ready") { world.go_live(); }
      SUBCASE("waiting") { go_waiting(world); }
      SUBCASE("authenticating") { world.connect(); }
      SUBCASE("suspended") {
        world.server = refuses();
        world.connect();
        while (world.phase() != Phase::suspended) REQUIRE(world.run_next(seconds(60)));
      }
      world.server = speaks();
      world.signal(PageSignal::page_hidden);
      world.run_for(seconds(3600));
      world.signal(arrival);
      world.run_for(milliseconds(200));
      CHECK(world.state() == State::connected);
    }
  }

  TEST_CASE("idle, closed and refused come back as they were") {
    Scenario world;
    Phase before = Phase::idle;
    SUBCASE("idle") {}
    SUBCASE("closed") {
      world.go_live();
      world.disconnect();
      before = Phase::closed;
    }
    SUBCASE("refused") {
      world.server = accepts_then_closes(4409);
      world.connect();
      world.run_for(seconds(1));
      before = Phase::refused;
    }
    REQUIRE(world.phase() == before);
    const auto dials = world.dials;
    const auto error = world.status().error;
    world.signal(PageSignal::frozen);
    CHECK(world.phase() == Phase::paused);
    world.signal(PageSignal::resumed);
    CHECK(world.phase() == before);
    CHECK(world.status().error == error);
    world.run_for(seconds(3600));
    CHECK(world.dials == dials);
  }

  TEST_CASE("online does not lead a page out of the cache, for it is still in it") {
    Scenario world;
    world.go_live();
    world.signal(PageSignal::page_hidden);
    world.signal(PageSignal::online);
    CHECK(world.phase() == Phase::paused);
  }

  TEST_CASE("leaving twice and coming back twice is leaving and coming back") {
    Scenario world;
    world.go_live();
    world.signal(PageSignal::page_hidden);
    world.signal(PageSignal::frozen);
    world.signal(PageSignal::resumed);
    world.signal(PageSignal::page_shown);
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 2);
  }

  TEST_CASE("the user who signed out while the page was away finds nobody signed in") {
    Scenario world;
    world.set_identity("user-1");
    world.run_for(seconds(1));
    world.signal(PageSignal::page_hidden);
    world.set_identity(std::nullopt);
    world.signal(PageSignal::page_shown);
    CHECK(world.phase() == Phase::idle);
    CHECK(world.status().reason == Reason::signed_out);
    world.run_for(seconds(60));
    CHECK(world.dials == 1);
  }

  TEST_CASE("disconnect while away is disconnect") {
    Scenario world;
    world.go_live();
    world.signal(PageSignal::page_hidden);
    world.disconnect();
    world.signal(PageSignal::page_shown);
    CHECK(world.phase() == Phase::closed);
  }

  TEST_CASE("a token changed while the refused page was away starts a new story on its return") {
    Scenario world;
    world.server = rejects_token();
    world.connect();
    world.run_for(seconds(5));
    REQUIRE(world.phase() == Phase::refused);
    world.signal(PageSignal::page_hidden);
    world.token_changed();
    world.signal(PageSignal::page_shown);
    world.run_for(milliseconds(75));
    // One rejection of the new token is a first one: another token is asked for.
    CHECK(world.phase() == Phase::waiting);
    world.server = speaks();
    world.run_for(seconds(2));
    CHECK(world.state() == State::connected);
  }
}
