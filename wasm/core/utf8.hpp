// UTF-8 one code point at a time, as browsers decode it (WHATWG Encoding, "UTF-8 decoder").
//
// Overlong forms, surrogates and values past U+10FFFF are invalid; an invalid sequence is as long
// as its maximal valid prefix, so that each becomes one U+FFFD. Knows nothing of what the text
// means.
#pragma once

#include <cstddef>
#include <string_view>

namespace keepline {

inline constexpr char32_t replacement_character = 0xFFFD;

struct Utf8Step {
  char32_t code_point = replacement_character;
  std::size_t bytes = 1;  // how far to go on; at least 1
  bool valid = false;
};

constexpr bool is_utf8_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The first code point of `text`, which is not empty.
constexpr Utf8Step read_utf8(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // Only the second byte is narrower than 80-BF, and only after these four leads.
  const unsigned char second_min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char second_max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  char32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (i >= text.size() || !is_utf8_continuation(text[i]))
      return {replacement_character, i, false};
    const auto byte = static_cast<unsigned char>(text[i]);
    if (i == 1 && (byte < second_min || byte > second_max)) return {};
    value = (value << 6) | (byte & 0x3FU);
  }
  return {value, size, true};
}

// As much of `text` as fits `bytes_max` bytes without a code point being cut.
constexpr std::string_view clip_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && is_utf8_continuation(text[bytes_max])) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace keepline
