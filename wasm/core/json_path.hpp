// Where in a JSON text its reader stands, to be written as "data.participants[1]" where somebody
// asks.
//
// Knows names, containers and how many values each has had; never what the values are. Bounded in
// depth by its user and in text by itself, and allocates nothing until it is written.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace keepline {

inline constexpr std::size_t json_depth_max = 64;   // open containers; the root itself is level 1
inline constexpr std::size_t path_max_bytes = 128;  // the rest of a longer path is left out

class JsonPath {
 public:
  std::size_t depth() const { return depth_; }  // containers that are open
  bool full() const { return depth_ == json_depth_max; }

  // The next value is the member of this name; only in an object.
  void name(std::string_view name);
  // A value begins: the path is now its own.
  void begin_value();
  // It has ended: the path is that of the container around it. Only where there is one.
  void end_value();
  // The value that began last is a container. Only where it is not full().
  void open(bool array);
  // The container that was opened last is read to its end: the path is now its own.
  void close() { size_ = levels_[--depth_].start; }

  std::string text() const;

 private:
  struct Level {
    std::size_t start = 0;   // in names_, of what was named inside
    std::size_t values = 0;  // begun so far
    bool array = false;
  };

  void append(std::string_view piece);

  std::array<Level, json_depth_max> levels_;
  std::size_t depth_ = 0;
  // The names one behind the other, with a dot before each but those of the root.
  std::array<char, path_max_bytes> names_;
  std::size_t size_ = 0;
};

}  // namespace keepline
