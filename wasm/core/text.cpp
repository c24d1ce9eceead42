#include "text.hpp"

#include <algorithm>

namespace keepline {

std::string_view word_at(std::string_view words, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t comma = words.find(',');
    if (comma == std::string_view::npos) return {};
    words.remove_prefix(comma + 1);
  }
  return words.substr(0, words.find(','));
}

std::size_t place_in(std::string_view words, JsonString text) {
  std::size_t place = 0;
  for (; !words.empty(); ++place) {
    const std::string_view word = words.substr(0, words.find(','));
    if (says(text, word)) break;
    words.remove_prefix(std::min(word.size() + 1, words.size()));
  }
  return place;
}

void append_decimal(std::string& out, std::uint64_t value) {
  if (value > 9) append_decimal(out, value / 10);
  out += static_cast<char>('0' + value % 10);
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 0xFU];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::uint64_t hash_of(std::string_view text, std::uint64_t salt) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ salt;
  for (const char each : text) {
    hash ^= static_cast<unsigned char>(each);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace keepline
