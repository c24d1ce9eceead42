// Close codes with their reasons: what follows from them, the hint that a reason carries, and what
// a client may close with itself.
//   input: two bytes of the code, then the reason
#include <cmath>

#include "close_policy.hpp"
#include "control_data.hpp"
#include "json_path.hpp"
#include "json_value.hpp"
#include "other_reader.hpp"
#include "target.hpp"

namespace keepline::fuzz {
namespace {

// Durations are read to within a few neighbours.
bool is_near(Duration ours, double theirs) {
  return std::abs(ours.count() - theirs) <= 1e-9 * (1 + std::abs(theirs));
}

void check_hint(const std::string& reason, const std::optional<RetryHint>& hint) {
  const test::OtherReading other = test::read_otherwise(reason);
  if (other.refused == test::Refused::by_reader || other.depth > json_depth_max) return;
  const auto number = [&](const char* name) -> const nlohmann::json* {
    if (!other.value.is_object()) return nullptr;
    const auto found = other.value.find(name);
    return found != other.value.end() && found->is_number() ? &*found : nullptr;
  };
  const auto* after = other.refused == test::Refused::no ? number("retryAfterMs") : nullptr;
  const bool counts = after != nullptr && after->get<double>() >= 0;
  // Reasons reach a page as text, so only of such is a refusal somebody's fault.
  if (!is_utf8(reason)) return;
  demand(hint.has_value() == counts, counts ? "a hint is not taken" : "a hint is made up");
  if (!hint) return;
  const auto clamped = [](double ms) { return ms > 0 ? std::min(ms, hint_max.count()) : 0; };
  const double wanted = clamped(after->get<double>());
  demand(is_near(hint->retry_after, wanted), "another retryAfterMs");
  const auto* spread = number("spreadMs");
  const double spread_ms =
      spread != nullptr ? clamped(spread->get<double>()) : std::max(1000.0, 0.3 * wanted);
  demand(is_near(hint->spread, spread_ms), "another spreadMs");
}

}  // namespace

void run(std::string_view input) {
  const int high = take_byte(input);
  const int low = take_byte(input);
  const auto code = static_cast<std::uint16_t>(high * 256 + low);
  const std::string reason(input);
  const bool carries_hint = code == 1012 || code == 1013 || code == 4429;
  for (const bool sent_lately : {false, true}) {
    const CloseVerdict verdict = judge_close(code, reason, sent_lately);
    demand((verdict.action == CloseAction::stop) == verdict.error.has_value(),
           "a stop has a reason, and only a stop");
    demand(!verdict.hint || carries_hint, "a hint from a close that carries none");
    if (carries_hint) check_hint(reason, verdict.hint);
  }
  demand(!is_subprotocol(reason) || reason.find_first_of(" ,\"") == std::string::npos,
         "a subprotocol that is none");
}

}  // namespace keepline::fuzz
