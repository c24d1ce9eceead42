// A JSON text as a series of values, each told with where it stands: what strict decoding is
// written against.
//
// Builds nothing. Depth is bounded before it is entered. Takes what JSON.parse takes, less what no
// double or no UTF-8 could say: numbers past double and unpaired surrogates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace keepline {

inline constexpr std::size_t json_depth_max = 64;   // open containers; the root itself is level 1
inline constexpr std::size_t path_max_bytes = 128;  // the rest of a longer path is left out

enum class JsonKind : std::uint8_t { null, boolean, number, string, object, array };

struct JsonItem {
  JsonKind kind = JsonKind::null;
  std::size_t depth = 0;  // containers around it: 0 is the root
  std::string_view name;  // of the member, where the container is an object
  double number = 0;      // boolean: 0 or 1
  std::string_view text;  // string
};

class JsonVisitor {
 public:
  // A value; for an object or array, its beginning. False stops the walk. Views last for the call.
  virtual bool visit(const JsonItem& item) = 0;
  // The object or array that began at this depth has ended. False stops the walk.
  virtual bool leave(std::size_t /*depth*/) { return true; }

 protected:
  ~JsonVisitor() = default;
};

enum class JsonWalkEnd : std::uint8_t {
  finished,
  stopped,       // by the visitor
  refused,       // JSON.parse would refuse it, or it is no object, or nests past scan_depth_max
  too_deep,      // deeper than json_depth_max
  out_of_range,  // a number that no double can hold
  not_text,      // an unpaired surrogate
};

struct JsonWalk {
  JsonWalkEnd end = JsonWalkEnd::refused;
  std::string path;  // of the value that ended it early: "data.participants[1]"; empty: the root
};

// `text` is to be one JSON object.
JsonWalk walk_json(std::string_view text, JsonVisitor& visitor);

}  // namespace keepline
