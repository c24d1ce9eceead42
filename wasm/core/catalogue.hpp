// The known event types and the fields of their payloads, as data (PROTOCOL.md, "Events").
//
// Strict decoding walks this table and the TypeScript types are generated from it. It knows nothing
// of frames; unknown types are not its business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keepline {

enum class FieldType : std::uint8_t {
  text,       // any string
  time,       // RFC 3339 with Z, fraction optional
  count,      // integer >= 0
  url,        // absolute http(s) URL
  choice,     // one of FieldSpec::choices
  text_list,  // array of strings
};

struct FieldSpec {
  std::string_view name;
  FieldType type;
  bool optional = false;
  std::span<const std::string_view> choices{};
  std::string_view doc{};  // unit or meaning, for the generated type
};

struct EventSpec {
  std::string_view type;
  std::span<const FieldSpec> fields;
  std::string_view doc;
  std::string_view state_key{};  // where only the newest per this member matters: import_progress
};

inline constexpr std::size_t event_fields_max = 16;  // no event has more: a bit each when decoding

std::span<const EventSpec> catalogue();

// Null where the type is not in the catalogue. Its `doc` members are empty: the sentences are for
// documentation and generated types, and do not travel with the module.
const EventSpec* find_event(std::string_view type);

}  // namespace keepline
