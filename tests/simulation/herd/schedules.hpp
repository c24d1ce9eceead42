// When other clients dial again after they lost their link, from their published sources: each as a
// function of the attempt and of randomness, and of nothing else. The numbers are theirs, the code
// is ours.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "random.hpp"
#include "time.hpp"

namespace keepline::sim::herd {

// The wait before attempt 1, 2, … since the link was lost; nothing where it gives up. `page` is the
// same at every attempt of one page, for what is drawn once; `fresh` goes on.
using Wait = std::optional<Duration> (*)(int attempt, Random page, Random& fresh);

struct Schedule {
  std::string_view name;  // with the version that was read
  Wait wait = nullptr;
  Duration patience{};     // of a dial, until the client gives it up; 0: none of its own
  bool from_dial = false;  // the wait begins with the dial before it, and not with that one's end
};

std::span<const Schedule> schedules();

}  // namespace keepline::sim::herd
