// Numbered jobs on every processor, for the programs that run millions of independent worlds.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace keepline::sim {

// Calls `run(number)` for 0 to count - 1, in order of number as far as there are processors; stops
// handing out once one has returned false. `run` is called from several threads at a time.
template <class Run>
void run_numbered(std::uint64_t count, Run run) {
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> stopped{false};
  const auto work = [&] {
    for (std::uint64_t number = next++; number < count && !stopped; number = next++) {
      if (!run(number)) stopped = true;
    }
  };
  std::vector<std::thread> threads;
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned other = 1; other < processors; ++other) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace keepline::sim
