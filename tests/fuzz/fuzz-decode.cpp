// Strict judgement of whole frames, and the control messages that are decoded from them.
#include <algorithm>
#include <cstddef>

#include "event_decode.hpp"
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

void check_position(const std::optional<Position>& position) {
  if (position)
    demand(read_position(to_text(*position)) == position, "a position reads as another");
}

// What a server says of its stream and of our messages.
void check_stream(const std::string& frame) {
  const EnvelopeNames names;
  if (const auto word = decode_stream(frame, names)) {
    for (const auto& position : {word->from, word->to, word->at}) check_position(position);
    demand(!(word->is_open && word->to), "a gap that is open and ends");
    demand(word->reason <= GapReason::unavailable, "a reason that is the client's own");
    demand(word->spread >= Duration{0} && word->spread <= hint_max, "a spread is not clamped");
  }
  if (!decode_stream(frame, names)) return;
  const std::string_view data = data_in(frame, names);
  demand(is_json_object(data), "data that are no object");
  const std::string_view result = decode_ack(frame, names).result;
  demand(result.empty() || data.find(result) != std::string_view::npos, "a result out of nowhere");
}

// A control message is decoded only of what is JSON, whatever else it lacks.
void check_control(const std::string& frame) {
  const EnvelopeNames names;
  const auto connected = decode_connected(frame, names);
  const auto going_away = decode_going_away(frame, names);
  const auto authed = decode_authed(frame, names);
  const auto error = decode_server_error(frame, names);
  check_hint(going_away);
  if (authed) demand(*authed >= Duration{0}, "a token that lives less than no time");
  if (error) {
    const std::string shown = safe_text(error->message);
    demand(is_utf8(shown), "safe text is no text");
    const auto characters =
        std::count_if(shown.begin(), shown.end(), [](char c) { return !is_utf8_continuation(c); });
    demand(characters <= characters_max, "safe text is too long");
  }
  if (!connected && !going_away && !authed && !error) return;
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
  check_stream(frame);
  check_position(read_position(frame));
  const std::string sketch = sketch_frame(frame, frame.size());
  demand(sketch.find('\n') == std::string::npos, "a sketch of more than one line");
}

}  // namespace keepline::fuzz
