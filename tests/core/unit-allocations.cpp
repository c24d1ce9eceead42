// What an event costs in memory: nothing, wherever it stands in a server's log.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "counting_new.hpp"
#include "cursor.hpp"
#include "streaming.hpp"

using namespace keepline;

namespace {

constexpr std::uint64_t events = 1000;  // more than the ring of ids holds

std::vector<std::string> frames_from(std::uint64_t first) {
  std::vector<std::string> frames;
  for (std::uint64_t seq = first; seq < first + events; ++seq) {
    frames.push_back(test::stream_event(seq));
  }
  return frames;
}

std::size_t allocations_of(test::Streaming& link, const std::vector<std::string>& frames) {
  const std::size_t before = test::allocations();
  for (const std::string& frame : frames) link.say(frame);
  return test::allocations() - before;
}

}  // namespace

TEST_SUITE("allocations") {
  TEST_CASE("an allocation is counted") {
    const std::size_t before = test::allocations();
    const std::string text(1000, 'x');
    CHECK(test::allocations() > before);
  }

  TEST_CASE("an event that is delivered, that comes again or that nobody wants allocates nothing") {
    for (const bool log : {true, false}) {
      for (const bool wanted : {true, false}) {
        CAPTURE(log);
        CAPTURE(wanted);
        test::Streaming link(log, wanted);
        const auto frames = frames_from(2);
        link.say(test::stream_event(1));  // the first of its type is remembered by name
        CHECK(allocations_of(link, frames) == 0);
        CHECK(allocations_of(link, frames) == 0);
        CHECK(link.metrics().duplicates == (log ? events : 0));
        CHECK(link.metrics().delivered == (wanted ? (log ? 1 : 2) * events + 1 : 0));
      }
    }
  }

  TEST_CASE("nor does one of a new epoch whose id is looked for among the former ones") {
    Cursor cursor;
    cursor.adopt(read_position("e.0"));
    for (std::uint64_t seq = 1; seq <= events; ++seq) {
      cursor.take({seq, mark_of('"' + std::to_string(seq) + '"')});
    }
    cursor.adopt(read_position("f.5000"));
    const std::size_t before = test::allocations();
    const StreamPlace place{5001, mark_of("\"1000\"")};
    CHECK(cursor.is_repeated(place));
    cursor.take(place);
    CHECK(test::allocations() == before);
  }
}
