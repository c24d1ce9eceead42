// keepline_generate [--check] <project root>
//
// Writes what is made from the core's tables, or with --check compares it with what is there. It
// knows which file gets which text, and nothing of how a text is made.
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "generate.hpp"
#include "placing.hpp"

namespace {

namespace fs = std::filesystem;
namespace make = keepline::generate;

struct Target {
  make::Place place;
  std::string (*text)();
};

constexpr Target targets[] = {
    {{"js-bindings/src/generated/events.ts", {}}, make::events_source},
    {{"js-bindings/src/generated/options.ts", {}}, make::options_source},
    {{"js-bindings/src/generated/errors.ts", {}}, make::errors_source},
    {{"js-bindings/src/generated/remedies.ts", {}}, make::remedies_source},
    {{"js-bindings/src/generated/status.ts", {}}, make::status_source},
    {{"README.md", "options"}, make::option_rows},
    {{"README.md", "errors"}, make::error_rows},
    {{"wasm/README.md", "state-diagram"}, make::state_diagram},
    {{"wasm/README.md", "transition-table"}, make::transition_rows},
};

constexpr std::string_view differs =
    "differs from the core's tables: run cmake --build --preset dev --target generate";

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const bool check = !arguments.empty() && arguments.front() == "--check";
  if (arguments.size() != (check ? 2 : 1)) {
    std::cerr << "usage: keepline_generate [--check] <project root>\n";
    return 2;
  }
  const fs::path root(arguments.back());
  if (!fs::exists(root / "wasm" / "core")) {
    std::cerr << root << " is not the root of the project: it has no wasm/core\n";
    return 2;
  }
  bool good = true;
  for (const Target& target : targets) {
    good = make::keep(target.place, target.text(), root, check, differs) && good;
  }
  return good ? 0 : 1;
}
