// Judges the members of a frame one by one, as a reader of JSON comes by them: the envelope's
// names, and the payload of a catalogue type.
//
// Knows neither JSON nor any event by name: what was read is handed over, and the catalogue says
// what should have been. After the first no it is not to be asked again.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "catalogue.hpp"
#include "options.hpp"

namespace keepline {

enum class JsonKind : std::uint8_t { null, boolean, number, string, object, array };

struct JsonItem {
  JsonKind kind = JsonKind::null;
  std::size_t depth = 0;  // containers around it: 0 is the frame itself
  std::string_view name;  // at depth 1 and 2, where the container is an object
  double number = 0;
  std::string_view text;  // string
};

class MemberJudge {
 public:
  // Null where the frame's type is not in the catalogue. Both are to outlive this.
  MemberJudge(const EnvelopeNames& names, const EventSpec* spec) : names_(names), spec_(spec) {}

  // A value; of an object or array, its beginning. False where it does not fit.
  bool take(const JsonItem& item);
  // The object that began at this depth has ended. False where it lacks something.
  bool leave(std::size_t depth);

  // After a no: what should have been there.
  const std::string& expected() const { return expected_; }
  // After leave() said no: the name of what the object lacks.
  std::string_view missing() const { return missing_; }

 private:
  bool expect(std::string_view what);
  bool expect(const FieldSpec& field);
  bool take_envelope(const JsonItem& item);
  bool take_field(const JsonItem& item);
  bool check_missing();

  const EnvelopeNames& names_;
  const EventSpec* spec_;
  std::bitset<5> seen_envelope_;
  std::bitset<event_fields_max> seen_fields_;
  std::set<std::string, std::less<>> extra_;  // the payload's other names
  bool in_payload_ = false;
  bool list_ = false;  // inside an array of strings
  std::string expected_;
  std::string_view missing_;
};

}  // namespace keepline
