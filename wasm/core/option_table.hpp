// The options as data: JavaScript name, type, default, range, and one line of documentation each.
//
// One table makes three things: the setting of what a page passes in, the TypeScript types and
// checks (generated), and the table in the README. It holds no values, only how to set and read
// them; defaults are those of options.hpp. A host sets options by the number of their row, so that
// the names stay where people write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "options.hpp"

namespace keepline {

enum class OptionType : std::uint8_t { boolean, integer, number, string, choice };

// How an option is kept in Options.
enum class OptionKept : std::uint8_t { byte, real, integer, size, text, maybe_text };

// What setting an option takes.
struct OptionSlot {
  OptionType type = OptionType::boolean;
  OptionKept kept = OptionKept::byte;
  bool or_zero = false;   // 0 is taken too: it turns the thing off
  bool distinct = false;  // no other such option has the same value: strings
  std::uint8_t most = 0;  // behind its row: another option that this one must not exceed; 0: none
  std::uint16_t offset = 0;  // of the member in Options
  std::int32_t min = 0;      // closed range; of a choice its indices
  std::int32_t max = 0;      // string: the same, for its length in UTF-8 bytes

  // `double` carries booleans, numbers and the index of a choice; not for strings.
  void set(Options& options, double value) const;
  double get(const Options& options) const;
  // For strings; one that is absent becomes an empty string first.
  std::string& text(Options& options) const;
};

struct OptionRow : OptionSlot {
  std::string_view name;                        // dotted where nested: "backoff.initialMs"
  std::span<const std::string_view> choices{};  // choice: in the order of the enum
  std::string_view at_most{};                   // `most` by its name
  bool internal = false;  // the package's own business: not part of the public types
  bool rooted = false;    // begins with one slash: a page can be told so before anything is loaded
};

std::span<const OptionRow> option_table();

// Whether a number or the length of a string fits the row; false for NaN. at_most is not looked at:
// it takes both options, after all were set.
bool is_in_range(const OptionSlot& row, double value);

// False, and nothing set, where there is no such row, or the value is not of its type or range.
bool set_option(Options& options, std::size_t row, double value);
bool set_option(Options& options, std::size_t row, std::string_view text);

// Two rows that do not go together: `row` exceeds `other` (at_most), or has its value (distinct).
struct OptionConflict {
  std::size_t row = 0;
  std::size_t other = 0;
};
std::optional<OptionConflict> find_conflict(Options& options);

// One line: what the option does. Empty where there is no such option. Apart from the rows, so that
// only documentation carries these sentences.
std::string_view describe_option(std::string_view name);

}  // namespace keepline
