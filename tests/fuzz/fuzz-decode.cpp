// Strict judgement of whole frames, and the control messages that are decoded from them.
#include <algorithm>
#include <cstddef>

#include "control_data.hpp"
#include "json_value.hpp"
#include "other_reader.hpp"
#include "redact.hpp"
#include "target.hpp"
#include "utf8.hpp"

namespace keepline::fuzz {
namespace {

constexpr auto characters_max = static_cast<std::ptrdiff_t>(safe_text_max_characters);

void check_hint(const std::optional<RetryHint>& hint) {
  if (!hint) return;
  for (const Duration each : {hint->retry_after, hint->spread}) {
    demand(each >= Duration{0} && each <= hint_max, "a hint is not clamped");
  }
}

void check_position(const Position& position) {
  if (position) demand(read_position(to_text(position)) == position, "a position reads as another");
}

// A control message says something only where it is JSON, whatever else it lacks.
void check_control(const std::string& frame) {
  const ControlData data(frame, "data");
  check_hint(data.hint());
  for (const Member each : {Member::from, Member::to, Member::at, Member::position}) {
    check_position(data.position(each));
  }
  demand(data.gap_reason() <= GapReason::unavailable, "a reason that is the client's own");
  const std::string shown = safe_text(data.text(Member::message));
  demand(is_utf8(shown), "safe text is no text");
  const auto characters =
      std::count_if(shown.begin(), shown.end(), [](char c) { return !is_utf8_continuation(c); });
  demand(characters <= characters_max, "safe text is too long");
  const std::string_view object = data.object();
  for (std::size_t member = 0; member < member_count; ++member) {
    const std::string_view value = data.raw(static_cast<Member>(member));
    demand(value.empty() || object.find(value) != std::string_view::npos, "a value out of nowhere");
  }
  if (object.empty()) return;
  demand(is_json_object(object), "data that are no object");
  // The machine decodes only what is UTF-8.
  if (!is_utf8(frame)) return;
  const test::OtherReading other = test::read_otherwise(frame);
  demand(other.refused != test::Refused::as_json, "a control message is decoded of no JSON");
  if (other.refused != test::Refused::no) return;
  demand(other.value.contains("data") && other.value["data"].is_object(),
         "a control message without data");
}

}  // namespace

void run(std::string_view input) {
  const std::string frame(input);
  demand_none(test::disagreement_in_judgement(frame));
  check_control(frame);
  check_position(read_position(frame));
  const std::string sketch = sketch_frame(frame, frame.size());
  demand(sketch.find('\n') == std::string::npos, "a sketch of more than one line");
}

}  // namespace keepline::fuzz
