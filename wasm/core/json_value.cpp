#include "json_value.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "utf8.hpp"

namespace keepline {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

namespace {

// A number as integer * 10^exponent, where the integer's digits fit 64 bits.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
  bool fits = true;
};

Decimal read_decimal(std::string_view number) {
  constexpr std::uint64_t digits_max = (UINT64_MAX - 9) / 10;
  constexpr int exponent_max = 9999;  // far past where every double is 0 or infinite
  Decimal out;
  bool fraction = false;
  std::size_t at = 0;
  for (; at < number.size() && (is_digit(number[at]) || number[at] == '.'); ++at) {
    if (number[at] == '.') {
      fraction = true;
      continue;
    }
    if (out.digits > digits_max) out.fits = false;
    if (out.fits) out.digits = out.digits * 10 + static_cast<std::uint64_t>(number[at] - '0');
    if (fraction) --out.exponent;
  }
  if (at == number.size()) return out;
  ++at;  // e or E
  const bool negative = number[at] == '-';
  if (negative || number[at] == '+') ++at;
  int exponent = 0;
  for (; at < number.size(); ++at)
    exponent = std::min(exponent * 10 + (number[at] - '0'), exponent_max);
  out.exponent += negative ? -exponent : exponent;
  return out;
}

// Powers of ten that a double holds exactly.
constexpr std::array<double, 23> powers_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

}  // namespace

std::optional<double> read_number(std::string_view number) {
  if (number.size() > number_max_bytes) return std::nullopt;
  const bool negative = number[0] == '-';
  const Decimal decimal = read_decimal(number.substr(negative ? 1 : 0));
  const auto power = static_cast<std::size_t>(std::abs(decimal.exponent));
  // Both operands exact, so one rounding, so the nearest double (W. D. Clinger, "How to Read
  // Floating-Point Numbers Accurately", PLDI 1990). Every seq and ts in practice ends here.
  if (decimal.fits && decimal.digits <= (std::uint64_t{1} << 53) && power < powers_of_ten.size()) {
    const auto digits = static_cast<double>(decimal.digits);
    const double value =
        decimal.exponent < 0 ? digits / powers_of_ten[power] : digits * powers_of_ten[power];
    return negative ? -value : value;
  }
  std::array<char, number_max_bytes + 1> text{};
  std::memcpy(text.data(), number.data(), number.size());
  const double value = std::strtod(text.data(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = read_utf8(text);
    if (!step.valid) return false;
    text.remove_prefix(step.bytes);
  }
  return true;
}

}  // namespace keepline
