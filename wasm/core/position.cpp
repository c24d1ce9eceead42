#include "position.hpp"

#include <algorithm>

#include "text.hpp"

namespace keepline {
namespace {

constexpr std::size_t seq_digits_max = 16;
constexpr std::uint64_t whole_max = 9007199254740991;  // 2^53 - 1, JavaScript's MAX_SAFE_INTEGER

bool may_name_an_epoch(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; }

}  // namespace

std::optional<std::uint64_t> read_seq(std::string_view digits) {
  if (digits.empty() || digits.size() > seq_digits_max) return std::nullopt;
  if (digits.front() == '0' && digits.size() > 1) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : digits) {
    if (!is_digit(digit)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value <= whole_max ? std::optional{value} : std::nullopt;
}

std::optional<Position> read_position(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == 0 || dot > epoch_max_bytes || dot == std::string_view::npos) return std::nullopt;
  const std::string_view epoch = text.substr(0, dot);
  const auto seq = read_seq(text.substr(dot + 1));
  if (!seq || !std::all_of(epoch.begin(), epoch.end(), may_name_an_epoch)) return std::nullopt;
  Position position{{}, *seq};
  std::copy(epoch.begin(), epoch.end(), position.epoch.begin());
  return position;
}

std::string to_text(const Position& position) {
  const auto& epoch = position.epoch;
  std::string text(epoch.begin(), std::find(epoch.begin(), epoch.end(), '\0'));
  append_decimal(text += '.', position.seq);
  return text;
}

}  // namespace keepline
