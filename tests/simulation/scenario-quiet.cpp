// Frames between two deadlines: the machine does not look for what is due, and nobody can tell.
#include <array>

#include "random.hpp"
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

constexpr std::string_view call = R"({"type":"new_call","data":{}})";
constexpr std::array<std::string_view, 7> rarer = {
    R"({"type":"stranger"})",
    R"({"type":5})",
    R"({"type":"pong"})",
    "ping",
    "pong",
    R"({"type":"authed","data":{"expiresInMs":5000}})",
    R"({"type":"connected","data":{"connectionId":"c","userId":"user-1","tenantId":"tenant-1",)"
    R"("features":["reauth"],"tokenExpiresInMs":9000}})",
};

// False where there is no link for it.
bool deliver(World& world, std::string_view text) {
  const Socket* live = world.live();
  if (live == nullptr || !live->open) return false;
  world.deliver_frame(live->id, {text, text.size()});
  return true;
}

// One thing that happens to a world, as the number says.
void happen(World& world, std::uint64_t what) {
  switch (what % 16) {
    case 0:
      world.send("note", "1", seconds(3));
      return;
    case 1:
      world.signal(PageSignal::visible);
      return;
    case 2:
      world.move_wall(milliseconds(1900));
      return;
    case 3:
      world.move_wall(seconds(7));
      return;
    case 4:
      world.hold_back();
      return;
    case 5:
      world.let_flow();
      return;
    case 6:
      if (what % 5 == 0) world.server_closes(1006);
      return;
    case 7:
      world.skip(milliseconds(static_cast<double>(what % 4001)));  // a throttled page
      return;
    default:
      world.run_for(milliseconds(static_cast<double>(what % 997)));
      return;
  }
}

}  // namespace

TEST_SUITE("scenario: frames between two deadlines") {
  TEST_CASE("a machine that looks for deadlines after every frame says and does the same") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(seed);
      Scenario usual(World::default_options(), seed);
      usual.go_live();
      usual.subscribe("new_call");
      Scenario looking = usual;
      Random random(seed);
      for (int step = 0; step < 300; ++step) {
        const std::uint64_t what = random.next() >> 8U;
        happen(usual, what);
        happen(looking, what);
        for (int frame = 0; frame < 3; ++frame) {
          const std::uint64_t which = random.next() >> 8U;
          const std::string_view text = which % 8 == 0 ? rarer[which / 8 % rarer.size()] : call;
          deliver(usual, text);
          if (deliver(looking, text)) looking.handle_deadline();
        }
        CAPTURE(step);
        REQUIRE(usual.history == looking.history);
        REQUIRE(usual.core().next_deadline() == looking.core().next_deadline());
        REQUIRE(usual.metrics() == looking.metrics());
      }
    }
  }

  TEST_CASE("the second frame of a link that said nothing for ten seconds is its proof") {
    Scenario world;
    world.server = refuses();
    world.connect();
    world.run_for(milliseconds(200));
    world.server = quiet();
    world.run_for(seconds(5));
    REQUIRE(world.phase() == Phase::ready);
    world.run_for(seconds(11));
    REQUIRE(deliver(world, call));
    CHECK(world.status().attempt == 1);
    REQUIRE(deliver(world, call));
    CHECK(world.status().attempt == 0);
  }
}
