// Strict judgement of whole frames, where the application asked for validation. Off the hot path:
// nothing throws, what does not fit is an answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "envelope.hpp"
#include "options.hpp"

namespace keepline {

// Strict judgement of a whole frame: envelope and catalogue objects without duplicate
// members, numbers within double, no unpaired surrogates, depth at most 64, and for catalogue types
// the payload's fields. Malformed is what scan_whole says so of. `path` is in the frame's own names
// (json_path.hpp): "data.participants[1]", "type"; "depth" for nesting; empty where a name in the
// frame's top level is itself at fault.
enum class Fit : std::uint8_t { valid, invalid, malformed };
struct Judgement {
  Fit fit = Fit::valid;
  std::string path;
  std::string expected;             // "integer >= 0", "one of inbound, outbound", …
  Malformed why = Malformed::none;  // with malformed

  friend bool operator==(const Judgement&, const Judgement&) = default;
};
// Whether this build can judge at all: the smaller of the package's modules cannot, and what only
// serves judgement is no part of it.
bool can_judge();
Judgement judge_frame(std::string_view frame, const EnvelopeNames& names);

}  // namespace keepline
