#include <algorithm>
#include <array>

#include "catalogue.hpp"
#include "generate.hpp"
#include "typescript.hpp"

namespace keepline::generate {
namespace {

// Choices are types of their own, named after what they are about: several events share them.
struct ChoiceName {
  std::string_view event;
  std::string_view field;
  std::string_view name;
};
constexpr std::array<ChoiceName, 4> choice_names = {{
    {"new_call", "status", "CallStatus"},
    {"new_call", "direction", "CallDirection"},
    {"recording_update", "status", "RecordingStatus"},
    {"parallel_call_ended", "outcome", "CallOutcome"},
}};

std::span<const std::string_view> choices_of(const ChoiceName& choice) {
  const EventSpec* const event = find_event(choice.event);
  if (event == nullptr) return {};
  for (const FieldSpec& field : event->fields) {
    if (field.name == choice.field) return field.choices;
  }
  return {};
}

// The name of a list of choices; a list without one is spelled out where it is used.
std::string choice_type(const FieldSpec& field) {
  for (const ChoiceName& choice : choice_names) {
    const auto named = choices_of(choice);
    if (std::equal(named.begin(), named.end(), field.choices.begin(), field.choices.end())) {
      return std::string(choice.name);
    }
  }
  return {};
}

struct FieldText {
  Words type;
  std::string_view form;  // what the type alone does not say
};

FieldText text_of(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::text:
      return {{"string"}, ""};
    case FieldType::time:
      return {{"string"}, " RFC 3339 with `Z`."};
    case FieldType::count:
      return {{"number"}, ""};
    case FieldType::url:
      return {{"string"}, " An absolute http(s) URL."};
    case FieldType::choice: {
      const std::string name = choice_type(field);
      return {name.empty() ? quoted_all(field.choices) : Words{name}, ""};
    }
    case FieldType::text_list:
      return {{"readonly string[]"}, ""};
  }
  return {};
}

std::string payload(const EventSpec& event) {
  std::string out =
      "\n" + doc_comment(event.doc, 0) + "export interface " + pascal_case(event.type) + " {\n";
  for (const FieldSpec& field : event.fields) {
    const FieldText text = text_of(field);
    out += doc_comment(std::string(field.doc) + std::string(text.form), 2);
    const std::string lead =
        "  readonly " + property(field.name) + (field.optional ? "?" : "") + ":";
    out += union_statement(lead, text.type);
  }
  return out + "}\n";
}

std::string choice_types() {
  std::string out;
  for (const ChoiceName& choice : choice_names) {
    out += "\n" + union_statement("export type " + std::string(choice.name) + " =",
                                  quoted_all(choices_of(choice)));
  }
  return out;
}

}  // namespace

std::string events_source() {
  std::string payloads;
  std::string map;
  std::string keys;
  Words types;
  for (const EventSpec& event : catalogue()) {
    payloads += payload(event);
    map += "  readonly " + property(event.type) + ": " + pascal_case(event.type) + ";\n";
    types.push_back(quoted(event.type));
    if (event.state_key.empty()) continue;
    keys += "  " + property(event.type) + ": " + quoted(event.state_key) + ",\n";
  }
  return file_head(
             "wasm/core/catalogue.cpp",
             "The known events and their payloads. A payload may have members beyond these.") +
         choice_types() + payloads + "\n" +
         doc_comment("Known event types and what each carries.", 0) +
         "export interface KeeplineEvents {\n" + map + "}\n\n" +
         array_statement("export const eventTypes =", types,
                         " as const satisfies readonly (keyof KeeplineEvents)[];") +
         "\n" +
         doc_comment(
             "Events that are a state: only the newest per this member of the payload "
             "matters, and a consumer may drop the older ones.",
             0) +
         "export const stateKeys = {\n" + keys +
         "} as const satisfies {\n"
         "  readonly [Type in keyof KeeplineEvents]?: keyof KeeplineEvents[Type] & string;\n"
         "};\n";
}

}  // namespace keepline::generate
