// Reads the shared cases in tests/vectors for the native suites.
//
// A file that is missing, broken or empty is a failure: a suite that ran no case proves nothing.
// What a case means is the suite's business.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace keepline::test {

struct Vectors {
  nlohmann::json cases = nlohmann::json::array();
  std::string problem;  // why there are none; empty where there are
};

Vectors parse_vectors(std::string_view text);
Vectors read_vectors(const std::filesystem::path& file);

// The cases of tests/vectors/<name>; fails the running test where there are none.
nlohmann::json vectors(std::string_view name);

}  // namespace keepline::test
