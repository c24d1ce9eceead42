// Close code and reason in; retry, reauthenticate or stop out, with the server's hint (pure).
//
// The table of PROTOCOL.md. Knows nothing of tokens, timers or attempts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "error.hpp"
#include "time.hpp"

namespace keepline {

inline constexpr Duration hint_max = milliseconds(300000);
inline constexpr Duration hint_spread_min = milliseconds(1000);
inline constexpr double hint_spread_share = 0.3;

// A server's wish for when to come back, already clamped.
struct RetryHint {
  Duration retry_after{};
  Duration spread{};

  friend constexpr bool operator==(const RetryHint&, const RetryHint&) = default;
};

// Clamps both to [0, hint_max]; a missing spread is max(1000 ms, 0.3 * retry_after).
RetryHint make_hint(double retry_after_ms, std::optional<double> spread_ms);

enum class CloseAction : std::uint8_t { retry, reauthenticate, stop };
std::string_view to_string(CloseAction action);

struct CloseVerdict {
  CloseAction action = CloseAction::retry;
  std::optional<ErrorKind> error;  // with stop: why
  std::optional<RetryHint> hint;   // with retry: only of 1012, 1013, 4429

  friend bool operator==(const CloseVerdict&, const CloseVerdict&) = default;
};

CloseVerdict judge_close(std::uint16_t code, std::string_view reason, bool sent_in_last_second);

// RFC 7230 token characters, as Sec-WebSocket-Protocol demands; not empty.
bool is_subprotocol(std::string_view value);

}  // namespace keepline
