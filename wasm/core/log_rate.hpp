// Keeps what a server can set off a thousand times a second to one log line a second and topic.
//
// Counts what it holds back, so that the next line says how many were like it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "time.hpp"

namespace keepline {

enum class LogTopic : std::uint8_t {
  invalid_payload,
  server_error,
  server_ping,
  going_away,
  gap,
  silence,  // the last three are said once
  token_echo,
  thrown,
};

class LogRate {
 public:
  // How many lines were held back since the last one; nothing where this one is, too.
  std::optional<std::uint32_t> may_say(LogTopic topic, const Instant& now) {
    Line& line = lines_[static_cast<std::size_t>(topic)];
    if (now.monotonic - line.at < seconds(1)) {
      ++line.held_back;
      return std::nullopt;
    }
    line.at = now.monotonic;
    return std::exchange(line.held_back, 0U);
  }
  bool is_first(LogTopic topic, const Instant& now) {
    Line& line = lines_[static_cast<std::size_t>(topic)];
    if (line.at != long_ago) return false;
    line.at = now.monotonic;
    return true;
  }

  friend bool operator==(const LogRate&, const LogRate&) = default;

 private:
  struct Line {
    HostClock::time_point at = long_ago;
    std::uint32_t held_back = 0;
    friend bool operator==(const Line&, const Line&) = default;
  };
  std::array<Line, 8> lines_{};
};

}  // namespace keepline
