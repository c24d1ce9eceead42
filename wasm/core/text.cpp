#include "text.hpp"

namespace keepline {

std::string_view word_at(std::string_view words, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t comma = words.find(',');
    if (comma == std::string_view::npos) return {};
    words.remove_prefix(comma + 1);
  }
  return words.substr(0, words.find(','));
}

void append_decimal(std::string& out, std::uint64_t value) {
  if (value > 9) append_decimal(out, value / 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace keepline
