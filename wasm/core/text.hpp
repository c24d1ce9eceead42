// Small steps on text that many places share, so that the module carries each of them once: the
// names of an enum's values as one list of words, digits, and numbers in decimal, without a C
// library.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace keepline {

// `words` are separated by commas; past the last one there are only empty ones.
std::string_view word_at(std::string_view words, std::size_t index);

// The word that stands for an enumerator: the list is in the order of the enum.
template <class Enum>
std::string_view name_in(std::string_view words, Enum value) {
  return word_at(words, static_cast<std::size_t>(value));
}

// Whether a list ends with the enum's last value: for static_assert beside each list.
template <class Enum>
constexpr bool names_all(std::string_view words, Enum last) {
  return std::count(words.begin(), words.end(), ',') == static_cast<std::ptrdiff_t>(last);
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_hex_digit(char c) {
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void append_decimal(std::string& out, std::uint64_t value);

}  // namespace keepline
