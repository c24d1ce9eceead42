// What a server that filters was told: the last word counts, and a burst is one word.
#include <doctest/doctest.h>

#include <string>

#include "announcer.hpp"
#include "moments.hpp"
#include "random.hpp"

using namespace keepline;

namespace {

const std::string nothing_wanted = R"({"events":[]})";
const std::string calls_wanted = R"({"events":["call.*"]})";

Announcer told_at(double ms, const std::string& list) {
  Announcer announcer;
  REQUIRE(announcer.may_speak(at(ms)));
  announcer.told(at(ms), list);
  return announcer;
}

}  // namespace

TEST_SUITE("announcer") {
  TEST_CASE(
      "the first word may be said at once, at any moment, and is news even where nothing is "
      "wanted") {
    for (const double ms : {0.0, 1.0, 1e9}) {
      Announcer announcer;
      CHECK(announcer.may_speak(at(ms)));
      CHECK(announcer.is_news(nothing_wanted));
      CHECK(announcer.deadline() == never);
    }
  }

  TEST_CASE("what was told is no news, anything else is") {
    const Announcer announcer = told_at(0, calls_wanted);
    CHECK_FALSE(announcer.is_news(calls_wanted));
    CHECK(announcer.is_news(nothing_wanted));
  }

  TEST_CASE("the next word waits until the last one is old enough, and not a moment longer") {
    Announcer announcer = told_at(100, calls_wanted);
    CHECK_FALSE(announcer.may_speak(at(100)));
    CHECK(announcer.deadline() == host_at(150));
    CHECK_FALSE(announcer.may_speak(at(149.9)));
    CHECK_FALSE(announcer.take_due(at(149.9)));
    CHECK(announcer.take_due(at(150)));
    CHECK(announcer.deadline() == never);
    CHECK(announcer.may_speak(at(150)));
  }

  TEST_CASE(
      "the word may be said at the very moment that was named for it, whatever the rounding") {
    Random random(5);
    for (int round = 0; round < 1000; ++round) {
      const double ms = random.unit() * 1e8;
      Announcer announcer = told_at(ms, calls_wanted);
      REQUIRE_FALSE(announcer.may_speak(at(ms)));
      const Instant named{announcer.deadline(), at(0).wall};
      CHECK(announcer.take_due(named));
      CHECK(announcer.may_speak(named));
    }
  }

  TEST_CASE("wishes that come and go without end do not put the word off") {
    Announcer announcer = told_at(0, calls_wanted);
    for (int ms = 0; ms < 50; ++ms) announcer.may_speak(at(ms));
    CHECK(announcer.deadline() == host_at(50));
  }

  TEST_CASE("a word for which the socket had no room is tried again a pause later") {
    Announcer announcer;
    REQUIRE(announcer.may_speak(at(0)));
    announcer.put_off(at(0));
    CHECK(announcer.deadline() == host_at(50));
    CHECK(announcer.is_news(calls_wanted));
    CHECK(announcer.take_due(at(50)));
    CHECK(announcer.may_speak(at(50)));
  }

  TEST_CASE("who may speak sooner than was planned has nothing planned any more") {
    Announcer announcer;
    announcer.put_off(at(0));
    CHECK(announcer.may_speak(at(10)));
    CHECK(announcer.deadline() == never);
  }

  TEST_CASE("announcers are equal where last word and plan are, and a copy goes its own way") {
    const Announcer announcer = told_at(0, calls_wanted);
    Announcer copy = announcer;
    CHECK(copy == announcer);
    copy.put_off(at(0));
    CHECK(copy != announcer);
    CHECK(copy.take_due(at(50)));
    CHECK(copy == announcer);
    copy.told(at(0), nothing_wanted);
    CHECK(copy != announcer);
    CHECK(announcer == told_at(0, calls_wanted));
  }
}
