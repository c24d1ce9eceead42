#include "field_rules.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "text.hpp"

namespace keepline {
namespace {

constexpr double count_max = 9007199254740991;  // 2^53 - 1: past it a double skips integers

// Digits and marks in the places of `shape`, where 0 stands for any digit.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                    [](char c, char mark) { return mark == '0' ? is_digit(c) : c == mark; });
}

int read_digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
  return value;
}

int days_in_month(int year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Takes the scheme and its slashes off; false where it is another one.
bool take_web_scheme(std::string_view& text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    const std::string_view start = text.substr(0, scheme.size());
    const bool same = std::equal(start.begin(), start.end(), scheme.begin(), scheme.end(),
                                 [](char c, char small) { return (c | 0x20) == small; });
    if (same) {
      text.remove_prefix(scheme.size());
      return true;
    }
  }
  return false;
}

bool is_port(std::string_view text) {
  constexpr int port_max = 65535;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = std::min(value * 10 + (c - '0'), port_max + 1);
  }
  return value <= port_max;
}

bool is_host_and_port(std::string_view text) {
  const bool bracketed = text.substr(0, 1) == "[";
  const std::size_t host = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (host == std::string_view::npos || host == 0 || (bracketed && host == 1)) return false;
  const std::string_view rest = text.substr(bracketed ? host + 1 : host);
  return rest.empty() || (rest[0] == ':' && is_port(rest.substr(1)));
}

}  // namespace

bool is_time(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (!has_shape(text.substr(0, shape.size()), shape) || text.back() != 'Z') return false;
  std::string_view fraction = text.substr(shape.size());
  fraction.remove_suffix(1);
  if (!fraction.empty()) {
    if (fraction[0] != '.' || fraction.size() == 1) return false;
    if (!std::all_of(fraction.begin() + 1, fraction.end(), is_digit)) return false;
  }
  const int year = read_digits(text, 0, 4);
  const int month = read_digits(text, 5, 2);
  const int day = read_digits(text, 8, 2);
  const int hour = read_digits(text, 11, 2);
  const int minute = read_digits(text, 14, 2);
  const int second = read_digits(text, 17, 2);
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
  if (hour > 23 || minute > 59) return false;
  const bool may_leap = hour == 23 && minute == 59 && day == days_in_month(year, month);
  return second <= (may_leap ? 60 : 59);
}

bool is_web_url(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7F' && c != '\\';
  });
  if (!plain || !take_web_scheme(text)) return false;
  std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  const std::size_t user_end = authority.rfind('@');
  if (user_end != std::string_view::npos) authority.remove_prefix(user_end + 1);
  return is_host_and_port(authority);
}

bool is_count(double value) {
  return value >= 0 && value <= count_max && std::floor(value) == value;
}

}  // namespace keepline
