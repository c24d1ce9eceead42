// Another reader of JSON, nlohmann/json, asked the same questions as ours: what the unit tests and
// the fuzzing compare with.
//
// Where the two are known to differ stands here, and nowhere is more allowed: that reader skips a
// byte order mark and ends at a zero byte, and it refuses unpaired surrogates and numbers past
// double. Each comparison answers with a sentence, empty where the two agree.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "envelope.hpp"

namespace keepline::test {

enum class Refused : std::uint8_t {
  no,
  as_json,    // JSON.parse refuses it too
  by_reader,  // an unpaired surrogate or a number past double: JSON.parse takes it
};

// A frame as that reader sees it.
struct OtherReading {
  Refused refused = Refused::as_json;
  nlohmann::json value = nlohmann::json::array();
  std::size_t depth = 0;            // of the deepest container; the frame itself is 1
  bool repeats = false;             // a name of the envelope stands twice in the top level
  Malformed why = Malformed::none;  // what is wrong with it as a frame, where it is JSON
  std::string type;
  std::optional<std::uint64_t> seq;
  std::string id;
  std::optional<double> ts;
};
OtherReading read_otherwise(const std::string& text);

// The whole frame, and its routing by the head, against the other reading.
std::string disagreement(const std::string& text);
// Each cut of the frame: as a head it asks for more, or routes to the same type, or was wrong
// already.
std::string disagreement_in_cuts(const std::string& text);
// Strict judgement against the whole scan and the other reading.
std::string disagreement_in_judgement(const std::string& text);

}  // namespace keepline::test
