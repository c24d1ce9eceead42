// Options as a page passes them: refused with the option's name, or every one of them in its range.
#include <cmath>
#include <set>

#include "event_decode.hpp"
#include "option_table.hpp"
#include "other_reader.hpp"
#include "target.hpp"

namespace keepline::fuzz {
namespace {

void check_number(const OptionRow& row, double value) {
  const bool off = row.or_zero && value == 0;
  demand(off || (value >= row.min && value <= row.max), row.name);
  demand(row.type != OptionType::integer || std::floor(value) == value, row.name);
}

void check_text(const OptionRow& row, const std::string& text, std::set<std::string>& distinct) {
  demand(row.kept == OptionKept::maybe_text || (static_cast<double>(text.size()) >= row.min &&
                                                static_cast<double>(text.size()) <= row.max),
         row.name);
  demand(!row.distinct || distinct.insert(text).second, "two members of a frame under one name");
}

void check(Options options) {
  std::set<std::string> distinct;
  for (const OptionRow& row : option_table()) {
    switch (row.type) {
      case OptionType::boolean:
        break;
      case OptionType::integer:
      case OptionType::number:
        check_number(row, row.get(options));
        break;
      case OptionType::choice:
        demand(row.get(options) < static_cast<double>(row.choices.size()), row.name);
        break;
      case OptionType::string:
        check_text(row, row.text(options), distinct);
        break;
    }
  }
  demand(options.backoff.initial <= options.backoff.max, "the first delay is over the last");
}

}  // namespace

void run(std::string_view input) {
  const std::string text(input);
  const auto decoded = decode_options(text);
  if (const auto* error = std::get_if<OptionError>(&decoded)) {
    demand(!error->problem.empty(), "refused, and nothing is wrong");
    return;
  }
  const test::OtherReading other = test::read_otherwise(text);
  demand(other.refused == test::Refused::no && other.value.is_object(),
         "options that are no object of JSON");
  check(*std::get_if<Options>(&decoded));
}

}  // namespace keepline::fuzz
