#include "resume.hpp"

#include <algorithm>

#include "text.hpp"

namespace keepline {
namespace {

constexpr std::string_view names =
    "trimmed,too_many,epoch,ahead,invalid,slow,unavailable,unanswered,lost";
static_assert(names_all(names, GapReason::lost));

}  // namespace

std::string_view to_string(GapReason reason) { return name_in(names, reason); }

GapReason gap_reason_in(JsonString word) {
  const auto last = static_cast<std::size_t>(GapReason::unavailable);
  return static_cast<GapReason>(std::min(place_in(names, word), last));
}

}  // namespace keepline
