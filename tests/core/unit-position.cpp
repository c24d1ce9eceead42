// A position as the wire writes it: what is one, what is none, and that it comes out as it went in.
#include <doctest/doctest.h>

#include <string>

#include "position.hpp"

using namespace keepline;

TEST_SUITE("position") {
  TEST_CASE("a position is an epoch, a dot and a number, and is written as it was read") {
    for (const std::string text :
         {"k3J9xQab.1795399000812", "a.0", "A-_9.1", "0123456789abcdef.9007199254740991"}) {
      CAPTURE(text);
      const auto position = read_position(text);
      REQUIRE(position);
      CHECK(to_text(position) == text);
    }
    CHECK(read_position("e.12").seq == 12);
  }

  TEST_CASE("anything else is none") {
    for (const std::string text :
         {"", ".", "e", "e.", ".1", "e.01", "e.1.2", "e.-1", "e.+1", "e.1e3", "e. 1", " e.1",
          "e.1 ", "e.9007199254740992", "e.99999999999999999999", "0123456789abcdefg.1", "ä.1",
          "e/x.1", "e\".1"}) {
      CAPTURE(text);
      CHECK_FALSE(read_position(text));
    }
    CHECK_FALSE(read_position(std::string("e\0.1", 4)));
    CHECK_FALSE(read_position(std::string(100000, '1')));
    CHECK(read_position("0123456789abcdefg.1") == Position{});
    CHECK(to_text({}).empty());
  }

  TEST_CASE("positions share an epoch by its whole name") {
    const auto one = read_position("ab.5");
    CHECK(one.shares_epoch(read_position("ab.9")));
    CHECK_FALSE(one.shares_epoch(read_position("abc.5")));
    CHECK_FALSE(one.shares_epoch(read_position("a.5")));
    CHECK(one == read_position("ab.5"));
    CHECK(one != read_position("ab.6"));
  }

  TEST_CASE("a seq is a whole number in plain digits within JavaScript's whole numbers") {
    CHECK(read_seq("0") == 0);
    CHECK(read_seq("1") == 1);
    CHECK(read_seq("9007199254740991") == 9007199254740991);
    for (const std::string text :
         {"", "null", "\"1\"", "1.0", "1e3", "-1", "01", "9007199254740992", "10000000000000000",
          "99999999999999999999999999"}) {
      CAPTURE(text);
      CHECK_FALSE(read_seq(text));
    }
  }
}
