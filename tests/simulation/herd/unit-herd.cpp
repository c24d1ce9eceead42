// Small herds of real machines through every story: whatever the figures, nobody may be left out.
#include <doctest/doctest.h>

#include <cstdint>
#include <numeric>
#include <string>

#include "herd.hpp"
#include "machine.hpp"
#include "run.hpp"

using namespace keepline;
using namespace keepline::sim::herd;

namespace {

Request small(StoryKind kind, std::uint64_t seed = 1) {
  Request request;
  request.settings.clients = 300;
  request.settings.nodes = 3;
  request.settings.seed = static_cast<double>(seed);
  request.stories = {kind};
  request.with_peers = false;
  return request;
}

constexpr StoryKind every_story[] = {StoryKind::outage,      StoryKind::stop,
                                     StoryKind::deploy,      StoryKind::redis,
                                     StoryKind::office_told, StoryKind::office_silent};

Tally played(const Request& request) { return run_all(request).front().tally; }

std::uint64_t sum(const std::vector<Second>& seconds, std::uint64_t Second::*part) {
  return std::accumulate(
      seconds.begin(), seconds.end(), std::uint64_t{0},
      [part](std::uint64_t all, const Second& second) { return all + second.*part; });
}

}  // namespace

TEST_SUITE("herd: every story") {
  TEST_CASE("everybody is back, and nobody ever has two dials or links") {
    for (const StoryKind kind : every_story) {
      CAPTURE(to_string(kind));
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Tally tally = played(small(kind, seed));
        CHECK(tally.not_back == 0);
        CHECK(tally.pending == 0);
        CHECK(tally.double_dials == 0);
        CHECK(tally.usable_after.size() == tally.links_lost);
      }
    }
  }

  TEST_CASE("every dial ends in one way, and the seconds sum up to what was counted") {
    for (const StoryKind kind : every_story) {
      CAPTURE(to_string(kind));
      const Tally tally = played(small(kind));
      CHECK(tally.dials.size() == tally.opened + tally.refused + tally.abandoned);
      CHECK(sum(tally.seconds, &Second::dials) == tally.dials.size());
      CHECK(sum(tally.seconds, &Second::fetches) == tally.fetches.size());
      CHECK(sum(tally.seconds, &Second::resumes) == tally.resumes);
      CHECK(sum(tally.seconds, &Second::events) == tally.events_replayed);
      CHECK(tally.seconds.back().usable == 300);
      CHECK(tally.seconds.back().live == 300);
    }
  }

  TEST_CASE("the same seed gives the same run, and another one another") {
    for (const StoryKind kind : every_story) {
      CAPTURE(to_string(kind));
      const Tally once = played(small(kind));
      const Tally again = played(small(kind));
      const Tally other = played(small(kind, 2));
      CHECK(once.dials == again.dials);
      CHECK(once.fetches == again.fetches);
      CHECK(once.live_after == again.live_after);
      CHECK(once.live_after != other.live_after);
    }
  }
}

