#include "shrink.hpp"

#include <algorithm>
#include <cmath>

#include "random_walk.hpp"

namespace keepline::sim {
namespace {

// Delta debugging (Zeller, Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", 2002),
// with parts taken out from the end first: what came after the cause goes quickly.
bool take_out_parts(Script& script, std::vector<Act> Script::*list, const Fails& fails) {
  bool shorter = false;
  for (std::size_t part = ((script.*list).size() + 1) / 2; part > 0; part /= 2) {
    for (std::size_t end = (script.*list).size(); end > 0;) {
      const std::size_t begin = end > part ? end - part : 0;
      Script less = script;
      std::vector<Act>& acts = less.*list;
      acts.erase(acts.begin() + static_cast<std::ptrdiff_t>(begin),
                 acts.begin() + static_cast<std::ptrdiff_t>(end));
      if (fails(less)) {
        script = std::move(less);
        shorter = true;
      }
      end = begin;
    }
  }
  return shorter;
}

// Zero, else one digit, two digits, a whole number: the first that still fails.
double rounded(double value, int digits) {
  if (value == 0) return 0;
  const double scale = std::pow(10.0, std::floor(std::log10(std::abs(value))) - digits + 1);
  return std::round(value / scale) * scale;
}

bool round_numbers(Script& script, std::vector<Act> Script::*list, const Fails& fails) {
  bool rounder = false;
  for (std::size_t at = 0; at < (script.*list).size(); ++at) {
    for (std::size_t index = 0; index < act_arguments_max; ++index) {
      const double value = (script.*list)[at].with[index];
      for (const double candidate :
           {0.0, rounded(value, 1), rounded(value, 2), std::floor(value)}) {
        if (candidate == value) break;
        Script other = script;
        (other.*list)[at].with[index] = candidate;
        if (!fails(other)) continue;
        script = std::move(other);
        rounder = true;
        break;
      }
    }
  }
  return rounder;
}

}  // namespace

Script shrink(Script script, const Fails& fails) {
  bool better = true;
  while (better) {
    better = take_out_parts(script, &Script::acts, fails);
    better = take_out_parts(script, &Script::options, fails) || better;
    if (!better) better = round_numbers(script, &Script::acts, fails);
  }
  round_numbers(script, &Script::options, fails);
  return script;
}

std::optional<Problem> problem_of(const Script& script, Invariant invariant) {
  std::string told;
  const bool twice = invariant == Invariant::same_log;
  const auto problems = run_script(script, invariant, twice ? &told : nullptr);
  if (!problems.empty()) return problems.front();
  if (!twice) return std::nullopt;
  std::string again;
  run_script(script, invariant, &again);
  if (again == told) return std::nullopt;
  return Problem{invariant, "a script played again told something else"};
}

std::string report_failure(const Script& script, const Problem& problem) {
  const Script least = shrink(
      script, [&](const Script& each) { return problem_of(each, problem.invariant).has_value(); });
  const auto shown = problem_of(least, problem.invariant);
  std::string text = to_text(problem) + "\n";
  text.append("shrunk from ").append(std::to_string(script.acts.size())).append(" acts to ");
  text.append(std::to_string(least.acts.size())).append(", which is played by keepline_replay:\n");
  text.append(to_text(least));
  if (shown) text.append("# ").append(to_text(*shown)).append("\n");
  return text;
}

}  // namespace keepline::sim
