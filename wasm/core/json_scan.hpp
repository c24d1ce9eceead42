// JSON's grammar without its meaning: steps over white space, strings, numbers and whole values,
// taking exactly what JSON.parse takes (ECMA-404). No allocation, no recursion, one look at each
// byte.
//
// It does not know which members matter and builds nothing. Whether the bytes of a string are UTF-8
// is not judged on the way: who decodes the string finds out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "json_value.hpp"

namespace keepline {

// Containers open at once inside one value that is stepped over; a bit each, on the stack.
inline constexpr std::size_t scan_depth_max = 512;

enum class JsonStep : std::uint8_t {
  done,
  cut,  // the text ended inside; a number at the very end counts as cut, for it might go on
  wrong,
  too_deep,
};

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text)
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  bool at_end() const { return at_ == end_; }
  char front() const { return *at_; }  // not at the end
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  void skip_space() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ') skip_spaces();
  }
  bool take(char mark);  // false, and no step, where something else stands here
  // Each of these begins at the first character of what it takes, and leaves the cursor behind it,
  // or near what was wrong.
  JsonStep take_string(JsonString& string);
  JsonStep take_number(std::string_view& number);
  JsonStep take_value();
  // An object's next member up to the first character of its value: name, colon, white space.
  JsonStep take_name(JsonString& name);

 private:
  void skip_spaces();
  JsonStep take_scalar();
  JsonStep take_literal(std::string_view word);
  JsonStep take_escape();
  JsonStep take_digits();

  const char* begin_;
  const char* at_;
  const char* end_;
};

// What a JSON value is, by its text.
std::optional<JsonString> string_in(std::string_view value);
bool is_number(std::string_view value);

// What JSON.parse accepts and is an object, nested at most scan_depth_max deep.
bool is_json_object(std::string_view text);

}  // namespace keepline
