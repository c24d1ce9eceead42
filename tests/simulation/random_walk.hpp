// Random schedules: a world fed with whatever can happen, in any order, from a seed that replays
// it.
//
// Twice in each walk the machine is copied and the copies are fed alike: the copyable, comparable
// value that it claims to be. Judges nothing itself: the books do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keepline::sim {

struct Walk {
  std::uint64_t seed = 1;
  std::uint64_t steps = 1000;
  std::string* trace = nullptr;
};

struct WalkResult {
  std::vector<std::string> problems;
  std::uint64_t steps = 0;
  std::uint64_t dials = 0;
  std::uint64_t delivered = 0;
  std::uint64_t phases_seen = 0;  // one bit a phase
};

WalkResult walk(const Walk& walk);

}  // namespace keepline::sim
