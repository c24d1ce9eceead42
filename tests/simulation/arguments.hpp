// The command line of the simulation's programs: "--name value" and "--flag".
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace keepline::sim {

class Arguments {
 public:
  // `flags` and `valued` are the names that are known, each with a space on both sides. Reads
  // nothing further where one is not: then `known()` is false.
  Arguments(int argc, char** argv, std::string_view flags, std::string_view valued) {
    for (int index = 1; index < argc; ++index) {
      const std::string name = argv[index];
      const bool has_value = is_in(valued, name);
      known_ = has_value ? index + 1 < argc : is_in(flags, name);
      if (!known_) {
        stopped_at_ = name;
        return;
      }
      values_[name] = has_value ? argv[++index] : "";
    }
  }

  bool known() const { return known_; }
  // What is not known, or has no value behind it.
  const std::string& stopped_at() const { return stopped_at_; }
  bool has(const std::string& name) const { return values_.count(name) != 0; }
  std::string text(const std::string& name) const { return has(name) ? values_.at(name) : ""; }
  std::uint64_t number(const std::string& name, std::uint64_t otherwise) const {
    return has(name) ? std::strtoull(values_.at(name).c_str(), nullptr, 10) : otherwise;
  }

 private:
  static bool is_in(std::string_view names, const std::string& name) {
    return names.find(" " + name + " ") != std::string_view::npos;
  }

  std::map<std::string, std::string> values_;
  std::string stopped_at_;
  bool known_ = true;
};

}  // namespace keepline::sim