TEST_SUITE("herd: what each story does") {
  TEST_CASE("an outage takes every link, and each comes back to what it missed") {
    const Tally tally = played(small(StoryKind::outage));
    CHECK(tally.links_lost == 300);
    CHECK(tally.resumes == 300);
    // A fifth of an event a second, for a minute at least.
    CHECK(tally.events_replayed >= 300 * 12);
    CHECK(tally.gaps == 0);
    CHECK(tally.refused > 300);
  }

  TEST_CASE("whoever resumes from a log that was lost has a gap, and fetches within its spread") {
    Request request = small(StoryKind::outage);
    request.settings.is_log_lost = true;
    const Tally tally = played(request);
    CHECK(tally.gaps == 300);
    CHECK(tally.resumes == 0);
    CHECK(tally.fetches.size() == 300);
    CHECK(tally.not_back == 0);
    const Quantiles usable = quantiles_of(tally.usable_after);
    const Quantiles live = quantiles_of(tally.live_after);
    CHECK(live.p50 > usable.p50 + 2000);
    CHECK(live.most <= usable.most + 8000 + 1000);
  }

  TEST_CASE("the machines wait as they are told to, and else as every page does") {
    Request request = small(StoryKind::outage);
    const Tally usual = played(request);
    CHECK(usual.dials.front() >= 1000);
    CHECK(usual.dials[299] <= 1300 + 80);
    request.settings.wait_ms = 8000;
    request.settings.jitter = 1;
    const Tally told = played(request);
    CHECK(told.dials.front() >= 8000);
    CHECK(told.dials[299] > 14000);
    CHECK(worst_window(told.dials, 0, 20000) < worst_window(usual.dials, 0, 20000) / 5);
  }

  TEST_CASE("nobody dials before a server's hint, and all within its spread") {
    Request request = small(StoryKind::stop);
    request.settings.hint_after_ms = 70000;
    request.settings.hint_spread_ms = 5000;
    const Tally tally = played(request);
    CHECK(tally.dials.size() == 300);
    CHECK(tally.dials.front() >= 70000);
    CHECK(tally.dials.back() <= 75000 + 100);
    CHECK(tally.refused == 0);
  }

  TEST_CASE("a deploy takes each link of each node, and others take them") {
    const Tally tally = played(small(StoryKind::deploy));
    // Each node has its own, and those of the nodes that went before it.
    CHECK(tally.links_lost > 300);
    CHECK(tally.refused == 0);
    CHECK(tally.opened == tally.links_lost);
  }

  TEST_CASE("a log that begins anew takes no link, and everybody fetches once within the spread") {
    const Tally tally = played(small(StoryKind::redis));
    CHECK(tally.dials.empty());
    CHECK(tally.gaps == 300);
    CHECK(tally.fetches.size() == 300);
    CHECK(tally.fetches.back() <= 8100);
    CHECK(worst_window(tally.fetches, 0, 1e9) < 20);
  }

  TEST_CASE("a snapshot counts when it is there, however long the nodes take for it") {
    Request request = small(StoryKind::redis);
    request.settings.fetch_ms = 100;  // 10 s of each of three nodes
    const Tally tally = played(request);
    CHECK(tally.fetches.back() <= 8100);
    CHECK(quantiles_of(tally.live_after).most >= 10000);
  }

  TEST_CASE("an office's machines that know of their network reach nobody until it is back") {
    const Tally tally = played(small(StoryKind::office_told));
    CHECK(tally.offline_dials >= 30);
    CHECK(tally.dials.size() == 30);
    CHECK(tally.dials.front() >= 45000);
    // Within the quarter of a second over which a signal is spread.
    CHECK(tally.dials.back() <= 45250);
  }

  TEST_CASE("an office whose network fails in silence is found by its pings") {
    const Tally tally = played(small(StoryKind::office_silent));
    CHECK(tally.links_lost == 30);
    CHECK(tally.dials.front() > 0);
    CHECK(tally.abandoned > 0);
    CHECK(tally.offline_dials == 0);
  }

  TEST_CASE("links outlive a silence that is shorter than a ping's patience") {
    Request request = small(StoryKind::office_silent);
    request.settings.office_s = 3;
    const Tally tally = played(request);
    CHECK(tally.links_lost == 0);
    CHECK(tally.dials.empty());
  }

  TEST_CASE("nodes that are back at different times take whoever dials, in turn") {
    Request request = small(StoryKind::outage);
    request.settings.down_s = {20, 300};
    const Tally tally = played(request);
    CHECK(tally.not_back == 0);
    CHECK(quantiles_of(tally.usable_after).most < 60000);
  }

  TEST_CASE("a slow node makes dials time out, and all come back nevertheless") {
    Request request = small(StoryKind::outage);
    request.settings.accepts = 8;
    request.settings.nodes = 2;
    const Tally tally = played(request);
    CHECK(tally.abandoned > 0);
    CHECK(tally.backlog_most > 10);
    CHECK(tally.not_back == 0);
  }

  TEST_CASE("a full backlog answers nobody, and TCP knocks again") {
    Request request = small(StoryKind::outage);
    request.settings.accepts = 8;
    request.settings.backlog = 2;
    const Tally tally = played(request);
    CHECK(tally.dropped > 0);
    CHECK(tally.backlog_most == 2);
    CHECK(tally.not_back == 0);
  }

  TEST_CASE("an address that says nothing is dialled less often than one that refuses") {
    Request request = small(StoryKind::outage);
    const Tally refusing = played(request);
    request.settings.dead = Dead::silent;
    const Tally silent = played(request);
    CHECK(silent.refused == 0);
    CHECK(silent.abandoned > 0);
    CHECK(silent.dials.size() < refusing.dials.size());
    CHECK(silent.not_back == 0);
  }

  TEST_CASE("whoever is not back at the limit is told of") {
    Request request = small(StoryKind::outage);
    request.settings.limit_s = 30;
    CHECK(played(request).not_back == 300);
  }
}
