#include "control_data.hpp"

#include <algorithm>

#include "json_number.hpp"
#include "text.hpp"

namespace keepline {

static_assert(names_all(member_names, Member::result));

namespace {

// Steps through the members of an object in a text that is known to be JSON, so that no step of the
// cursor can fail. Begins at the opening brace; whoever is told of a member takes its value.
bool next_member(JsonCursor& cursor, JsonString& name) {
  const bool first = cursor.take('{');
  cursor.skip_space();
  if (cursor.take('}') || !(first || cursor.take(','))) return false;
  cursor.skip_space();
  cursor.take_name(name);
  return true;
}

std::optional<double> number_in(std::string_view value) {
  return is_number(value) ? read_number_nearly(value) : std::nullopt;
}

}  // namespace

ControlData::ControlData(std::string_view text, std::string_view within) {
  if (!is_json_object(text)) return;
  JsonCursor cursor(text);
  cursor.skip_space();
  if (within.empty()) {
    read_members(text, cursor);
    return;
  }
  JsonString name;
  while (next_member(cursor, name)) {
    const bool wanted = says(name, within);
    if (wanted) object_ = {};
    if (wanted && cursor.front() == '{') {
      read_members(text, cursor);
    } else {
      cursor.take_value();
    }
  }
  if (object_.empty()) values_ = {};
}

void ControlData::read_members(std::string_view text, JsonCursor& cursor) {
  values_ = {};
  const std::size_t begin = cursor.offset();
  JsonString name;
  while (next_member(cursor, name)) {
    const std::size_t start = cursor.offset();
    cursor.take_value();
    const std::size_t place = place_in(member_names, name);
    if (place < member_count) values_[place] = text.substr(start, cursor.offset() - start);
  }
  object_ = text.substr(begin, cursor.offset() - begin);
}

bool ControlData::has_string(Member member) const { return string_in(raw(member)).has_value(); }

std::string ControlData::text(Member member) const {
  std::string room(raw(member).size(), '\0');
  std::string_view decoded;
  if (const auto string = string_in(raw(member))) decode_string(*string, room, decoded);
  return std::string(decoded);
}

Duration ControlData::duration(Member member) const {
  return milliseconds(number_in(raw(member)).value_or(-1));
}

Position ControlData::position(Member member) const {
  const auto string = string_in(raw(member));
  return string ? read_position(string->raw) : Position{};
}

// One that is none of ours is the bit behind them.
Features ControlData::features() const {
  Features features;
  const std::string_view list = raw(Member::features);
  JsonCursor cursor(list);
  if (!cursor.take('[')) return features;
  while (true) {
    cursor.skip_space();
    const std::size_t start = cursor.offset();
    if (cursor.take(']') || cursor.take_value() != JsonStep::done) return features;
    const auto string = string_in(list.substr(start, cursor.offset() - start));
    if (string) features.bits |= static_cast<std::uint8_t>(1U << place_in(feature_names, *string));
    cursor.skip_space();
    cursor.take(',');
  }
}

std::optional<RetryHint> ControlData::hint() const {
  const Duration retry_after = duration(Member::retry_after);
  if (retry_after < Duration{0}) return std::nullopt;
  return make_hint(retry_after.count(), number_in(raw(Member::spread)));
}

GapReason ControlData::gap_reason() const {
  const auto reason = string_in(raw(Member::reason));
  return reason ? gap_reason_in(*reason) : GapReason::unavailable;
}

}  // namespace keepline
