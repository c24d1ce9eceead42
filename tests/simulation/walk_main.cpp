// keepline_walk: random schedules with every invariant on; a failure is shrunk and told as a
// script.
//
//   keepline_walk [--walks N] [--steps N] [--first SEED]   N walks of so many steps each
//   keepline_walk --seed SEED [--steps N] [--trace]        one walk again, told step by step
//   keepline_walk … --only INVARIANT                       judged by that one alone
//   keepline_walk … --scripts                              prints what was drawn, for the replay
#include <unistd.h>

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

// What this thread walks, for one that ends in an abort. Trivial values: a signal handler reads
// them.
thread_local std::uint64_t walked_seed = 0;
thread_local std::uint64_t walked_steps = 0;

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

char* append(char* end, const char* text) {
  while (*text != '\0') *end++ = *text++;
  return end;
}

char* append(char* end, std::uint64_t number) {
  if (number >= 10) end = append(end, number / 10);
  *end++ = static_cast<char>('0' + number % 10);
  return end;
}

// An assertion of the machine fails on the thread that fed it, and ends the program: the seed is
// said before that, by nothing but what a signal handler may do.
void tell_of_abort(int /*signal*/) {
  char text[160];
  char* end = append(text, "aborted: keepline_walk --seed ");
  end = append(append(append(end, walked_seed), " --steps "), walked_steps);
  end = append(end, "\n");
  [[maybe_unused]] const auto written =
      write(STDERR_FILENO, text, static_cast<std::size_t>(end - text));
}

WalkResult walk_known(const Walk& one) {
  walked_seed = one.seed;
  walked_steps = one.steps;
  return walk(one);
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
    const WalkResult result = walk_known({seed, steps, std::nullopt});
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
  std::signal(SIGABRT, tell_of_abort);
  const std::uint64_t steps = arguments.number("--steps", 2000);
  const bool single = arguments.has("--seed");
  const std::uint64_t first = arguments.number(single ? "--seed" : "--first", 1);
  const std::uint64_t walks = single ? 1 : arguments.number("--walks", 500);
  if (arguments.has("--scripts")) return print_scripts(first, walks, steps);
  if (arguments.has("--trace")) {
    std::string trace;
    run_script(walk_known({first, steps, judged}).script, judged, &trace);
    std::fputs(trace.c_str(), stdout);
  }
  Sum sum;
  std::mutex mutex;
  run_numbered(walks, [&](std::uint64_t number) {
    WalkResult result = walk_known({first + number, steps, judged});
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
