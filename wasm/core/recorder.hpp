// The flight recorder: the last transitions, and samples of what could not be read. Redacted by
// whoever writes into it; bounded here.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <utility>

#include "state.hpp"
#include "time.hpp"

namespace keepline {

inline constexpr std::size_t transition_records_max = 64;
inline constexpr std::size_t malformed_samples_max = 5;

struct TransitionRecord {
  WallClock::time_point at{};
  Phase from = Phase::idle;
  Phase to = Phase::idle;
  Trigger trigger = Trigger::command_connect;
  int attempt = 0;
  std::string cause;

  friend bool operator==(const TransitionRecord&, const TransitionRecord&) = default;
};

struct Recorder {
  // A list, because the code of a deque is several times as large.
  std::list<TransitionRecord> transitions;
  std::list<std::string> malformed;
  std::list<std::string> invalid;

  void record(TransitionRecord record) {
    if (transitions.size() == transition_records_max) transitions.pop_front();
    transitions.push_back(std::move(record));
  }

  friend bool operator==(const Recorder&, const Recorder&) = default;
};

}  // namespace keepline
