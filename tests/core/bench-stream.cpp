// Prints what the event stream adds to an event, in ns: the bar is 50 (see tests/bench/README.md).
// No test: how quick a machine is decides nothing.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "cursor.hpp"
#include "streaming.hpp"

namespace {

using namespace keepline;

constexpr std::uint64_t events = 200'000;
constexpr int rounds = 15;

// The quickest round: what else the machine does only adds.
template <class Round>
double ns_per_event(Round round) {
  double best = 1e12;
  for (int each = 0; each < rounds; ++each) {
    const auto begun = std::chrono::steady_clock::now();
    round();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    best = std::min(best, took.count() / static_cast<double>(events));
  }
  return best;
}

// So that nothing is left out whose result nobody looks at.
volatile std::uint64_t seen = 0;

double cursor_alone(bool new_epoch) {
  std::vector<std::string> ids;
  for (std::uint64_t seq = 0; seq < 1024; ++seq)
    ids.push_back("\"k3J9xQab-" + std::to_string(seq) + '"');
  return ns_per_event([&] {
    Cursor cursor;
    cursor.adopt(read_position("e.0"));
    std::uint64_t repeated = 0;
    for (std::uint64_t seq = 1; seq <= events; ++seq) {
      // Every 256th begins the search for former ids anew, so that all of them are searched for.
      if (new_epoch && seq % 256 == 0) {
        cursor.adopt(read_position(seq % 512 == 0 ? "e.1" : "f.1"));
      }
      const StreamPlace place{seq, mark_of(ids[seq % 1024])};
      if (cursor.is_repeated(place)) ++repeated;
      cursor.take(place);
    }
    seen = seen + repeated;
  });
}

double whole_frames(bool log, bool wanted, bool again) {
  std::vector<std::string> frames;
  for (std::uint64_t seq = 1; seq <= events; ++seq) frames.push_back(test::stream_event(seq));
  test::Streaming first(log, wanted);
  if (again) {
    for (const std::string& frame : frames) first.say(frame);
  }
  return ns_per_event([&] {
    test::Streaming link = first;
    for (const std::string& frame : frames) link.say(frame);
    seen = seen + link.metrics().delivered;
  });
}

}  // namespace

int main() {
  std::printf("the cursor, by seq                     %6.1f ns an event\n", cursor_alone(false));
  std::printf("the cursor, by former ids as well      %6.1f\n", cursor_alone(true));
  for (const bool wanted : {true, false}) {
    const char* const who = wanted ? "wanted  " : "unwanted";
    std::printf("a whole frame, %s, without a log %6.1f\n", who,
                whole_frames(false, wanted, false));
    std::printf("                         with one      %6.1f\n",
                whole_frames(true, wanted, false));
  }
  std::printf("                         come before   %6.1f\n", whole_frames(true, true, true));
}
