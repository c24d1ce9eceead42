#include "json_scan.hpp"

#include <array>
#include <cstring>

#include "text.hpp"

namespace keepline {
namespace {

// Whether any of eight bytes may end plain content; never a wrong no. A byte that is zero, or less
// than what is taken from it, borrows into its highest bit.
bool may_end_plain(std::uint64_t bytes) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t quotes = bytes ^ (each * '"');
  const std::uint64_t backslashes = bytes ^ (each * '\\');
  const std::uint64_t borrowed = ((quotes - each) & ~quotes) |
                                 ((backslashes - each) & ~backslashes) |
                                 ((bytes - each * 0x20) & ~bytes);
  return (borrowed & (each * 0x80)) != 0;
}

// The first byte of a string that is not plain content: a quote, a backslash or a control
// character. All that is long in a frame passes through here, eight bytes a step.
const char* skip_plain(const char* at, const char* end) {
  for (std::uint64_t bytes = 0; end - at >= 8; at += sizeof bytes) {
    std::memcpy(&bytes, at, sizeof bytes);
    if (may_end_plain(bytes)) break;
  }
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

// Which of the open containers are objects.
class Nesting {
 public:
  bool full() const { return depth_ == scan_depth_max; }
  bool empty() const { return depth_ == 0; }
  bool in_object() const { return (words_[word(depth_ - 1)] & bit(depth_ - 1)) != 0; }
  void pop() { --depth_; }
  void push(bool object) {
    std::uint64_t& bits = words_[word(depth_)];
    bits = object ? bits | bit(depth_) : bits & ~bit(depth_);
    ++depth_;
  }

 private:
  static std::size_t word(std::size_t level) { return level / 64; }
  static std::uint64_t bit(std::size_t level) { return std::uint64_t{1} << (level % 64); }

  std::array<std::uint64_t, scan_depth_max / 64> words_{};
  std::size_t depth_ = 0;
};

}  // namespace

void JsonCursor::skip_spaces() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
}

bool JsonCursor::take(char mark) {
  if (at_ == end_ || *at_ != mark) return false;
  ++at_;
  return true;
}

JsonStep JsonCursor::take_escape() {
  ++at_;  // the backslash
  if (at_ == end_) return JsonStep::cut;
  constexpr std::string_view single = "\"\\/bfnrt";
  const char kind = *at_++;
  if (kind != 'u') {
    return single.find(kind) == std::string_view::npos ? JsonStep::wrong : JsonStep::done;
  }
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == end_) return JsonStep::cut;
    if (!is_hex_digit(*at_)) return JsonStep::wrong;
  }
  return JsonStep::done;
}

JsonStep JsonCursor::take_string(JsonString& string) {
  if (!take('"')) return at_end() ? JsonStep::cut : JsonStep::wrong;
  const char* const start = at_;
  string.escaped = false;
  while (true) {
    at_ = skip_plain(at_, end_);
    if (at_ == end_) return JsonStep::cut;
    if (*at_ == '"') break;
    if (*at_ != '\\') return JsonStep::wrong;
    string.escaped = true;
    const JsonStep step = take_escape();
    if (step != JsonStep::done) return step;
  }
  string.raw = {start, static_cast<std::size_t>(at_ - start)};
  ++at_;
  return JsonStep::done;
}

JsonStep JsonCursor::take_digits() {
  if (at_ == end_) return JsonStep::cut;
  if (!is_digit(*at_)) return JsonStep::wrong;
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return at_ == end_ ? JsonStep::cut : JsonStep::done;
}

JsonStep JsonCursor::take_number(std::string_view& number) {
  const char* const start = at_;
  take('-');
  // A leading zero stands alone: what follows it must not be a digit, and none is looked for.
  if (take('0')) {
    if (at_end()) return JsonStep::cut;
  } else if (const JsonStep step = take_digits(); step != JsonStep::done) {
    return step;
  }
  if (take('.')) {
    if (const JsonStep step = take_digits(); step != JsonStep::done) return step;
  }
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (const JsonStep step = take_digits(); step != JsonStep::done) return step;
  }
  number = {start, static_cast<std::size_t>(at_ - start)};
  return JsonStep::done;
}

JsonStep JsonCursor::take_literal(std::string_view word) {
  for (const char expected : word) {
    if (at_ == end_) return JsonStep::cut;
    if (*at_ != expected) return JsonStep::wrong;
    ++at_;
  }
  return JsonStep::done;
}

JsonStep JsonCursor::take_scalar() {
  switch (*at_) {
    case '"': {
      JsonString ignored;
      return take_string(ignored);
    }
    case 't':
      return take_literal("true");
    case 'f':
      return take_literal("false");
    case 'n':
      return take_literal("null");
    default: {
      std::string_view ignored;
      return take_number(ignored);
    }
  }
}

JsonStep JsonCursor::take_name(JsonString& name) {
  if (const JsonStep step = take_string(name); step != JsonStep::done) return step;
  skip_space();
  if (at_end()) return JsonStep::cut;
  if (!take(':')) return JsonStep::wrong;
  skip_space();
  return at_end() ? JsonStep::cut : JsonStep::done;
}

JsonStep JsonCursor::take_value() {
  if (at_end()) return JsonStep::cut;
  if (*at_ != '{' && *at_ != '[') return take_scalar();
  Nesting open;
  JsonString name;
  while (true) {
    // Here a value begins, or the container that was just opened ends.
    if (at_end()) return JsonStep::cut;
    const bool opens = *at_ == '{' || *at_ == '[';
    if (opens) {
      if (open.full()) return JsonStep::too_deep;
      open.push(*at_++ == '{');
      skip_space();
      if (at_end()) return JsonStep::cut;
      if (*at_ != (open.in_object() ? '}' : ']')) {
        if (!open.in_object()) continue;
        if (const JsonStep step = take_name(name); step != JsonStep::done) return step;
        continue;
      }
    } else if (const JsonStep step = take_scalar(); step != JsonStep::done) {
      return step;
    }
    // Here a value has ended; so may the containers around it.
    while (true) {
      if (open.empty()) return JsonStep::done;
      skip_space();
      if (at_end()) return JsonStep::cut;
      if (take(',')) break;
      if (!take(open.in_object() ? '}' : ']')) return JsonStep::wrong;
      open.pop();
    }
    skip_space();
    if (open.in_object()) {
      if (const JsonStep step = take_name(name); step != JsonStep::done) return step;
    }
  }
}

std::optional<JsonString> string_in(std::string_view value) {
  JsonString string;
  if (JsonCursor(value).take_string(string) != JsonStep::done) return std::nullopt;
  return string;
}

bool is_number(std::string_view value) {
  return !value.empty() && (value[0] == '-' || is_digit(value[0]));
}

bool is_json_object(std::string_view text) {
  JsonCursor cursor(text);
  cursor.skip_space();
  if (cursor.at_end() || cursor.front() != '{') return false;
  if (cursor.take_value() != JsonStep::done) return false;
  cursor.skip_space();
  return cursor.at_end() && is_utf8(text);
}

}  // namespace keepline
