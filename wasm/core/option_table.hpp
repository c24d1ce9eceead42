// The options as data: JavaScript name, type, default, range, and one line of documentation each.
//
// One table makes three things: the decoding of what a page passes in (event_decode), the
// TypeScript types and checks (generated), and the table in the README. It holds no values, only
// how to set and read them; defaults are those of options.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "options.hpp"

namespace keepline {

enum class OptionType : std::uint8_t { boolean, integer, number, string, choice };

struct OptionRow {
  std::string_view name;  // dotted where nested: "backoff.initialMs"
  OptionType type = OptionType::boolean;
  double min = 0;                               // integer, number: closed range
  double max = 0;                               // string: the same, for its length in UTF-8 bytes
  std::span<const std::string_view> choices{};  // choice: in the order of the enum
  bool or_zero = false;                         // 0 is taken too: it turns the thing off
  std::string_view at_most{};                   // another option that this one must not exceed
  bool distinct = false;  // no other option of its group has the same value: strings
  bool internal = false;  // the package's own business: not part of the public types
  // Setter and getter of the member; `double` carries booleans, numbers and the index of a choice.
  // Null for strings.
  void (*set)(Options&, double) = nullptr;
  double (*get)(const Options&) = nullptr;
  // The member itself, for strings; one that is absent becomes an empty string first.
  std::string& (*text)(Options&) = nullptr;
};

std::span<const OptionRow> option_table();

// Null where there is no such option.
const OptionRow* find_option(std::string_view name);

// Whether a number or the length of a string fits the row; false for NaN. at_most is not looked at:
// it takes both options, after all were set.
bool is_in_range(const OptionRow& row, double value);

// One line: what the option does. Empty where there is no such option. Apart from the rows, so that
// only documentation carries these sentences.
std::string_view describe_option(std::string_view name);

}  // namespace keepline
