// Every sequence of some choices to a depth, each run in a world of its own.
//
// Merging is exact and local: where an act leaves the world equal to what it was, or equal to what
// an earlier choice made of it, nothing that follows can differ from what follows there, so it is
// not followed again. Equal means every value of machine, books and surroundings. Merging can be
// turned off, to see that it hides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "script.hpp"

namespace keepline::sim {

// A situation, and what may happen in it again and again.
struct Plot {
  std::string_view name;
  Script beginning;
  std::vector<Act> choices;
};
const std::vector<Plot>& plots();

struct Enumeration {
  std::uint64_t sequences = 0;  // of the full depth, run or proven equal to one that was
  std::uint64_t acts = 0;       // played
  std::uint64_t merged = 0;     // acts after which nothing was followed further
  std::optional<Problem> problem;
  Script script;  // that led to it

  void add(const Enumeration& other);
};

struct Bounds {
  std::size_t depth = 8;
  bool merges = true;
  Judged judged;
};
Enumeration enumerate(const Plot& plot, const Bounds& bounds);

// So many sequences of the full depth, evenly spread over all of them.
std::vector<Script> sample(const Plot& plot, std::size_t depth, std::uint64_t count);

}  // namespace keepline::sim
