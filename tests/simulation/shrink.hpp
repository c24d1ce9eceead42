// A failing script made short: the fewest acts and options, and the roundest numbers, that still
// break the same invariant. Knows nothing of what the acts mean.
#pragma once

#include <functional>
#include <optional>

#include "invariants.hpp"
#include "script.hpp"

namespace keepline::sim {

// Whether a script still fails.
using Fails = std::function<bool(const Script&)>;
Script shrink(Script script, const Fails& fails);

// The first problem under that name that the script runs into.
std::optional<Problem> problem_of(const Script& script, Invariant invariant);

// What a failure is told with: the problem, the shrunk script, and how to play it again.
std::string report_failure(const Script& script, const Problem& problem);

}  // namespace keepline::sim
