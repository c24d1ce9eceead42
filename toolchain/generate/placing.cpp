#include "placing.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

namespace keepline::generate {
namespace {

namespace fs = std::filesystem;

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

bool complain(const Place& place, std::string_view what) {
  std::cerr << place.path << (place.block.empty() ? "" : " ") << place.block << ": " << what
            << "\n";
  return false;
}

// The file with the target's text in its place; nothing where there is no place for it.
std::optional<std::string> placed(const Place& place, const std::string& text,
                                  const std::optional<std::string>& present) {
  if (place.block.empty()) return text;
  if (!present) return std::nullopt;
  const std::string begin = "<!-- generated:" + std::string(place.block) + " -->\n";
  const std::string end = "<!-- /generated:" + std::string(place.block) + " -->";
  const std::size_t from = present->find(begin);
  if (from == std::string::npos) return std::nullopt;
  const std::size_t to = present->find(end, from);
  if (to == std::string::npos) return std::nullopt;
  return present->substr(0, from + begin.size()) + "\n" + text + "\n" + present->substr(to);
}

}  // namespace

bool keep(const Place& place, const std::string& text, const fs::path& root, bool check,
          std::string_view differs) {
  const fs::path file = root / place.path;
  const std::optional<std::string> present = read(file);
  const std::optional<std::string> wanted = placed(place, text, present);
  if (!wanted) {
    const std::string block(place.block);
    return complain(place, "lacks the lines <!-- generated:" + block +
                               " --> and <!-- /generated:" + block + " -->, or is not there");
  }
  if (present == wanted) return true;
  if (check) return complain(place, differs);
  if (!write(file, *wanted)) return complain(place, "cannot be written");
  std::cout << "wrote " << place.path << "\n";
  return true;
}

}  // namespace keepline::generate
