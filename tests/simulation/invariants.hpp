// What every run keeps, by name: the names that a failure is told by, that a planted fault says it
// must be caught by, and that the documentation uses. Judges nothing: the books do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keepline::sim {

enum class Invariant : std::uint8_t {
  one_socket,
  way_out,
  retry_pending,
  delay_window,
  nothing_late,
  no_stray_event,
  order,
  bounds,
  status_agrees,
  attempt_by_proof,
  reconnect_dials,
  same_log,
  signal_answered,
  signals_throttled,
  nobody_asked,
  own_link,
  renewal_planned,
  refresh_owed,
  unproven_told,
  uplink_lives,
  hidden_rests,
  one_order,
  verdict_first,
  delivered_or_told,
  applied_once,
  switch_drops,
  no_loop,
};
inline constexpr int invariant_count = 27;

std::string_view to_string(Invariant invariant);
std::optional<Invariant> invariant_named(std::string_view name);

struct Problem {
  Invariant invariant = Invariant::one_socket;
  std::string text;

  friend bool operator==(const Problem&, const Problem&) = default;
};
std::string to_text(const Problem& problem);

// Which of them are judged: all, or one alone, where it is to be shown that it catches a fault by
// itself.
using Judged = std::optional<Invariant>;

}  // namespace keepline::sim
