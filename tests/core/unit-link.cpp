// One socket: what its stages permit, and that all that is due on it is in one deadline.
#include <doctest/doctest.h>

#include "link.hpp"
#include "moments.hpp"

using namespace keepline;

namespace {

constexpr Stage all_stages[] = {Stage::opening, Stage::opened, Stage::greeted,
                                Stage::synced,  Stage::live,   Stage::proven};

Link new_link() { return Link(HeartbeatOptions{}, std::nullopt); }

}  // namespace

TEST_SUITE("link") {
  TEST_CASE(
      "a link begins as an opening one of which nothing is known and on which nothing is due") {
    const Link link = new_link();
    CHECK(link.stage == Stage::opening);
    CHECK_FALSE(link.features);
    CHECK_FALSE(link.unproven);
    CHECK(link.deadline() == never_at_all);
  }

  TEST_CASE("a link is open from the second stage on and live from the last but one") {
    for (const Stage stage : all_stages) {
      Link link = new_link();
      link.stage = stage;
      CHECK(link.is_open() == (stage != Stage::opening));
      CHECK(link.is_live() == (stage == Stage::live || stage == Stage::proven));
    }
  }

  TEST_CASE("each deadline of a link is the link's own while it is the only one") {
    for (const auto timer : {LinkTimer::connect, LinkTimer::greeting, LinkTimer::leaving,
                             LinkTimer::first_frame, LinkTimer::proof, LinkTimer::verdict}) {
      Link link = new_link();
      link.at(timer) = host_at(70);
      CHECK(link.deadline() == Instant{host_at(70), never_at_all.wall});
    }
  }

  TEST_CASE("what the values of a link are waiting for is in its deadline") {
    Link link = new_link();
    link.heartbeat.start(host_at(0), std::nullopt, Path{});
    CHECK(link.deadline().monotonic == host_at(30000));
    link.window.look_within(at(0), seconds(1));
    CHECK(link.deadline().monotonic == host_at(1000));
    link.announcer.put_off(at(0));
    CHECK(link.deadline().monotonic == host_at(50));
    link.renewal.ask(at(0), TokenRequestId{1}, milliseconds(20), false);
    CHECK(link.deadline().monotonic == host_at(20));
    CHECK(link.deadline().wall == never_at_all.wall);
  }

  TEST_CASE("the deadline is the earliest by each clock, whichever value each comes from") {
    Link link = new_link();
    link.renewal.plan(at(0, 9000), seconds(100));
    link.at(LinkTimer::connect) = host_at(15000);
    CHECK(link.deadline() == at(15000, 89000));
    link.at(LinkTimer::connect) = never;
    CHECK(link.deadline() == at(80000, 89000));
  }

  TEST_CASE("a deadline is taken when it has come and not a moment before, and only once") {
    Link link = new_link();
    link.at(LinkTimer::proof) = host_at(100);
    CHECK_FALSE(link.take_due(LinkTimer::proof, at(99.9)));
    CHECK(link.deadline().monotonic == host_at(100));
    CHECK(link.take_due(LinkTimer::proof, at(100)));
    CHECK(link.deadline() == never_at_all);
    CHECK_FALSE(link.take_due(LinkTimer::proof, at(1e12)));
  }

  TEST_CASE("links are equal where all their values are, and a copy goes its own way") {
    const Link link = new_link();
    Link copy = link;
    CHECK(copy == link);
    copy.heartbeat.owe_answers();
    CHECK(copy != link);
    copy = link;
    copy.features = Features{1};
    CHECK(copy != link);
    copy = link;
    copy.hint = RetryHint{seconds(1), seconds(1)};
    CHECK(copy != link);
    CHECK(link == new_link());
  }
}
