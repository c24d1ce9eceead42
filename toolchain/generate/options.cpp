#include <algorithm>
#include <cctype>
#include <utility>

#include "generate.hpp"
#include "option_table.hpp"
#include "typescript.hpp"

namespace keepline::generate {
namespace {

struct Name {
  std::string_view group;  // empty at the top
  std::string_view member;
};

Name split(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {{}, name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

bool ends_with(std::string_view text, std::string_view tail) {
  return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string unit(const OptionRow& row) {
  if (ends_with(row.name, "Ms")) return " ms";
  return ends_with(row.name, "Bytes") || row.type == OptionType::string ? " bytes" : "";
}

// "100 to 600000 ms, at most `backoff.maxMs`"; empty where the type says it all.
std::string range(const OptionRow& row) {
  if (row.type == OptionType::boolean || row.type == OptionType::choice) return {};
  const bool counted = row.type == OptionType::integer && unit(row).empty();
  std::string out = counted ? "integer, " : row.or_zero ? "0 or " : "";
  out += number_text(row.min) + " to " + number_text(row.max) + unit(row);
  if (!row.at_most.empty()) out += ", at most " + code(row.at_most);
  return out;
}

// The default as a JavaScript literal; empty where there is none.
std::string default_text(const OptionRow& row) {
  Options options;
  switch (row.type) {
    case OptionType::boolean:
      return row.get(options) != 0 ? "true" : "false";
    case OptionType::integer:
    case OptionType::number:
      return number_text(row.get(options));
    case OptionType::string: {
      const std::string text = row.text(options);
      return text.empty() ? "" : quoted(text);
    }
    case OptionType::choice:
      return quoted(row.choices[static_cast<std::size_t>(row.get(options))]);
  }
  return {};
}

Words type_of(const OptionRow& row) {
  switch (row.type) {
    case OptionType::boolean:
      return {"boolean"};
    case OptionType::integer:
    case OptionType::number:
      return {"number"};
    case OptionType::string:
      return {"string"};
    case OptionType::choice:
      return quoted_all(row.choices);
  }
  return {};
}

std::string member(const OptionRow& row) {
  std::string doc(describe_option(row.name));
  std::string facts = range(row);
  const std::string fallback = default_text(row);
  if (!fallback.empty()) facts += (facts.empty() ? "default " : "; default ") + code(fallback);
  if (!facts.empty()) {
    facts[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(facts[0])));
    doc += " " + facts + ".";
  }
  // Said aloud for whoever compiles with exactOptionalPropertyTypes and has an option that may be
  // absent.
  Words type = type_of(row);
  type.emplace_back("undefined");
  return doc_comment(doc, 2) +
         union_statement("  readonly " + property(split(row.name).member) + "?:", type);
}

struct Interface {
  std::string_view group;
  std::string body;
};

// The top first, then the groups in the order of the table.
std::vector<Interface> interfaces() {
  std::vector<Interface> out{{{}, {}}};
  for (const OptionRow& row : option_table()) {
    if (row.internal) continue;
    const std::string_view group = split(row.name).group;
    auto found = std::find_if(out.begin(), out.end(),
                              [&](const Interface& each) { return each.group == group; });
    if (found == out.end()) {
      out.front().body +=
          "  readonly " + property(group) + "?: " + pascal_case(group) + "Options | undefined;\n";
      found = out.insert(out.end(), {group, {}});
    }
    found->body += member(row);
  }
  return out;
}

// One row of the runtime table.
std::string runtime_row(const OptionRow& row) {
  const std::string fallback = default_text(row);
  std::string out =
      property(split(row.name).member) + ": [" + (fallback.empty() ? "undefined" : fallback);
  if (!row.choices.empty()) {
    std::string choices;
    for (const std::string& choice : quoted_all(row.choices)) {
      choices += (choices.empty() ? "" : ", ") + choice;
    }
    out += ", [" + choices + "]";
  }
  if (!range(row).empty()) out += ", " + number_text(row.min) + ", " + number_text(row.max);
  if (row.type == OptionType::integer) out += ", whole";
  if (row.or_zero) out += ", orZero";
  if (!row.at_most.empty()) out += ", " + quoted(split(row.at_most).member);
  if (row.distinct) out += ", distinct";
  if (row.rooted) out += ", rooted";
  return out + "],\n";
}

// Nested as the options are, in the order of the table, in which a group's rows stand together.
std::string runtime_table() {
  std::string out;
  std::string_view group;
  for (const OptionRow& row : option_table()) {
    if (row.internal) continue;
    const std::string_view next = split(row.name).group;
    if (next != group) {
      if (!group.empty()) out += "  },\n";
      if (!next.empty()) out += "  " + property(next) + ": {\n";
      group = next;
    }
    out += (group.empty() ? "  " : "    ") + runtime_row(row);
  }
  return out + (group.empty() ? "" : "  },\n");
}

constexpr std::string_view row_types = R"(
/** In the place of another option's name: a number without a fraction. */
export const whole = 0;
/** In that place: 0 is taken too. */
export const orZero = 1;
/** In that place: no other option of its group has the same value, given or by default. */
export const distinct = 2;
/** In that place: begins with one slash. */
export const rooted = 3;

// Told by position, since an app bundles the table; what an option is, its default tells. A range is
// closed; that of a string is of its length in UTF-8 bytes.
export type OptionRow =
  | readonly [byDefault: boolean]
  | readonly [byDefault: string, choices: readonly string[]]
  | readonly [
      byDefault: string | undefined,
      min: number,
      max: number,
      beside?: typeof distinct | typeof rooted,
    ]
  | readonly [
      byDefault: number,
      min: number,
      max: number,
      /** Another option of its group, given or by default, that this one must not exceed. */
      beside?: typeof whole | typeof orZero | string,
    ];

export interface OptionGroup {
  readonly [name: string]: OptionRow | OptionGroup;
}
)";

}  // namespace

std::string options_source() {
  std::string groups;
  std::string top;
  for (const Interface& each : interfaces()) {
    const std::string name = each.group.empty() ? "Table" : pascal_case(each.group);
    std::string text = "\nexport interface " + name + "Options {\n" + each.body + "}\n";
    (each.group.empty() ? top : groups) += text;
  }
  std::string internal_rows;
  std::size_t number = 0;
  for (const OptionRow& row : option_table()) {
    if (row.internal) {
      internal_rows +=
          "export const " + std::string(row.name) + "Row = " + std::to_string(number) + ";\n";
    }
    ++number;
  }
  return file_head("wasm/core/option_table.cpp",
                   "Every option that has a range or a default of the core's: as types for whoever "
                   "writes them, and as a table for whoever checks them.") +
         groups + top + std::string(row_types) +
         "\n/** The core knows each by its place here, counted through the groups. */\n"
         "export const optionTable = {\n" +
         runtime_table() +
         "} as const satisfies OptionGroup;\n"
         "\n// The places of the options that the package gives by itself.\n" +
         internal_rows;
}

std::string option_rows() {
  std::string out = "| option | default | range | |\n|---|---|---|---|\n";
  for (const OptionRow& row : option_table()) {
    if (row.internal) continue;
    std::string allowed = range(row);
    for (const std::string& choice : quoted_all(row.choices)) {
      allowed += (allowed.empty() ? "" : " · ") + code(choice);
    }
    if (row.type == OptionType::boolean) allowed = "`true` · `false`";
    const std::string fallback = default_text(row);
    out += "| " + code(row.name) + " | " + (fallback.empty() ? "none" : code(fallback)) + " | " +
           allowed + " | " + std::string(describe_option(row.name)) + " |\n";
  }
  return out;
}

}  // namespace keepline::generate
