// keepline_enumerate: every sequence of the choices of a plot, with every invariant on.
//
//   keepline_enumerate [--depth N] [--plot NUMBER] [--only INVARIANT] [--unmerged]
//   keepline_enumerate --sample N [--depth N]     prints N sequences of each plot, for the replay
#include <cstdio>
#include <string>

#include "arguments.hpp"
#include "enumerate.hpp"
#include "shrink.hpp"

namespace {

using namespace keepline::sim;

int usage() {
  std::fputs(
      "usage: keepline_enumerate [--depth N] [--plot NUMBER] [--only INVARIANT]\n"
      "                          [--unmerged] [--sample N]\n",
      stderr);
  return 2;
}

bool run(const Plot& plot, const Bounds& bounds) {
  const Enumeration result = enumerate(plot, bounds);
  if (result.problem) {
    std::printf("%s failed:\n%s", std::string(plot.name).c_str(),
                report_failure(result.script, *result.problem).c_str());
    return false;
  }
  std::printf("%llu sequences of %zu out of %zu choices, %s: %llu acts played, %llu merged\n",
              static_cast<unsigned long long>(result.sequences), bounds.depth, plot.choices.size(),
              std::string(plot.name).c_str(), static_cast<unsigned long long>(result.acts),
              static_cast<unsigned long long>(result.merged));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv, " --unmerged ", " --depth --plot --only --sample ");
  Judged judged;
  if (arguments.has("--only")) {
    judged = invariant_named(arguments.text("--only"));
    if (!judged) return usage();
  }
  const auto depth = static_cast<std::size_t>(arguments.number("--depth", 8));
  if (!arguments.known() || depth == 0) return usage();
  const std::uint64_t chosen = arguments.number("--plot", 0);
  for (std::size_t number = 1; number <= plots().size(); ++number) {
    const Plot& plot = plots()[number - 1];
    if (chosen != 0 && chosen != number) continue;
    if (arguments.has("--sample")) {
      for (const Script& script : sample(plot, depth, arguments.number("--sample", 1))) {
        std::fputs(to_text(script).c_str(), stdout);
      }
    } else if (!run(plot, {depth, !arguments.has("--unmerged"), judged})) {
      return 1;
    }
  }
  return 0;
}
