// The schedules of other clients: what their sources say, and what is known of them as herds.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "run.hpp"
#include "schedules.hpp"

using namespace keepline;
using namespace keepline::sim::herd;

namespace {

const Schedule& schedule_of(std::string_view name) {
  for (const Schedule& schedule : schedules()) {
    if (schedule.name.starts_with(name)) return schedule;
  }
  FAIL("no schedule of that name");
  return schedules().front();
}

// The waits of many pages before one attempt, shortest first.
std::vector<double> waits_of(const Schedule& schedule, int attempt) {
  std::vector<double> waits;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Random fresh(~seed);
    if (const auto wait = schedule.wait(attempt, Random(seed), fresh)) {
      waits.push_back(wait->count());
    }
  }
  std::sort(waits.begin(), waits.end());
  return waits;
}

struct Range {
  double least;
  double most;
};
Range range_of(std::string_view name, int attempt) {
  const auto waits = waits_of(schedule_of(name), attempt);
  REQUIRE(!waits.empty());
  return {waits.front(), waits.back()};
}

void check_spread(std::string_view name, int attempt, double least, double most) {
  CAPTURE(name);
  CAPTURE(attempt);
  const Range range = range_of(name, attempt);
  const double slack = (most - least) * 0.02;
  CHECK(range.least >= least);
  CHECK(range.least <= least + slack);
  CHECK(range.most <= most);
  CHECK(range.most >= most - slack);
}

Tally played(std::string_view name) {
  Request request;
  request.settings.clients = 300;
  request.settings.nodes = 3;
  request.stories = {StoryKind::outage};
  for (const Run& run : run_all(request)) {
    if (run.client.starts_with(name)) return run.tally;
  }
  FAIL("no run of that name");
  return {};
}

}  // namespace

TEST_SUITE("herd: schedules of other clients") {
  TEST_CASE("those without jitter wait the same on every page") {
    const std::vector<double> phoenix{10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000};
    const std::vector<double> supabase{1000, 2000, 5000, 10000, 10000};
    const std::vector<double> liveblocks{250, 500, 1000, 2000, 4000, 8000, 10000, 10000};
    const auto check = [](std::string_view name, const std::vector<double>& steps) {
      CAPTURE(name);
      for (std::size_t step = 0; step < steps.size(); ++step) {
        const Range range = range_of(name, static_cast<int>(step) + 1);
        CHECK(range.least == steps[step]);
        CHECK(range.most == steps[step]);
      }
    };
    check("phoenix", phoenix);
    check("@supabase", supabase);
    check("@liveblocks", liveblocks);
    check("partysocket", {3000, 3900});
    CHECK(range_of("partysocket", 6).most == 10000);
  }

  TEST_CASE("the jitter of convex and centrifuge survives the cap, and socket.io's does not") {
    check_spread("convex", 1, 500, 1500);
    check_spread("convex", 5, 8000, 24000);
    check_spread("convex", 30, 8000, 24000);
    check_spread("centrifuge", 1, 500, 1000);
    check_spread("centrifuge", 40, 500, 20000);
    // One draw gives both how far and whether sooner: the farthest sooner is nine tenths of it.
    check_spread("socket.io", 1, 550, 1500);
    CHECK(range_of("socket.io", 5).least == 5000);
    CHECK(range_of("socket.io", 50).most == 5000);
    check_spread("ably", 2, 16000, 20000);
    check_spread("ably", 9, 24000, 30000);
    CHECK(range_of("ably", 1).most == 0);
  }

  TEST_CASE("reconnecting-websocket draws once a page and never again") {
    check_spread("reconnecting-websocket", 1, 1000, 5000);
    const Schedule& schedule = schedule_of("reconnecting-websocket");
    Random fresh(1);
    const double first = schedule.wait(1, Random(7), fresh)->count();
    CHECK(schedule.wait(1, Random(7), fresh)->count() == first);
    CHECK(schedule.wait(2, Random(7), fresh)->count() == doctest::Approx(first * 1.3));
  }

  TEST_CASE("actioncable looks in its own time, and dials nothing within six seconds") {
    const Range first = range_of("@rails", 1);
    CHECK(first.least >= 6000);
    CHECK(first.most <= 24000);
    const Range later = range_of("@rails", 20);
    CHECK(later.least >= 6000 * 4.04);
    CHECK(later.most <= 6000 * 4.05 * 1.15);
  }

  TEST_CASE("two of them give up, and say after how many tries") {
    CHECK(waits_of(schedule_of("graphql-ws"), 5).size() == 2000);
    CHECK(waits_of(schedule_of("graphql-ws"), 6).empty());
    check_spread("graphql-ws", 5, 16300, 19000);
    CHECK(waits_of(schedule_of("@microsoft"), 4).front() == 30000);
    CHECK(waits_of(schedule_of("@microsoft"), 5).empty());
  }
}

TEST_SUITE("herd: other clients in an outage") {
  TEST_CASE("whoever has no jitter dials as one") {
    for (const char* name : {"partysocket", "phoenix", "@supabase", "@liveblocks"}) {
      CAPTURE(name);
      const Tally tally = played(name);
      CHECK(worst_window(tally.dials, 0, 20000) >= 300);
      CHECK(tally.not_back == 0);
    }
  }

  TEST_CASE("whoever has it after the cap is spread when the server is back") {
    for (const char* name : {"convex", "centrifuge"}) {
      CAPTURE(name);
      CHECK(worst_window(played(name).dials, 20000, 60000) < 20);
    }
  }

  TEST_CASE("a minute is longer than two of them wait") {
    for (const char* name : {"graphql-ws", "@microsoft"}) {
      CAPTURE(name);
      const Tally tally = played(name);
      CHECK(tally.gave_up == 300);
      CHECK(tally.not_back == 300);
    }
  }

  TEST_CASE("each of them is run, and none ever dials twice") {
    Request request;
    request.settings.clients = 100;
    request.stories = {StoryKind::outage};
    const auto runs = run_all(request);
    CHECK(runs.size() == 1 + schedules().size());
    for (const Run& run : runs) {
      CAPTURE(run.client);
      CHECK(run.tally.double_dials == 0);
      CHECK(run.tally.dials.size() == run.tally.opened + run.tally.refused + run.tally.abandoned);
    }
  }
}
