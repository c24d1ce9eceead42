// Figures that change with every frame: counted here, read on demand, never part of a status.
//
// Plain numbers in named members, plus a table of them so that they cross to JavaScript one by
// one. Nothing is averaged or guessed: what was not seen is absent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "error.hpp"
#include "time.hpp"

namespace keepline {

enum class Grade : std::uint8_t { unknown, good, fair, poor };
std::string_view to_string(Grade grade);

// Round trips of the present endpoint, in ms.
struct Quality {
  std::optional<double> rtt_last;
  std::optional<double> rtt_p50;  // over the last 50
  std::optional<double> rtt_p95;
  std::optional<double> jitter;  // RFC 3550, 6.4.1
  std::optional<double> loss;    // share of the last 20 pings that went unanswered
  Grade grade = Grade::unknown;

  friend bool operator==(const Quality&, const Quality&) = default;
};

struct Metrics {
  Quality quality;
  std::uint64_t queued_messages = 0;
  std::uint64_t queued_bytes = 0;
  std::uint64_t sent = 0;          // messages of the application handed to a socket
  std::uint64_t received = 0;      // frames, of every kind
  std::uint64_t delivered = 0;     // events handed over
  std::uint64_t dropped = 0;       // events nobody subscribed to
  std::uint64_t duplicates = 0;    // events that came before
  std::uint64_t lost_on_link = 0;  // events that a server counts as sent and that did not arrive
  std::uint64_t gaps = 0;          // stretches of the stream that are missing, and were told
  std::uint64_t malformed = 0;
  std::uint64_t invalid = 0;  // payloads that did not fit their type, where validation is on
  std::uint64_t dials = 0;
  std::uint64_t unconfirmed = 0;          // bytes handed over and unsent when a link died
  std::optional<double> last_message_at;  // wall clock, ms
  double slept = 0;                       // ms of the last sleep that was noticed
  double uptime = 0;                      // ms the present link has been usable
  std::optional<double> time_to_usable;   // ms from the dial to usable, of the last link
  std::array<std::uint32_t, error_kind_count> retries{};  // waits, by what caused them

  friend bool operator==(const Metrics&, const Metrics&) = default;
};

// Figures cross as numbers in one order, NaN where absent. Their names are for the generator: the
// module does without them.
inline constexpr std::size_t metric_count = 22;
std::array<double, metric_count> metric_values(const Metrics& metrics);

struct MetricName {
  std::string_view name;  // as in TypeScript, dotted where nested
  bool nullable;
};
std::span<const MetricName> metric_names();

inline double or_nan(std::optional<double> value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace keepline
