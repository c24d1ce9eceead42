// What a server that filters was last told of this page's wishes, and when to tell it more.
//
// A value of one link. Subscriptions come and go in bursts while a page renders: the last word is
// told, at most once a pause (PROTOCOL.md: 50 ms).
#pragma once

#include <string>
#include <utility>

#include "time.hpp"

namespace keepline {

inline constexpr Duration announce_pause = milliseconds(50);

class Announcer {
 public:
  // Whether it may speak; where not, it is due later.
  bool may_speak(const Instant& now) {
    due_ = never;
    if (!last_.empty() && now.monotonic < told_at_ + announce_pause) {
      due_ = told_at_ + announce_pause;
    }
    return due_ == never;
  }
  bool is_news(const std::string& list) const { return list != last_; }
  void told(const Instant& now, std::string list) {
    last_ = std::move(list);
    told_at_ = now.monotonic;
  }
  // The socket had no room for it.
  void put_off(const Instant& now) { due_ = now.monotonic + announce_pause; }

  bool take_due(const Instant& now) {
    if (now.monotonic < due_) return false;
    due_ = never;
    return true;
  }
  HostClock::time_point deadline() const { return due_; }

  friend bool operator==(const Announcer&, const Announcer&) = default;

 private:
  std::string last_;  // empty: nothing was told yet
  HostClock::time_point told_at_{};
  HostClock::time_point due_ = never;
};

}  // namespace keepline
