// What waits inside the socket: how much may go into it, when to look at it, what left it.
//
// A value of one link. The core cannot look itself: the host measures when asked, and before
// anything may end the link.
#pragma once

#include <algorithm>
#include <cstddef>

#include "time.hpp"

namespace keepline {

// What may wait inside the browser's socket: enough to fill a path, little enough to be lost with
// it.
inline constexpr std::size_t socket_buffer_max = 64 * 1024;
// Kept free for pings, which tell a full socket from a dead one: more than are owed at a time.
inline constexpr std::size_t ping_reserve = 1024;
inline constexpr Duration capacity_pause = milliseconds(50);
inline constexpr Duration idle_capacity_pause = seconds(1);  // nobody waits for the room
inline constexpr Duration recent_message = seconds(1);  // a "too big" so soon after one is about it

class SendWindow {
 public:
  // One message may be larger than the whole window, alone.
  bool fits(std::size_t bytes) const {
    return buffered_ == 0 || buffered_ + bytes <= socket_buffer_max - ping_reserve;
  }
  std::size_t buffered() const { return buffered_; }

  // What goes out is looked at soon: an estimate that only grew would end in a socket that looks
  // full.
  void sent(const Instant& now, std::size_t bytes) {
    buffered_ += bytes;
    look_within(now, capacity_pause);
  }
  void sent_message(const Instant& now) { last_message_ = now.monotonic; }
  bool sent_message_lately(const Instant& now) const {
    return now.monotonic - last_message_ <= recent_message;
  }

  void look_within(const Instant& now, Duration pause) {
    look_at_ = std::min(look_at_, now.monotonic + pause);
  }
  bool take_due(const Instant& now) {
    if (now.monotonic < look_at_) return false;
    look_at_ = never;
    return true;
  }
  // As the host measured it. Returns how much has left since it was last known.
  std::size_t measured(std::size_t bytes) {
    const std::size_t left = buffered_ > bytes ? buffered_ - bytes : 0;
    buffered_ = bytes;
    return left;
  }

  HostClock::time_point deadline() const { return look_at_; }

  friend bool operator==(const SendWindow&, const SendWindow&) = default;

 private:
  std::size_t buffered_ = 0;  // as last measured, plus what went out since
  HostClock::time_point look_at_ = never;
  HostClock::time_point last_message_ = long_ago;
};

}  // namespace keepline
