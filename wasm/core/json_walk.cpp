#include "json_walk.hpp"

#include <algorithm>
#include <array>

#include "json_scan.hpp"
#include "utf8.hpp"

namespace keepline {
namespace {

// One pass over a text that is known to be JSON, so that no step of the cursor can fail. The
// methods return whether to go on; the one that says no has left the reason in end_.
class JsonWalker {
 public:
  JsonWalker(std::string_view text, JsonVisitor& visitor) : cursor_(text), visitor_(visitor) {}

  JsonWalk run() {
    const bool finished = walk();
    return {end_, finished ? std::string{} : path()};
  }

 private:
  struct Level {
    std::size_t path_size = 0;  // of the container's own path
    std::size_t values = 0;     // begun so far
    bool array = false;
  };

  Level& top() { return levels_[depth_ - 1]; }

  bool stop(JsonWalkEnd end) {
    end_ = end;
    return false;
  }

  bool walk() {
    do {
      cursor_.skip_space();
      if (!take_name() || !take_value() || !take_ends()) return false;
    } while (depth_ > 0);
    return true;
  }

  bool take_name() {
    if (depth_ == 0 || top().array) return true;
    path_.resize(top().path_size);
    JsonString name;
    cursor_.take_name(name);
    if (!decode(name, name_room_, item_.name)) return stop(JsonWalkEnd::not_text);
    if (depth_ > 1) extend_path(".");
    extend_path(item_.name);
    return true;
  }

  bool take_value() {
    if (depth_ > 0) ++top().values;
    item_.depth = depth_;
    if (depth_ == 0 || top().array) item_.name = {};
    switch (cursor_.front()) {
      case '{':
        return open(JsonKind::object);
      case '[':
        return open(JsonKind::array);
      case '"':
        return take_string();
      case 't':
      case 'f':
        item_.number = cursor_.front() == 't' ? 1 : 0;
        return take_literal(JsonKind::boolean);
      case 'n':
        return take_literal(JsonKind::null);
      default:
        return take_number();
    }
  }

  bool take_string() {
    JsonString string;
    cursor_.take_string(string);
    if (!decode(string, text_room_, item_.text)) return stop(JsonWalkEnd::not_text);
    return visit(JsonKind::string);
  }

  bool take_number() {
    std::string_view number;
    cursor_.take_number(number);
    const auto value = read_number(number);
    if (!value) return stop(JsonWalkEnd::out_of_range);
    item_.number = *value;
    return visit(JsonKind::number);
  }

  bool take_literal(JsonKind kind) {
    cursor_.take_value();
    return visit(kind);
  }

  bool open(JsonKind kind) {
    if (depth_ == levels_.size()) return stop(JsonWalkEnd::too_deep);
    if (!visit(kind)) return false;
    if (depth_ > 0 && top().array) {
      path_.resize(top().path_size);
      extend_path(index_mark());
    }
    levels_[depth_++] = {.path_size = path_.size(), .array = kind == JsonKind::array};
    cursor_.take(kind == JsonKind::array ? '[' : '{');
    return true;
  }

  // Up to where the next value, or its name, begins.
  bool take_ends() {
    while (depth_ > 0) {
      cursor_.skip_space();
      if (cursor_.take(',')) return true;
      if (!cursor_.take(top().array ? ']' : '}')) return true;  // the first of a container
      path_.resize(levels_[--depth_].path_size);
      if (!visitor_.leave(depth_)) return stop(JsonWalkEnd::stopped);
    }
    return true;
  }

  bool visit(JsonKind kind) {
    item_.kind = kind;
    const bool more = visitor_.visit(item_);
    item_.number = 0;
    item_.text = {};
    return more || stop(JsonWalkEnd::stopped);
  }

  // A view of the text itself, which is UTF-8, or of `room`; false where it is no text.
  static bool decode(JsonString string, std::string& room, std::string_view& decoded) {
    decoded = string.raw;
    if (!string.escaped) return true;
    room.resize(string.raw.size());  // an escape is longer than what it says
    return decode_string(string, room, decoded) == Decoded::fits;
  }

  // Of the value begun last, or of the object whose next name is at fault.
  std::string path() {
    if (depth_ > 0 && top().array) {
      path_.resize(top().path_size);
      path_ += index_mark();
    }
    return std::move(path_);
  }

  std::string index_mark() { return "[" + std::to_string(top().values - 1) + "]"; }

  // Bounded, or a long name above many containers would be copied for each of them.
  void extend_path(std::string_view piece) {
    std::size_t size = std::min(piece.size(), path_max_bytes - path_.size());
    while (size < piece.size() && size > 0 && is_utf8_continuation(piece[size])) --size;
    path_ += piece.substr(0, size);
  }

  JsonCursor cursor_;
  JsonVisitor& visitor_;
  JsonWalkEnd end_ = JsonWalkEnd::finished;
  JsonItem item_;  // its name holds until the next one is taken
  std::array<Level, json_depth_max> levels_;
  std::size_t depth_ = 0;
  std::string path_;  // of the container or named value that was begun last
  std::string name_room_;
  std::string text_room_;
};

}  // namespace

JsonWalk walk_json(std::string_view text, JsonVisitor& visitor) {
  if (!is_json_object(text)) return {};
  return JsonWalker(text, visitor).run();
}

}  // namespace keepline
