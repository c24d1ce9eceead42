#include "close_policy.hpp"

#include <algorithm>

#include "control_data.hpp"
#include "text.hpp"

namespace keepline {
namespace {

// NaN counts as 0: nothing a server says makes a delay that is not a number.
double clamp_ms(double value) { return value > 0 ? std::min(value, hint_max.count()) : 0; }

}  // namespace

RetryHint make_hint(double retry_after_ms, std::optional<double> spread_ms) {
  const double after = clamp_ms(retry_after_ms);
  const double spread = spread_ms ? clamp_ms(*spread_ms)
                                  : std::max(hint_spread_min.count(), hint_spread_share * after);
  return {milliseconds(after), milliseconds(spread)};
}

std::string_view to_string(CloseAction action) {
  constexpr std::string_view names = "retry,reauthenticate,stop";
  static_assert(names_all(names, CloseAction::stop));
  return name_in(names, action);
}

CloseVerdict judge_close(std::uint16_t code, std::string_view reason, bool sent_in_last_second) {
  CloseVerdict verdict;
  const auto stop = [&verdict](ErrorKind why) {
    verdict.action = CloseAction::stop;
    verdict.error = why;
  };
  switch (code) {
    case 1008:  // policy violation: what servers without codes of their own say to a bad token
    case 3000:
    case 4401:
      verdict.action = CloseAction::reauthenticate;
      break;
    case 3003:
    case 4403:
      stop(ErrorKind::forbidden);
      break;
    case 4409:
      stop(ErrorKind::replaced);
      break;
    case 1009:
    case 4413:
      // Ours, if we just sent: it would be sent and refused for ever. Else it was not about us.
      if (sent_in_last_second) stop(ErrorKind::message_too_big);
      break;
    case 1012:
    case 1013:
    case 4429:
      verdict.hint = ControlData(reason, {}).hint();
      break;
    case 4408:
      break;
    default:
      // The rest of 4400-4499 is the client's fault and stays so. Everything else is retried, 1000
      // and protocol errors too: one bad proxy must not strand anybody.
      if (code >= 4400 && code <= 4499) stop(ErrorKind::closed_by_server);
  }
  return verdict;
}

bool is_subprotocol(std::string_view value) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !value.empty() && std::all_of(value.begin(), value.end(), [marks](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

}  // namespace keepline
