// Puts made text into a project's files, or looks whether it stands there. Knows which text goes
// where as it is told, and nothing of how one is made.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace keepline::generate {

// A whole file where `block` is empty, else what stands between
// `<!-- generated:block -->` and `<!-- /generated:block -->`.
struct Place {
  std::string_view path;
  std::string_view block;
};

// Writes the text into its place, or with `check` compares. False where that fails, and it was told
// on the error stream; `differs` ends that sentence.
bool keep(const Place& place, const std::string& text, const std::filesystem::path& root,
          bool check, std::string_view differs);

}  // namespace keepline::generate
