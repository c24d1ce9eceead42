// A page that nobody sees for so long that its link ends, and its return.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

Options closes_when_hidden() {
  Options options = World::default_options();
  options.hidden.close_after = seconds(60);
  return options;
}

}  // namespace

TEST_SUITE("scenario: a hidden page") {
  TEST_CASE("a page hidden for as long as the application says closes its link, without a fault") {
    Scenario world(closes_when_hidden());
    world.go_live();
    world.clear();
    world.signal(PageSignal::hidden);
    world.run_for(milliseconds(59999));
    CHECK(world.phase() == Phase::ready);
    world.run_for(milliseconds(1));
    const Status& status = world.status();
    CHECK(status.phase == Phase::paused);
    CHECK(status.state == State::disconnected);
    CHECK(status.reason == Reason::page_hidden);
    CHECK_FALSE(status.can_retry);
    CHECK_FALSE(status.error);
    CHECK(status.attempt == 0);
    REQUIRE(world.told<CloseSocket>().size() == 1);
    CHECK(world.told<CloseSocket>()[0].code == 1000);
    // Neither the network nor a thaw in the background is somebody who looks.
    const auto dials = world.dials;
    for (const PageSignal signal : {PageSignal::online, PageSignal::frozen, PageSignal::resumed,
                                    PageSignal::hidden, PageSignal::offline}) {
      world.signal(signal);
      world.run_for(seconds(700));
    }
    CHECK(world.dials == dials);
    world.clear();
    world.signal(PageSignal::visible);
    CHECK(world.token_requests == dials + 1);
    world.run_for(seconds(1));
    CHECK(world.phase() == Phase::ready);
    CHECK(world.told<Reconnected>().size() == 1);
  }

  TEST_CASE("seen again in time it keeps its link, and the next absence counts from its start") {
    Scenario world(closes_when_hidden());
    world.go_live();
    for (int time = 0; time < 3; ++time) {
      world.signal(PageSignal::hidden);
      world.run_for(seconds(40));
      world.signal(PageSignal::hidden);
      world.run_for(seconds(19));
      world.signal(PageSignal::visible);
      world.run_for(seconds(50));
    }
    CHECK(world.phase() == Phase::ready);
    CHECK(world.dials == 1);
  }

  TEST_CASE("by default a hidden page keeps its link") {
    Scenario world;
    world.go_live();
    world.signal(PageSignal::hidden);
    world.run_for(seconds(90000));
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("a page that begins hidden counts from there, and stops trying as well") {
    Scenario world(closes_when_hidden());
    world.server = refuses();
    world.connect();
    world.signal(PageSignal::hidden);
    world.run_for(seconds(61));
    CHECK(world.phase() == Phase::paused);
    const auto dials = world.dials;
    world.run_for(seconds(600));
    CHECK(world.dials == dials);
    world.server = speaks();
    world.signal(PageSignal::page_shown);
    world.run_for(seconds(1));
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("a message that waits for somebody to look keeps its time to live") {
    Scenario world(closes_when_hidden());
    world.go_live();
    world.signal(PageSignal::hidden);
    world.run_for(seconds(60));
    world.clear();
    world.send("note", "1", seconds(10));
    world.send("note", "2", seconds(100));
    world.run_for(seconds(20));
    REQUIRE(world.told<Settle>().size() == 1);
    CHECK(world.told<Settle>()[0].outcome == SendOutcome::expired);
    world.signal(PageSignal::visible);
    world.run_for(seconds(1));
    REQUIRE(world.told<Settle>().size() == 2);
    CHECK(world.told<Settle>()[1].outcome == SendOutcome::sent);
  }

  TEST_CASE("connect() and reconnect() dial although nobody looks, and the time counts anew") {
    for (const bool connects : {true, false}) {
      Scenario world(closes_when_hidden());
      world.go_live();
      world.signal(PageSignal::hidden);
      world.run_for(seconds(100));
      REQUIRE(world.phase() == Phase::paused);
      if (connects) {
        world.connect();
      } else {
        world.reconnect();
      }
      world.run_for(seconds(59));
      CHECK(world.phase() == Phase::ready);
      CHECK(world.told<Reconnected>().size() == 1);
      world.run_for(seconds(2));
      CHECK(world.phase() == Phase::paused);
      world.disconnect();
      CHECK(world.phase() == Phase::closed);
    }
  }

  TEST_CASE("a page that thaws in the background when its time is over does not dial first") {
    Scenario world(closes_when_hidden());
    world.go_live();
    world.signal(PageSignal::hidden);
    world.signal(PageSignal::frozen);
    world.host_runs_timers = false;
    world.run_for(seconds(600));
    world.host_runs_timers = true;
    world.signal(PageSignal::resumed);
    CHECK(world.token_requests == 1);
    CHECK(world.phase() == Phase::paused);
  }

  TEST_CASE("who is closed, signed out or refused stays what he is while nobody looks") {
    Scenario world(closes_when_hidden());
    world.go_live();
    world.disconnect();
    world.signal(PageSignal::hidden);
    world.run_for(seconds(100));
    CHECK(world.phase() == Phase::closed);
    world.connect();
    world.run_for(seconds(59));
    CHECK(world.phase() == Phase::ready);
    world.run_for(seconds(2));
    CHECK(world.phase() == Phase::paused);
  }
}
