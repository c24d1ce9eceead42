// The page's options, read by the rows of option_table.hpp. Knows no option by name but the
// envelope's, which must differ from each other.
#include <cmath>
#include <utility>

#include "event_decode.hpp"
#include "option_table.hpp"

namespace keepline {
namespace {

std::string list(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += quote(word);
  }
  return out;
}

// Every bound in the table is an integer of at most 32 bits.
std::string integer_text(double value) { return std::to_string(static_cast<std::uint32_t>(value)); }

std::string range(const OptionRow& row) {
  const std::string bounds = integer_text(row.min) + " to " + integer_text(row.max);
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
bool set_option(Options& options, const OptionRow& row, const JsonItem& item) {
  switch (row.type) {
    case OptionType::boolean:
      if (item.kind != JsonKind::boolean) return false;
      row.set(options, item.number);
      return true;
    case OptionType::integer:
      if (std::floor(item.number) != item.number) return false;
      [[fallthrough]];
    case OptionType::number:
      if (item.kind != JsonKind::number || !is_in_range(row, item.number)) return false;
      row.set(options, item.number);
      return true;
    case OptionType::string:
      if (item.kind != JsonKind::string) return false;
      if (!is_in_range(row, static_cast<double>(item.text.size()))) return false;
      row.text(options) = item.text;
      return true;
    case OptionType::choice:
      for (std::size_t i = 0; i < row.choices.size(); ++i) {
        if (item.kind != JsonKind::string || item.text != row.choices[i]) continue;
        row.set(options, static_cast<double>(i));
        return true;
      }
      return false;
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
    return set_option(options, *row, item) || fail(std::move(name), demand(*row));
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
std::optional<OptionError> find_conflict(const Options& options) {
  for (const OptionRow& row : option_table()) {
    if (row.at_most.empty()) continue;
    if (row.get(options) <= find_option(row.at_most)->get(options)) continue;
    return OptionError{std::string(row.name), "must not exceed " + std::string(row.at_most)};
  }
  return std::nullopt;
}

// Two members of an envelope cannot have one name: one of them would never be read.
std::optional<OptionError> find_name_clash(const EnvelopeNames& names) {
  const std::pair<std::string_view, const std::string&> all[] = {{"names.type", names.type},
                                                                 {"names.data", names.data},
                                                                 {"names.seq", names.seq},
                                                                 {"names.id", names.id},
                                                                 {"names.ts", names.ts}};
  for (const auto& [option, name] : all) {
    for (const auto& [other_option, other] : all) {
      if (option == other_option) break;
      if (name != other) continue;
      return OptionError{std::string(option), "must differ from " + std::string(other_option)};
    }
  }
  return std::nullopt;
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
  if (auto conflict = find_conflict(reader.options)) return *std::move(conflict);
  if (auto clash = find_name_clash(reader.options.names)) return *std::move(clash);
  return std::move(reader.options);
}

}  // namespace keepline
