// keepline_walk: random schedules with every invariant on; a failure is shrunk and told as a
// script.
//
//   keepline_walk [--walks N] [--steps N] [--first SEED]   N walks of so many steps each
//   keepline_walk --seed SEED [--steps N] [--trace]        one walk again, told step by step
//   keepline_walk … --only INVARIANT                       judged by that one alone
//   keepline_walk … --scripts                              prints what was drawn, for the replay
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>

#include "arguments.hpp"
#include "parallel.hpp"
#include "random_walk.hpp"
#include "shrink.hpp"

namespace {

using namespace keepline::sim;

constexpr std::uint64_t every_phase = (std::uint64_t{1} << keepline::phase_count) - 1;

struct Sum {
  std::uint64_t steps = 0;
  std::uint64_t dials = 0;
  std::uint64_t delivered = 0;
  std::uint64_t phases = 0;
  std::optional<WalkResult> failed;  // that of the lowest seed

  void add(WalkResult result) {
    steps += result.steps;
    dials += result.dials;
    delivered += result.delivered;
    phases |= result.phases_seen;
    if (result.problems.empty()) return;
    if (!failed || result.script.seed < failed->script.seed) failed = std::move(result);
  }
};

// Of the walk that this thread plays, for the last words of a machine whose assertion fails: then
// nothing can be shrunk, and the seed and what was told so far must do.
thread_local std::uint64_t seed_played = 0;
std::string trace_told;

void tell_abort(int /*signal*/) {
  std::fputs(trace_told.c_str(), stdout);
  std::printf(
      "seed %llu: an assertion of the machine failed; again with --seed, told with --trace\n",
      static_cast<unsigned long long>(seed_played));
  std::fflush(stdout);
}

int usage() {
  std::fputs(
      "usage: keepline_walk [--walks N] [--steps N] [--first SEED] [--seed SEED] [--trace]\n"
      "                     [--only INVARIANT] [--scripts]\n",
      stderr);
  return 2;
}

void tell(const WalkResult& failed) {
  const auto seed = static_cast<unsigned long long>(failed.script.seed);
  const auto steps = static_cast<unsigned long long>(failed.steps);
  std::printf("seed %llu failed at step %llu: keepline_walk --seed %llu --steps %llu\n", seed,
              steps, seed, steps);
  std::fputs(report_failure(failed.script, failed.problems.front()).c_str(), stdout);
}

// Prints what the seeds draw, and plays it only to see that it can be.
int print_scripts(std::uint64_t first, std::uint64_t walks, std::uint64_t steps) {
  for (std::uint64_t seed = first; seed < first + walks; ++seed) {
    const WalkResult result = walk({seed, steps, std::nullopt});
    std::fputs(to_text(result.script).c_str(), stdout);
    if (!result.problems.empty()) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv, " --trace --scripts ",
                            " --walks --steps --first --seed --only ");
  Judged judged;
  if (arguments.has("--only")) {
    judged = invariant_named(arguments.text("--only"));
    if (!judged) return usage();
  }
  if (!arguments.known()) return usage();
  const std::uint64_t steps = arguments.number("--steps", 2000);
  const bool single = arguments.has("--seed");
  const std::uint64_t first = arguments.number(single ? "--seed" : "--first", 1);
  const std::uint64_t walks = single ? 1 : arguments.number("--walks", 500);
  if (arguments.has("--scripts")) return print_scripts(first, walks, steps);
  std::signal(SIGABRT, tell_abort);
  if (arguments.has("--trace")) {
    seed_played = first;
    run_script(draw(first, steps), judged, &trace_told);
    std::fputs(trace_told.c_str(), stdout);
    trace_told.clear();
  }
  Sum sum;
  std::mutex mutex;
  run_numbered(walks, [&](std::uint64_t number) {
    seed_played = first + number;
    WalkResult result = walk({seed_played, steps, judged});
    const bool held = result.problems.empty();
    const std::scoped_lock lock(mutex);
    sum.add(std::move(result));
    return held;
  });
  if (sum.failed) {
    tell(*sum.failed);
    return 1;
  }
  std::printf("%llu random steps in %llu walks from seed %llu: %llu dials, %llu events, %s\n",
              static_cast<unsigned long long>(sum.steps), static_cast<unsigned long long>(walks),
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(sum.dials),
              static_cast<unsigned long long>(sum.delivered),
              sum.phases == every_phase ? "every phase visited" : "NOT every phase visited");
  return 0;
}
