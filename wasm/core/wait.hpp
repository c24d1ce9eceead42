// A wait before a dial: until when, as people read that, and whose wish it is.
//
// A value that draws nothing and arms nothing. It ends with the dial or with `reset()`, so that
// what belongs to one wait cannot outlive it.
#pragma once

#include <cstdint>

#include "time.hpp"

namespace keepline {

enum class WaitReason : std::uint8_t {
  failure,    // backing off
  server,     // the server named it: page signals do not shorten it
  rejection,  // a moment before the one dial with a new token
  signal,     // the page is back, and a herd must not dial as one
  command,    // reconnect() within a second of the last dial
};

struct Wait {
  HostClock::time_point until{};
  WallClock::time_point shown{};  // the same end on the clock that people read
  WaitReason why = WaitReason::failure;

  static Wait till(const Instant& now, HostClock::time_point until, WaitReason why) {
    return {until, now.wall + (until - now.monotonic), why};
  }

  bool is_over(const Instant& now) const { return now.monotonic >= until; }
  bool is_servers() const { return why == WaitReason::server; }
  // Whether the dial after it is an attempt of its own. What a signal or a new token made sooner
  // repeats the wait that it was made instead of, where it fails.
  bool counts() const { return why != WaitReason::signal && why != WaitReason::rejection; }
  // The wall clock was moved: the wait runs on the other one.
  void follow_wall(const Instant& now) { shown = now.wall + (until - now.monotonic); }

  friend bool operator==(const Wait&, const Wait&) = default;
};

}  // namespace keepline
