// One line of the result: a kind of client in a story.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings.hpp"
#include "story.hpp"
#include "tally.hpp"

namespace keepline::sim::herd {

inline constexpr std::string_view machine_name = "keepline";

struct Run {
  std::string client;  // that name, or a peer's with its version
  Story story;
  Tally tally;
};

// The machine in each of the request's stories, and the peers in the outage. As many at once as
// there are processors; of machines, which need memory, one herd at a time.
std::vector<Run> run_all(const Request& request);

// What the process has used at most, in bytes; 0 where the system does not say.
std::size_t memory_used();

}  // namespace keepline::sim::herd
