// What every fuzz target is written with: an input, and a way to say that something is wrong.
//
// A target defines `keepline::fuzz::run`; libFuzzer calls it with every input it thinks of, under
// the address and undefined-behaviour sanitizers. A problem ends the program, so that the input is
// kept.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace keepline::fuzz {

void run(std::string_view input);

// Ends the program where there is a problem: a sentence, empty for none.
inline void demand_none(std::string_view problem) {
  if (problem.empty()) return;
  std::fprintf(stderr, "PROBLEM: %.*s\n", static_cast<int>(problem.size()), problem.data());
  std::abort();
}

inline void demand(bool holds, std::string_view otherwise) {
  if (!holds) demand_none(otherwise);
}

// The input's beginning, up to a mark or its end, taken off it.
inline std::string_view take_until(std::string_view& input, char mark) {
  const std::string_view part = input.substr(0, input.find(mark));
  input.remove_prefix(part.size() < input.size() ? part.size() + 1 : part.size());
  return part;
}

// The input's first byte, taken off it; 0 where it is empty.
inline std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

}  // namespace keepline::fuzz
