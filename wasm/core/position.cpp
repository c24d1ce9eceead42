#include "position.hpp"

#include "text.hpp"

namespace keepline {
namespace {

constexpr std::size_t seq_digits_max = 16;
constexpr std::uint64_t whole_max = 9007199254740991;  // 2^53 - 1, JavaScript's MAX_SAFE_INTEGER

}  // namespace

bool Position::shares_epoch(const Position& other) const {
  return epoch[0] == other.epoch[0] && epoch[1] == other.epoch[1];
}

std::optional<std::uint64_t> read_seq(std::string_view digits) {
  if (digits.empty() || digits.size() > seq_digits_max) return std::nullopt;
  if (digits.front() == '0' && digits.size() > 1) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : digits) {
    if (!is_digit(digit)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (value > whole_max) return std::nullopt;
  return value;
}

Position read_position(std::string_view text) {
  Position position;
  const std::string_view epoch = text.substr(0, text.find('.'));
  if (epoch.size() == text.size() || epoch.size() > epoch_max_bytes) return {};
  std::size_t at = 0;
  for (const char each : epoch) {
    const bool names = is_letter(each) || is_digit(each) || each == '_' || each == '-';
    if (!names) return {};
    position.epoch[at / 8] |= static_cast<std::uint64_t>(each) << at % 8 * 8;
    ++at;
  }
  const auto seq = read_seq(text.substr(at + 1));
  if (!seq || !position) return {};
  position.seq = *seq;
  return position;
}

std::string to_text(const Position& position) {
  std::string text;
  for (const std::uint64_t part : position.epoch) {
    for (std::uint64_t rest = part; rest != 0; rest >>= 8) text += static_cast<char>(rest);
  }
  if (position) append_decimal(text += '.', position.seq);
  return text;
}

}  // namespace keepline
