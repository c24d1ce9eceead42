#include "vectors.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <utility>

namespace keepline::test {

Vectors parse_vectors(std::string_view text) {
  Vectors out;
  nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_discarded()) {
    out.problem = "is not JSON";
  } else if (!parsed.is_array()) {
    out.problem = "is not an array";
  } else if (parsed.empty()) {
    out.problem = "has no cases";
  } else {
    out.cases = std::move(parsed);
  }
  return out;
}

Vectors read_vectors(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {nlohmann::json::array(), "cannot be read"};
  return parse_vectors(std::string(std::istreambuf_iterator<char>(in), {}));
}

nlohmann::json vectors(std::string_view name) {
  Vectors read = read_vectors(std::filesystem::path(KEEPLINE_VECTORS_DIR) / name);
  REQUIRE_MESSAGE(read.problem.empty(), std::string(name), " ", read.problem);
  return std::move(read.cases);
}

}  // namespace keepline::test
