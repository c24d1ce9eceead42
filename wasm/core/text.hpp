// Small steps on text that many places share, so that the module carries each of them once: the
// names of an enum's values as one list of words, digits, numbers in decimal without a C library,
// quoting, and what stands for a text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "json_value.hpp"

namespace keepline {

// `words` are separated by commas; past the last one there are only empty ones.
std::string_view word_at(std::string_view words, std::size_t index);

// Where a JSON string stands among them; where it does not, how many they are.
std::size_t place_in(std::string_view words, JsonString text);

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

// `text` as a JSON string with its quotes: what messages of ours are built with.
void append_quoted(std::string& out, std::string_view text);
std::string quote(std::string_view text);

// FNV-1a: equal for equal texts, and otherwise but once in 2^64.
std::uint64_t hash_of(std::string_view text, std::uint64_t salt = 0);

}  // namespace keepline
