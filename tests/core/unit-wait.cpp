// A wait before a dial: its end by the one clock, what is shown by the other, and whose wish it is.
#include <doctest/doctest.h>

#include "moments.hpp"
#include "wait.hpp"

using namespace keepline;

namespace {

constexpr WaitReason all_reasons[] = {WaitReason::failure, WaitReason::server,
                                      WaitReason::rejection, WaitReason::signal,
                                      WaitReason::command};

Wait wait_for(WaitReason why) { return Wait::till(at(0), host_at(100), why); }

}  // namespace

TEST_SUITE("wait") {
  TEST_CASE("what is shown is as far away as the end is") {
    const Wait wait = Wait::till(at(500, 9000), host_at(1700), WaitReason::failure);
    CHECK(wait.until == host_at(1700));
    CHECK(wait.shown == at(0, 10200).wall);
  }

  TEST_CASE("a wait is over at its end and not a moment before") {
    const Wait wait = wait_for(WaitReason::failure);
    CHECK_FALSE(wait.is_over(at(99.9)));
    CHECK(wait.is_over(at(100)));
    CHECK(wait.is_over(at(1e9)));
  }

  TEST_CASE("a wall clock that jumps ends no wait and prolongs none") {
    const Wait wait = wait_for(WaitReason::failure);
    CHECK_FALSE(wait.is_over(at(99, 1e12)));
    CHECK(wait.is_over(at(100, -1e12)));
  }

  TEST_CASE("a wall clock that was set moves what is shown and not the end") {
    Wait wait = wait_for(WaitReason::server);
    wait.follow_wall(at(40, 3600040));
    CHECK(wait.until == host_at(100));
    CHECK(wait.shown == at(0, 3600100).wall);
    wait.follow_wall(at(60, -3600000));
    CHECK(wait.shown == at(0, -3599960).wall);
  }

  TEST_CASE("only what a server named is the server's") {
    for (const WaitReason why : all_reasons) {
      CHECK(wait_for(why).is_servers() == (why == WaitReason::server));
    }
  }

  TEST_CASE("the dial after a signal or a rejection is no attempt of its own, any other is") {
    for (const WaitReason why : all_reasons) {
      const bool repeats = why == WaitReason::signal || why == WaitReason::rejection;
      CHECK(wait_for(why).counts() == !repeats);
    }
  }

  TEST_CASE(
      "waits are equal where end, what is shown and reason are, and a copy goes its own way") {
    const Wait wait = wait_for(WaitReason::failure);
    Wait copy = wait;
    CHECK(copy == wait);
    CHECK(copy != wait_for(WaitReason::signal));
    copy.follow_wall(at(0, 1));
    CHECK(copy != wait);
    CHECK(wait == wait_for(WaitReason::failure));
  }
}
