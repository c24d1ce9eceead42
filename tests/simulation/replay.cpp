// keepline_replay: fixed random schedules, every input and output as text on standard output.
//
// Compiled natively and to WebAssembly it must print the same bytes: that is what makes a log
// recorded in a browser worth replaying on a desk. No test framework, no arguments needed.
//
//   keepline_replay [FIRST_SEED [WALKS [STEPS]]]
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "random_walk.hpp"

int main(int argc, char** argv) {
  const auto argument = [&](int index, std::uint64_t otherwise) -> std::uint64_t {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  const std::uint64_t first = argument(1, 1);
  const std::uint64_t walks = argument(2, 40);
  const std::uint64_t steps = argument(3, 1000);
  int failures = 0;
  for (std::uint64_t seed = first; seed < first + walks; ++seed) {
    std::string trace;
    const auto result = keepline::sim::walk({seed, steps, &trace});
    std::printf("# seed %lu\n", static_cast<unsigned long>(seed));
    std::fwrite(trace.data(), 1, trace.size(), stdout);
    for (const std::string& problem : result.problems) std::printf("! %s\n", problem.c_str());
    if (!result.problems.empty()) ++failures;
  }
  return failures == 0 ? 0 : 1;
}
