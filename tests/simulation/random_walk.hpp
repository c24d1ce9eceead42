// Random schedules: scripts of whatever can happen, in any order, drawn from a seed, and run.
//
// Twice in each walk the world is copied and the copies are fed alike, and some walks are run again
// from their script: the copyable, comparable, repeatable value that the machine claims to be.
// Everything else is judged by the books.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "script.hpp"

namespace keepline::sim {

struct Walk {
  std::uint64_t seed = 1;
  std::uint64_t steps = 1000;
  Judged judged;
};

struct WalkResult {
  std::vector<Problem> problems;
  Script script;  // up to the step that failed
  std::uint64_t steps = 0;
  std::uint64_t dials = 0;
  std::uint64_t delivered = 0;
  std::uint64_t phases_seen = 0;  // one bit a phase
};

WalkResult walk(const Walk& walk);
// What a walk of so many steps plays, where nothing stops it.
Script draw(std::uint64_t seed, std::uint64_t steps);

// Runs a script to its end or its first problem, as told. With `trace`, every input and output as
// text.
std::vector<Problem> run_script(const Script& script, Judged judged, std::string* trace = nullptr);

}  // namespace keepline::sim
