#include "run.hpp"

#include <sys/resource.h>

#include <memory>
#include <mutex>

#include "herd.hpp"
#include "machine.hpp"
#include "parallel.hpp"
#include "peer.hpp"
#include "schedules.hpp"

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

void run_peers(const Settings& settings, const Schedule& schedule, Run& run) {
  const auto seed = static_cast<std::uint64_t>(settings.seed) + 1;
  Herd herd(settings, run.story, [&](Wire& wire, std::uint32_t number) {
    return std::make_unique<Peer>(wire, number, schedule, seed * between_seeds + number);
  });
  herd.run();
  run.tally = herd.tally();
}

}  // namespace

std::vector<Run> run_all(const Request& request) {
  const Settings& settings = request.settings;
  std::vector<Run> runs;
  std::vector<const Schedule*> whose;
  for (const StoryKind kind : request.stories) {
    runs.push_back({"keepline", tell(kind, settings), {}});
    whose.push_back(nullptr);
    if (kind != StoryKind::outage || !request.with_peers) continue;
    for (const Schedule& schedule : schedules()) {
      runs.push_back({std::string(schedule.name), tell(kind, settings), {}});
      whose.push_back(&schedule);
    }
  }
  std::mutex machines;
  run_numbered(runs.size(), [&](std::uint64_t number) {
    if (whose[number] != nullptr) {
      run_peers(settings, *whose[number], runs[number]);
      return true;
    }
    const std::scoped_lock one_herd_at_a_time(machines);
    run_machines(settings, runs[number]);
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
