#include "run.hpp"

#include <sys/resource.h>

#include <memory>
#include <mutex>

#include "herd.hpp"
#include "machine.hpp"
#include "parallel.hpp"

namespace keepline::sim::herd {
namespace {

// So that no two machines of a run draw the same, and none draws what another seed's first does.
constexpr std::uint64_t between_seeds = 0x9e3779b97f4a7c15ULL;

void run_machines(const Settings& settings, Run& run) {
  const Options options = Machine::default_options();
  const auto seed = static_cast<std::uint64_t>(settings.seed) + 1;
  Herd herd(settings, run.story, [&](Wire& wire, std::uint32_t number) {
    return std::make_unique<Machine>(wire, number, options, seed * between_seeds + number);
  });
  herd.run();
  run.tally = herd.tally();
}

}  // namespace

std::vector<Run> run_all(const Request& request) {
  std::vector<Run> runs;
  for (const StoryKind kind : request.stories) {
    runs.push_back({"keepline", tell(kind, request.settings), {}});
  }
  std::mutex machines;
  run_numbered(runs.size(), [&](std::uint64_t number) {
    Run& run = runs[number];
    const std::scoped_lock one_herd_at_a_time(machines);
    run_machines(request.settings, run);
    return true;
  });
  return runs;
}

std::size_t memory_used() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return static_cast<std::size_t>(usage.ru_maxrss);
#else
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
#endif
}

}  // namespace keepline::sim::herd
