// Options as one JSON text, read by the rows of option_table.hpp, for hosts that are no page. Knows
// no option by name.
#include <algorithm>
#include <utility>

#include "event_decode.hpp"
#include "option_table.hpp"

namespace keepline {
namespace {

std::string list(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    append_quoted(out, word);
  }
  return out;
}

std::string range(const OptionRow& row) {
  const std::string bounds = std::to_string(row.min) + " to " + std::to_string(row.max);
  return row.or_zero ? "0, or from " + bounds : "from " + bounds;
}

std::string demand(const OptionRow& row) {
  switch (row.type) {
    case OptionType::boolean:
      return "must be true or false";
    case OptionType::integer:
      return "must be an integer " + range(row);
    case OptionType::number:
      return "must be a number " + range(row);
    case OptionType::string:
      return "must be a string, its length in bytes " + range(row);
    case OptionType::choice:
      return "must be one of " + list(row.choices);
  }
  return {};
}

// False where the item is of another type than the row, or out of its range.
bool take(Options& options, const OptionRow& row, const JsonItem& item) {
  const auto number = static_cast<std::size_t>(&row - option_table().data());
  switch (row.type) {
    case OptionType::boolean:
      return item.kind == JsonKind::boolean && set_option(options, number, item.number);
    case OptionType::integer:
    case OptionType::number:
      return item.kind == JsonKind::number && set_option(options, number, item.number);
    case OptionType::string:
      return item.kind == JsonKind::string && set_option(options, number, item.text);
    case OptionType::choice: {
      if (item.kind != JsonKind::string) return false;
      const auto at = std::find(row.choices.begin(), row.choices.end(), item.text);
      return set_option(options, number, static_cast<double>(at - row.choices.begin()));
    }
  }
  return false;
}

// Whether there are options named "group.…".
bool is_group(std::string_view name) {
  for (const OptionRow& row : option_table()) {
    const bool nested = row.name.size() > name.size() && row.name[name.size()] == '.';
    if (nested && row.name.substr(0, name.size()) == name) return true;
  }
  return false;
}

class OptionReader final : public JsonVisitor {
 public:
  bool visit(const JsonItem& item) override {
    if (item.depth == 0) return true;
    std::string name = item.depth == 1 ? std::string{} : group_ + ".";
    name += item.name;
    if (item.depth == 1 && is_group(item.name)) {
      group_ = item.name;
      return item.kind == JsonKind::object || fail(std::move(name), "must be an object");
    }
    const OptionRow* const row = find_option(name);
    // A dot in a member's own name leads nowhere: nested options come nested.
    if (row == nullptr || item.name.find('.') != std::string_view::npos) {
      return fail(std::move(name), "is not an option");
    }
    return take(options, *row, item) || fail(std::move(name), demand(*row));
  }

  Options options;
  std::optional<OptionError> error;

 private:
  bool fail(std::string name, std::string problem) {
    error = OptionError{std::move(name), std::move(problem)};
    return false;
  }

  std::string group_;
};

// What takes two options to judge, once all are set.
OptionError describe(const OptionConflict& conflict) {
  const OptionRow& row = option_table()[conflict.row];
  const std::string other(option_table()[conflict.other].name);
  return {std::string(row.name), (row.distinct ? "must differ from " : "must not exceed ") + other};
}

}  // namespace

std::variant<Options, OptionError> decode_options(std::string_view json) {
  OptionReader reader;
  const JsonWalk walk = walk_json(json, reader);
  if (reader.error) return *std::move(reader.error);
  switch (walk.end) {
    case JsonWalkEnd::finished:
    case JsonWalkEnd::stopped:
      break;
    case JsonWalkEnd::refused:
    case JsonWalkEnd::too_deep:
      return OptionError{walk.path, "must be given as one JSON object"};
    case JsonWalkEnd::out_of_range:
      return OptionError{walk.path, "must be a number that a double can hold"};
    case JsonWalkEnd::not_text:
      return OptionError{walk.path, "must not hold half of a surrogate pair"};
  }
  if (const auto conflict = find_conflict(reader.options)) return describe(*conflict);
  return std::move(reader.options);
}

}  // namespace keepline
