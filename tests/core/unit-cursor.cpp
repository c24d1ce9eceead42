// How far a client has come: what repeats, what is handed over, and from where it may ask.
#include <doctest/doctest.h>

#include <string>

#include "cursor.hpp"

using namespace keepline;

namespace {

Position at(std::string_view text) { return *read_position(text); }

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
    cursor.cover(at("e.9"));
    CHECK_FALSE(cursor.taken());
    CHECK_FALSE(cursor.handed());
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
    CHECK(cursor.handed() == at("e.15"));
  }

  TEST_CASE("a position of its epoch moves it forwards, and no other does") {
    Cursor cursor = begun();
    cursor.cover(at("e.20"));
    CHECK(cursor.taken() == at("e.20"));
    cursor.cover(at("e.12"));
    cursor.cover(at("f.99"));
    CHECK(cursor.taken() == at("e.20"));
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

  TEST_CASE("where the host hands over later, what may be kept waits for it") {
    Cursor cursor;
    cursor.defer_hand_over();
    cursor.adopt(at("e.10"));
    CHECK(cursor.handed() == at("e.10"));
    for (const std::uint64_t seq : {11, 12, 14}) {
      cursor.delivered();
      cursor.take({seq, 0});
    }
    cursor.cover(at("e.20"));
    CHECK(cursor.taken() == at("e.20"));
    CHECK(cursor.handed() == at("e.10"));
    cursor.handed_over(1, 11);
    CHECK(cursor.handed() == at("e.11"));
    cursor.handed_over(2, 0);  // the second bore no seq
    CHECK(cursor.handed() == at("e.11"));
    SUBCASE("all of it: then also what nobody wanted behind it is done with") {
      cursor.handed_over(3, 14);
      CHECK(cursor.handed() == at("e.20"));
      cursor.take({21, 0});
      CHECK(cursor.handed() == at("e.21"));
    }
    SUBCASE("the last one was none after all") {
      cursor.undelivered();
      CHECK(cursor.handed() == at("e.20"));
    }
    SUBCASE("a host that says more than it was given is believed no more than that") {
      cursor.handed_over(1000, 9000);
      CHECK(cursor.handed() == at("e.20"));
    }
    SUBCASE("a late word changes nothing") {
      cursor.handed_over(1, 11);
      CHECK(cursor.handed() == at("e.11"));
    }
    SUBCASE("what it held back is lost") {
      cursor.lose_backlog();
      CHECK(cursor.handed() == at("e.20"));
    }
  }

  TEST_CASE("events of a former epoch that are still on their way do not move the new one's mark") {
    Cursor cursor;
    cursor.defer_hand_over();
    cursor.adopt(at("e.10"));
    cursor.delivered();
    cursor.take({900, 0});
    cursor.adopt(at("f.100"));
    cursor.delivered();
    cursor.take({950, 0});
    cursor.delivered();
    cursor.take({960, 0});
    cursor.handed_over(1, 900);
    CHECK(cursor.handed() == at("e.10"));
    cursor.handed_over(2, 950);
    CHECK(cursor.handed() == at("f.950"));
    cursor.handed_over(3, 960);
    CHECK(cursor.handed() == at("f.960"));
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
    CHECK_FALSE(cursor.handed());
    cursor.adopt(at("e.11"));
    CHECK(cursor.may_ask());
    cursor.adopt(at("f.1"));
    CHECK_FALSE(cursor.is_repeated({2, mark(11)}));
  }
}
