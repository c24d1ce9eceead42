#include "run.hpp"

#include <sys/resource.h>

#include <memory>
#include <utility>

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
  Options options = Machine::default_options();
  options.backoff.initial = milliseconds(settings.wait_ms);
  options.backoff.max = milliseconds(settings.wait_max_ms);
  options.backoff.jitter = settings.jitter;
  const auto seed = static_cast<std::uint64_t>(settings.seed) + 1;
  Herd herd(settings, run.story, [&](Wire& wire, std::uint32_t number) {
    return std::make_unique<Machine>(wire, number, options, seed * between_seeds + number);
  });
  herd.run();
  run.tally = herd.take_tally();
}

void run_peers(const Settings& settings, const Schedule& schedule, Run& run) {
  const auto seed = static_cast<std::uint64_t>(settings.seed) + 1;
  Herd herd(settings, run.story, [&](Wire& wire, std::uint32_t number) {
    return std::make_unique<Peer>(wire, number, schedule, seed * between_seeds + number);
  });
  herd.run();
  run.tally = herd.take_tally();
}

}  // namespace

std::vector<Run> run_all(const Request& request) {
  const Settings& settings = request.settings;
  std::vector<Run> runs;
  std::vector<std::size_t> machines;
  std::vector<std::pair<std::size_t, const Schedule*>> peers;
  for (const StoryKind kind : request.stories) {
    machines.push_back(runs.size());
    runs.push_back({std::string(machine_name), tell(kind, settings), {}});
    if (kind != StoryKind::outage || !request.with_peers) continue;
    for (const Schedule& schedule : schedules()) {
      peers.emplace_back(runs.size(), &schedule);
      runs.push_back({std::string(schedule.name), tell(kind, settings), {}});
    }
  }
  // One herd of machines after the other on one thread, for the memory's sake.
  run_numbered(1 + peers.size(), [&](std::uint64_t job) {
    if (job == 0) {
      for (const std::size_t number : machines) run_machines(settings, runs[number]);
    } else {
      const auto& [number, schedule] = peers[job - 1];
      run_peers(settings, *schedule, runs[number]);
    }
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
