// keepline_walk: random schedules with every invariant on.
//
//   keepline_walk [--seeds N] [--steps N] [--first SEED]   N walks of so many steps each
//   keepline_walk --seed SEED [--steps N] --trace          one walk again, told step by step
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "random_walk.hpp"

namespace {

using keepline::sim::walk;
using keepline::sim::WalkResult;

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t seeds = 500;
  std::uint64_t steps = 2000;
  bool trace = false;
};

bool read_arguments(int argc, char** argv, Arguments& arguments) {
  for (int index = 1; index < argc; ++index) {
    const std::string_view name = argv[index];
    if (name == "--trace") {
      arguments.trace = true;
      continue;
    }
    if (index + 1 == argc) return false;
    const std::uint64_t value = std::strtoull(argv[++index], nullptr, 10);
    if (name == "--seeds") {
      arguments.seeds = value;
    } else if (name == "--steps") {
      arguments.steps = value;
    } else if (name == "--first") {
      arguments.first = value;
    } else if (name == "--seed") {
      arguments.first = value;
      arguments.seeds = 1;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::fputs(
        "usage: keepline_walk [--seeds N] [--steps N] [--first SEED] [--seed SEED] [--trace]\n",
        stderr);
    return 2;
  }
  std::uint64_t steps = 0;
  std::uint64_t dials = 0;
  std::uint64_t delivered = 0;
  std::uint64_t phases = 0;
  for (std::uint64_t seed = arguments.first; seed < arguments.first + arguments.seeds; ++seed) {
    std::string trace;
    const WalkResult result = walk({seed, arguments.steps, arguments.trace ? &trace : nullptr});
    std::fputs(trace.c_str(), stdout);
    steps += result.steps;
    dials += result.dials;
    delivered += result.delivered;
    phases |= result.phases_seen;
    if (result.problems.empty()) continue;
    for (const std::string& problem : result.problems) std::printf("%s\n", problem.c_str());
    std::printf(
        "seed %llu failed at step %llu; replay: keepline_walk --seed %llu --steps %llu --trace\n",
        static_cast<unsigned long long>(seed), static_cast<unsigned long long>(result.steps),
        static_cast<unsigned long long>(seed), static_cast<unsigned long long>(result.steps));
    return 1;
  }
  std::printf(
      "%llu steps in %llu walks from seed %llu: %llu dials, %llu events, every phase %s\n",
      static_cast<unsigned long long>(steps), static_cast<unsigned long long>(arguments.seeds),
      static_cast<unsigned long long>(arguments.first), static_cast<unsigned long long>(dials),
      static_cast<unsigned long long>(delivered), phases == 0x1ff ? "visited" : "NOT visited");
  return 0;
}
