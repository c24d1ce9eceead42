// From a dial to a usable link: what counts as usable, and how long a dial may take.
#include <algorithm>
#include <vector>

#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

using Action = FrameVerdict::Action;

Action deliver(Scenario& world, std::string_view text) {
  return world.deliver_frame(world.live()->id, {text, text.size(), true}).action;
}

constexpr std::string_view call = R"({"type":"new_call","data":{}})";

}  // namespace

TEST_SUITE("scenario: becoming usable") {
  TEST_CASE("an open socket is usable at its first frame") {
    Scenario world;
    world.server = quiet();
    world.connect();
    world.run_for(milliseconds(80));
    CHECK(world.phase() == Phase::dialling);
    deliver(world, call);
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("an open socket that stays silent is usable after helloTimeoutMs") {
    Scenario world;
    world.server = quiet();
    world.connect();
    world.run_for(milliseconds(2069));
    CHECK(world.phase() == Phase::dialling);
    world.run_for(milliseconds(1));
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("helloTimeoutMs of zero makes a socket usable as it opens") {
    Options options = World::default_options();
    options.hello_timeout = Duration{0};
    Scenario world(options);
    world.server = quiet();
    world.connect();
    world.run_for(milliseconds(70));
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("with requireConnected only `connected` counts, and nothing is delivered before it") {
    Options options = World::default_options();
    options.require_connected = true;
    Scenario world(options);
    world.subscribe("*");
    world.server = quiet();
    world.connect();
    world.run_for(seconds(3));
    CHECK(world.phase() == Phase::dialling);
    CHECK(deliver(world, call) == Action::drop);
    CHECK(world.phase() == Phase::dialling);
    SUBCASE("it comes") {
      CHECK(deliver(world, connected_frame(speaks())) == Action::deliver);
      CHECK(world.phase() == Phase::ready);
      CHECK(deliver(world, call) == Action::deliver);
    }
    SUBCASE("it never comes") {
      world.run_for(seconds(12.1));
      CHECK(world.phase() == Phase::waiting);
      CHECK(world.status().error->kind == ErrorKind::connect_timeout);
    }
  }

  TEST_CASE("a dial that hangs is closed at the connect timeout, and its late open is ignored") {
    Scenario world;
    world.server = hangs();
    world.connect();
    world.run_for(milliseconds(15029));
    CHECK(world.phase() == Phase::dialling);
    world.run_for(milliseconds(1));
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.told<CloseSocket>().size() == 1);
    world.deliver_opened(SocketId{1});
    CHECK(world.phase() == Phase::waiting);
  }

  TEST_CASE(
      "the connect timeout is short on a path known to be quick, and grows by half after every "
      "two") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(31));
    REQUIRE(world.metrics().quality.rtt_p95);
    world.server = hangs();
    world.server_closes(1006);
    const double expected[] = {5000,  5000,  7500,  7500,    11250,
                               11250, 16875, 16875, 25312.5, 25312.5};
    for (const double timeout : expected) {
      while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
      const Instant dialled = world.now();
      while (world.phase() == Phase::dialling) REQUIRE(world.run_next(seconds(60)));
      CHECK((world.now().monotonic - dialled.monotonic).count() == doctest::Approx(timeout));
    }
    while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(100)));
    CHECK((world.core().next_deadline()->monotonic - world.now().monotonic).count() ==
          doctest::Approx(30000));
  }

  TEST_CASE("a path that was quick to open is known to be quick before its first ping") {
    Scenario world;
    world.go_live();
    REQUIRE_FALSE(world.metrics().quality.rtt_p95);
    world.server = hangs();
    world.server_closes(1006);
    while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    CHECK((world.core().next_deadline()->monotonic - world.now().monotonic).count() ==
          doctest::Approx(5000));
  }

  TEST_CASE(
      "a path that answers nothing for a while and then works is used within seconds, mostly") {
    for (const double silence : {10, 20}) {
      CAPTURE(silence);
      std::vector<double> waits;
      for (std::uint64_t seed = 1; seed <= 101; ++seed) {
        Scenario world(World::default_options(), seed);
        world.go_live();
        const Server works = world.server;
        world.server = hangs();
        world.server_closes(1006);
        world.run_for(seconds(silence));
        world.server = works;
        double waited = 0;
        for (; world.phase() != Phase::ready && waited < 60; waited += 0.1) {
          world.run_for(milliseconds(100));
        }
        waits.push_back(waited);
      }
      std::sort(waits.begin(), waits.end());
      CHECK(waits[50] <= 5);
    }
  }

  TEST_CASE("timeouts that a refused dial interrupts are not in a row") {
    Scenario world;
    world.go_live();
    world.run_for(seconds(31));
    world.server = hangs();
    world.server_closes(1006);
    for (int count = 0; count < 2; ++count) {
      while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
      while (world.phase() == Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    }
    world.server = refuses();
    while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    while (world.phase() == Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    world.server = hangs();
    while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    CHECK((world.core().next_deadline()->monotonic - world.now().monotonic).count() ==
          doctest::Approx(5000));
  }

  TEST_CASE("the connect timeout grows also where sockets open and `connected` never comes") {
    Options options = World::default_options();
    options.require_connected = true;
    Scenario world(options);
    world.server = quiet();
    world.connect();
    for (int count = 0; count < 2; ++count) {
      while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
      while (world.phase() == Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    }
    while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
    CHECK((world.core().next_deadline()->monotonic - world.now().monotonic).count() ==
          doctest::Approx(22500));
  }

  TEST_CASE("a dial that the page's policy blocks stops at once and says so") {
    Scenario world;
    world.server = refuses();
    world.connect();
    SUBCASE("told while dialling") { world.run_for(milliseconds(35)); }
    SUBCASE("told after its close") { world.run_for(milliseconds(100)); }
    world.block_dial();
    CHECK(world.phase() == Phase::refused);
    CHECK(world.status().error->kind == ErrorKind::endpoint_blocked);
    world.run_for(seconds(600));
    CHECK(world.dials == 1);
  }

  TEST_CASE("a WebSocket that throws is a dial that failed: by name, retried, warned of once") {
    Scenario world;
    world.server = hangs();
    world.connect();
    world.run_for(milliseconds(50));
    for (int attempt = 1; attempt <= 3; ++attempt) {
      REQUIRE(world.phase() == Phase::dialling);
      world.server_closes(thrown_code, "InvalidStateError");
      CHECK(world.phase() == Phase::waiting);
      CHECK(world.status().attempt == attempt);
      CHECK(world.status().error->kind == ErrorKind::network);
      CHECK(world.status().error->code == 0);
      CHECK(world.status().error->detail == "InvalidStateError");
      world.run_for(world.until_retry() + milliseconds(50));
    }
    int warnings = 0;
    for (const Log& line : world.told<Log>()) {
      if (line.level != LogLevel::warn) continue;
      ++warnings;
      CHECK(line.text == "new WebSocket() threw: InvalidStateError");
    }
    CHECK(warnings == 1);
  }

  TEST_CASE("what no retry mends is not retried: a policy's exception and a syntax error") {
    Scenario world;
    world.server = hangs();
    world.connect();
    world.run_for(milliseconds(50));
    SUBCASE("policy") {
      world.server_closes(thrown_code, "SecurityError");
      CHECK(world.status().error->kind == ErrorKind::endpoint_blocked);
    }
    SUBCASE("policy, as Firefox calls it") {
      world.server_closes(thrown_code, "NS_ERROR_CONTENT_BLOCKED");
      CHECK(world.status().error->kind == ErrorKind::endpoint_blocked);
    }
    SUBCASE("address or subprotocol") {
      world.server_closes(thrown_code, "SyntaxError");
      CHECK(world.status().error->kind == ErrorKind::endpoint_invalid);
      CHECK(world.status().error->detail == "SyntaxError");
    }
    CHECK(world.phase() == Phase::refused);
    world.run_for(seconds(600));
    CHECK(world.dials == 1);
  }

  TEST_CASE("a policy's violation that is not of the last dial, or long after it, stops nothing") {
    Scenario world;
    world.server = refuses();
    world.connect();
    while (world.dials < 5) REQUIRE(world.run_next(seconds(60)));
    world.run_for(milliseconds(100));
    REQUIRE(world.phase() == Phase::waiting);
    world.block_dial(SocketId{4});
    CHECK(world.phase() == Phase::waiting);
    world.run_for(seconds(9));
    REQUIRE(world.phase() == Phase::waiting);
    world.block_dial();
    CHECK(world.phase() == Phase::waiting);
  }

  TEST_CASE("an endpoint that is none is refused without a dial, and connect says so again") {
    Options options = World::default_options();
    options.page = "about:blank";
    Scenario world(options);
    world.connect();
    CHECK(world.phase() == Phase::refused);
    CHECK(world.status().error->kind == ErrorKind::endpoint_invalid);
    world.reconnect();
    CHECK(world.phase() == Phase::refused);
    CHECK(world.token_requests == 0);
  }
}
