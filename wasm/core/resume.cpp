#include "resume.hpp"

#include "text.hpp"

namespace keepline {

std::string_view to_string(GapReason reason) {
  constexpr std::string_view names =
      "trimmed,too_many,epoch,ahead,invalid,slow,unavailable,unanswered,lost";
  static_assert(names_all(names, GapReason::lost));
  return name_in(names, reason);
}

GapReason gap_reason_named(std::string_view word) {
  auto reason = GapReason::trimmed;
  while (reason < GapReason::unavailable && to_string(reason) != word) {
    reason = static_cast<GapReason>(static_cast<int>(reason) + 1);
  }
  return reason;
}

}  // namespace keepline
