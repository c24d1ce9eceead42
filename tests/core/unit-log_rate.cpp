// One line a second and topic, and the next one knows how many it stands for.
#include <doctest/doctest.h>

#include "log_rate.hpp"
#include "moments.hpp"

using namespace keepline;

TEST_SUITE("log rate") {
  TEST_CASE("the first line of a topic is said, and stands for no other") {
    LogRate rate;
    CHECK(rate.may_say(LogTopic::invalid_payload, at(0)) == 0U);
  }

  TEST_CASE("ten thousand lines within a second are one, and the next says how many were like it") {
    LogRate rate;
    int said = 0;
    for (int line = 0; line < 10000; ++line) {
      said += int{rate.may_say(LogTopic::server_error, at(line / 10.0)).has_value()};
    }
    CHECK(said == 1);
    CHECK(rate.may_say(LogTopic::server_error, at(1000)) == 9999U);
  }

  TEST_CASE("a second after a line the next is said, and not a moment before") {
    LogRate rate;
    rate.may_say(LogTopic::going_away, at(100));
    CHECK_FALSE(rate.may_say(LogTopic::going_away, at(1099.9)));
    CHECK(rate.may_say(LogTopic::going_away, at(1100)) == 1U);
  }

  TEST_CASE(
      "what was told is not counted again, and what was held back does not put the next line off") {
    LogRate rate;
    rate.may_say(LogTopic::server_ping, at(0));
    rate.may_say(LogTopic::server_ping, at(999));
    CHECK(rate.may_say(LogTopic::server_ping, at(1000)) == 1U);
    CHECK_FALSE(rate.may_say(LogTopic::server_ping, at(1999)));
    CHECK(rate.may_say(LogTopic::server_ping, at(2000)) == 1U);
    CHECK(rate.may_say(LogTopic::server_ping, at(3000)) == 0U);
  }

  TEST_CASE("one topic holds back no line of another") {
    LogRate rate;
    for (const LogTopic topic :
         {LogTopic::invalid_payload, LogTopic::server_error, LogTopic::server_ping,
          LogTopic::going_away, LogTopic::silence, LogTopic::token_echo}) {
      CHECK(rate.may_say(topic, at(0)) == 0U);
      CHECK_FALSE(rate.may_say(topic, at(0)));
    }
  }

  TEST_CASE("what is to be said once is said once, at whatever moment") {
    LogRate rate;
    CHECK(rate.is_first(LogTopic::silence, at(0)));
    CHECK_FALSE(rate.is_first(LogTopic::silence, at(1e9)));
    CHECK(rate.is_first(LogTopic::token_echo, at(1e9)));
    CHECK_FALSE(rate.is_first(LogTopic::token_echo, at(2e9)));
  }

  TEST_CASE("rates are equal where what was said and held back is, and a copy goes its own way") {
    LogRate rate;
    rate.may_say(LogTopic::server_error, at(0));
    LogRate copy = rate;
    CHECK(copy == rate);
    copy.may_say(LogTopic::server_error, at(1));
    CHECK(copy != rate);
    rate.may_say(LogTopic::server_error, at(2));
    CHECK(copy == rate);
  }
}
