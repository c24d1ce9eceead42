#include "json_value.hpp"

#include <array>
#include <cstring>

#include "text.hpp"
#include "utf8.hpp"

namespace keepline {
namespace {

constexpr char32_t no_code_point = 0xFFFFFFFF;

constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }

constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// The code unit of the \u escape that `raw` begins with.
char32_t read_unit(std::string_view raw) {
  char32_t unit = 0;
  for (const char c : raw.substr(2, 4)) {
    const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    unit = unit * 16 + static_cast<char32_t>(digit);
  }
  return unit;
}

char32_t take_unicode_escape(std::string_view& raw) {
  const char32_t unit = read_unit(raw);
  raw.remove_prefix(6);
  if (is_high_surrogate(unit) && raw.substr(0, 2) == "\\u") {
    const char32_t low = read_unit(raw);
    if (is_low_surrogate(low)) {
      raw.remove_prefix(6);
      return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  return is_high_surrogate(unit) || is_low_surrogate(unit) ? no_code_point : unit;
}

// The next code point of a string's raw text, which is not empty.
char32_t take_code_point(std::string_view& raw) {
  if (raw[0] != '\\') {
    const Utf8Step step = read_utf8(raw);
    raw.remove_prefix(step.bytes);
    return step.valid ? step.code_point : no_code_point;
  }
  if (raw[1] == 'u') return take_unicode_escape(raw);
  constexpr std::string_view letters = "bfnrt";
  constexpr std::string_view meanings = "\b\f\n\r\t";
  const std::size_t letter = letters.find(raw[1]);
  const char meaning = letter == std::string_view::npos ? raw[1] : meanings[letter];
  raw.remove_prefix(2);
  return static_cast<unsigned char>(meaning);
}

struct EncodedCodePoint {
  std::array<char, 4> bytes{};
  std::size_t size = 0;
};

EncodedCodePoint encode_utf8(char32_t code_point) {
  EncodedCodePoint out;
  if (code_point < 0x80) {
    out.bytes[0] = static_cast<char>(code_point);
    out.size = 1;
    return out;
  }
  out.size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  for (std::size_t i = out.size - 1; i > 0; --i, code_point >>= 6) {
    out.bytes[i] = static_cast<char>(0x80 | (code_point & 0x3F));
  }
  out.bytes[0] = static_cast<char>((0xF00U >> out.size) | code_point);
  return out;
}

}  // namespace

Decoded decode_string(JsonString string, std::span<char> room, std::string_view& decoded) {
  if (!string.escaped) {
    if (string.raw.size() > room.size()) return Decoded::too_long;
    decoded = string.raw;
    return is_utf8(decoded) ? Decoded::fits : Decoded::not_text;
  }
  std::size_t size = 0;
  while (!string.raw.empty()) {
    const char32_t code_point = take_code_point(string.raw);
    if (code_point == no_code_point) return Decoded::not_text;
    const EncodedCodePoint encoded = encode_utf8(code_point);
    if (size + encoded.size > room.size()) return Decoded::too_long;
    std::memcpy(room.data() + size, encoded.bytes.data(), encoded.size);
    size += encoded.size;
  }
  decoded = {room.data(), size};
  return Decoded::fits;
}

bool says(JsonString string, std::string_view text) {
  if (!string.escaped) return string.raw == text;
  while (!string.raw.empty()) {
    const char32_t code_point = take_code_point(string.raw);
    if (code_point == no_code_point) return false;
    const EncodedCodePoint encoded = encode_utf8(code_point);
    if (text.substr(0, encoded.size) != std::string_view(encoded.bytes.data(), encoded.size)) {
      return false;
    }
    text.remove_prefix(encoded.size);
  }
  return text.empty();
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (static_cast<unsigned char>(text[0]) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const Utf8Step step = read_utf8(text);
    if (!step.valid) return false;
    text.remove_prefix(step.bytes);
  }
  return true;
}

}  // namespace keepline
