// keepline_replay: plays the scripts of a file and prints every input and output as text.
//
// Compiled natively and to WebAssembly it must print the same bytes: that is what makes a log
// recorded in a browser worth replaying on a desk. Judges too, so that a shrunk failure shows
// itself again.
//
//   keepline_replay FILE
#include <cstdio>
#include <optional>
#include <string>

#include "random_walk.hpp"

namespace {

using namespace keepline::sim;

std::optional<std::string> read_file(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  char part[4096];
  for (std::size_t size = std::fread(part, 1, sizeof part, file); size > 0;
       size = std::fread(part, 1, sizeof part, file)) {
    text.append(part, size);
  }
  std::fclose(file);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const auto text = argc == 2 ? read_file(argv[1]) : std::nullopt;
  if (!text) {
    std::fputs("usage: keepline_replay FILE\n", stderr);
    return 2;
  }
  const auto read = read_scripts(*text);
  if (const auto* wrong = std::get_if<std::string>(&read)) {
    std::fprintf(stderr, "%s\n", wrong->c_str());
    return 2;
  }
  const auto* scripts = std::get_if<std::vector<Script>>(&read);
  int failures = 0;
  for (std::size_t index = 0; scripts != nullptr && index < scripts->size(); ++index) {
    const Script& script = (*scripts)[index];
    std::string trace;
    const auto problems = run_script(script, std::nullopt, &trace);
    std::printf("# seed %lu\n", static_cast<unsigned long>(script.seed));
    std::fwrite(trace.data(), 1, trace.size(), stdout);
    for (const Problem& problem : problems) std::printf("! %s\n", to_text(problem).c_str());
    if (!problems.empty()) ++failures;
  }
  return failures == 0 ? 0 : 1;
}
