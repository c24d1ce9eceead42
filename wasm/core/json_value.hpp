// What a JSON string that stands in a text says. No allocation.
//
// Knows nothing of where it stood; json_scan has seen to its grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keepline {

// What stands between the quotes, escapes as they were written.
struct JsonString {
  std::string_view raw;
  bool escaped = false;
};

enum class Decoded : std::uint8_t {
  fits,
  too_long,
  not_text,  // an unpaired surrogate or bytes that are not UTF-8: no UTF-8 says the same
};
// The string as UTF-8: a view of `room` where there were escapes, else of the text itself. `room`
// is the bound on its size either way.
Decoded decode_string(JsonString string, std::span<char> room, std::string_view& decoded);

// Whether the string says `text` once its escapes are decoded.
bool says(JsonString string, std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace keepline
