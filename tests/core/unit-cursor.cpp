// How far a client has come: what repeats, and from where it may ask.
#include <doctest/doctest.h>

#include <string>

#include "cursor.hpp"

using namespace keepline;

namespace {

Position at(std::string_view text) { return read_position(text); }

Cursor begun(std::string_view text = "e.10") {
  Cursor cursor;
  cursor.adopt(at(text));
  return cursor;
}

IdMark mark(int number) { return mark_of('"' + std::to_string(number) + '"'); }

}  // namespace

TEST_SUITE("cursor") {
  TEST_CASE("before there is a position nothing repeats, nothing is taken and nothing asked") {
    Cursor cursor;
    CHECK_FALSE(cursor.is_repeated({1, 0}));
    cursor.take({5, 0});
    CHECK_FALSE(cursor.taken());
    CHECK_FALSE(cursor.may_ask());
  }

  TEST_CASE("what is at or before the mark came before, what is behind it did not") {
    Cursor cursor = begun();
    CHECK(cursor.is_repeated({9, 0}));
    CHECK(cursor.is_repeated({10, 0}));
    CHECK_FALSE(cursor.is_repeated({11, 0}));
    cursor.take({15, 0});
    CHECK(cursor.is_repeated({15, 0}));
    CHECK(cursor.taken() == at("e.15"));
  }

  TEST_CASE("behind a gap it goes on where the server says, and never backwards in an epoch") {
    Cursor cursor = begun();
    cursor.adopt(at("e.5"));
    CHECK(cursor.taken() == at("e.10"));
    cursor.adopt(at("e.40"));
    CHECK(cursor.taken() == at("e.40"));
    cursor.adopt(at("f.3"));
    CHECK(cursor.taken() == at("f.3"));
    CHECK_FALSE(cursor.is_repeated({4, 0}));
  }

  TEST_CASE(
      "after a change of epoch the last 256 ids are known, and only as long as they are old") {
    Cursor cursor = begun("e.0");
    for (int number = 1; number <= 300; ++number) {
      cursor.take({static_cast<std::uint64_t>(number), mark(number)});
    }
    CHECK_FALSE(cursor.is_repeated({301, mark(300)}));  // within an epoch the number says it all
    cursor.adopt(at("f.1000"));
    CHECK(cursor.is_repeated({1001, mark(300)}));
    CHECK(cursor.is_repeated({1001, mark(45)}));
    CHECK_FALSE(cursor.is_repeated({1001, mark(44)}));
    CHECK_FALSE(cursor.is_repeated({1001, mark(301)}));
    CHECK_FALSE(cursor.is_repeated({1001, 0}));
    for (int number = 1; number <= 256; ++number) {
      cursor.take({1000 + static_cast<std::uint64_t>(number), mark(1000 + number)});
    }
    CHECK_FALSE(cursor.is_repeated({2000, mark(1256)}));
  }

  TEST_CASE("an id that is no string is none") {
    CHECK(mark_of("") == 0);
    CHECK(mark_of("17") == 0);
    CHECK(mark_of("null") == 0);
    CHECK(mark_of("\"a\"") != mark_of("\"b\""));
    CHECK(mark_of("\"a\"") == mark_of("\"a\""));
  }

  TEST_CASE("a position is asked from once, until the answer was whole or the mark moved") {
    Cursor cursor = begun();
    CHECK(cursor.may_ask());
    cursor.asked();
    CHECK_FALSE(cursor.may_ask());
    SUBCASE("answered") { cursor.answered(); }
    SUBCASE("moved by an event") { cursor.take({11, 0}); }
    SUBCASE("moved by a gap") { cursor.adopt(at("f.1")); }
    CHECK(cursor.may_ask());
  }

  TEST_CASE("another user has no position, no ids, and has asked for nothing") {
    Cursor cursor = begun();
    cursor.take({11, mark(11)});
    cursor.asked();
    cursor.forget();
    CHECK_FALSE(cursor.taken());
    cursor.adopt(at("e.11"));
    CHECK(cursor.may_ask());
    cursor.adopt(at("f.1"));
    CHECK_FALSE(cursor.is_repeated({2, mark(11)}));
  }
}
