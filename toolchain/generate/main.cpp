// keepline_generate [--check] <project root>
//
// Writes what is made from the core's tables, or with --check compares it with what is there. It
// knows which file gets which text, and nothing of how a text is made.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generate.hpp"

namespace {

namespace fs = std::filesystem;
namespace make = keepline::generate;

// A whole file where `block` is empty, else what stands between
// `<!-- generated:block -->` and `<!-- /generated:block -->`.
struct Target {
  std::string_view path;
  std::string_view block;
  std::string (*text)();
};

constexpr Target targets[] = {
    {"js-bindings/src/generated/events.ts", {}, make::events_source},
    {"js-bindings/src/generated/options.ts", {}, make::options_source},
    {"js-bindings/src/generated/errors.ts", {}, make::errors_source},
    {"js-bindings/src/generated/remedies.ts", {}, make::remedies_source},
    {"js-bindings/src/generated/status.ts", {}, make::status_source},
    {"README.md", "options", make::option_rows},
    {"README.md", "errors", make::error_rows},
    {"wasm/README.md", "state-diagram", make::state_diagram},
    {"wasm/README.md", "transition-table", make::transition_rows},
};

std::optional<std::string> read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool write(const fs::path& file, std::string_view text) {
  std::error_code ignored;  // what matters is whether the file can be written
  fs::create_directories(file.parent_path(), ignored);
  std::ofstream out(file, std::ios::binary);
  out << text;
  return static_cast<bool>(out.flush());
}

constexpr std::string_view differs =
    "differs from the core's tables: run cmake --build --preset dev --target generate";

bool complain(const Target& target, std::string_view what) {
  std::cerr << target.path << (target.block.empty() ? "" : " ") << target.block << ": " << what
            << "\n";
  return false;
}

// The file with the target's text in its place; nothing where there is no place for it.
std::optional<std::string> placed(const Target& target, const std::optional<std::string>& present) {
  if (target.block.empty()) return target.text();
  if (!present) return std::nullopt;
  const std::string begin = "<!-- generated:" + std::string(target.block) + " -->\n";
  const std::string end = "<!-- /generated:" + std::string(target.block) + " -->";
  const std::size_t from = present->find(begin);
  if (from == std::string::npos) return std::nullopt;
  const std::size_t to = present->find(end, from);
  if (to == std::string::npos) return std::nullopt;
  return present->substr(0, from + begin.size()) + "\n" + target.text() + "\n" +
         present->substr(to);
}

bool handle(const Target& target, const fs::path& root, bool check) {
  const fs::path file = root / target.path;
  const std::optional<std::string> present = read(file);
  const std::optional<std::string> wanted = placed(target, present);
  if (!wanted) {
    const std::string block(target.block);
    return complain(target, "lacks the lines <!-- generated:" + block +
                                " --> and <!-- /generated:" + block + " -->, or is not there");
  }
  if (present == wanted) return true;
  if (check) return complain(target, differs);
  if (!write(file, *wanted)) return complain(target, "cannot be written");
  std::cout << "wrote " << target.path << "\n";
  return true;
}

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
  for (const Target& target : targets) good = handle(target, root, check) && good;
  return good ? 0 : 1;
}
