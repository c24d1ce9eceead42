// How soon a page that is back, or a machine that woke, may dial, and how long one that nobody sees
// keeps its link (pure, but for what it remembers).
//
// Signals come in bursts, from every tab of an office at once, and their order differs from browser
// to browser: so a dial that comes too soon is put off, never dropped. It knows neither links nor
// phases; what a signal means in each of them is the machine's.
#pragma once

#include <algorithm>

#include "time.hpp"

namespace keepline {

// The throttle of everything that dials: a held-down Retry key must not become a flood.
inline constexpr Duration dial_pause = seconds(1);
// Between dials that signals cause.
inline constexpr Duration signal_dial_pause = seconds(5);
inline constexpr Duration signal_spread = milliseconds(250);
// Signals this close together are one: visible, page_shown and resumed come within milliseconds.
inline constexpr Duration signals_are_one = seconds(1);

class PageLife {
 public:
  // A signal came: whether it is one by itself.
  bool is_new_signal(HostClock::time_point now);

  // The earliest that a command may dial, and that a signal may, which would dial at `wish`.
  HostClock::time_point command_dial_at(HostClock::time_point now) const;
  HostClock::time_point signal_dial_at(HostClock::time_point wish) const;
  Duration since_dial(HostClock::time_point now) const { return now - last_dial_; }
  void dialled(HostClock::time_point now, bool by_signal);
  // Nobody is signed in: if a signal caused the last dial, it was none.
  void dialled_for_nobody() {
    if (by_signal_) last_signal_dial_ = long_ago;
  }

  // Nobody sees the page from now on. After `leave_after` its link is to end; zero: never. A dial
  // that begins when that is over is somebody's wish, and counts anew.
  void hidden(HostClock::time_point now, Duration leave_after);
  void shown();
  bool take_leave(const Instant& now);

  // The machine slept and what runs began before that: to be looked at as soon as time is handled.
  void woke(HostClock::time_point now) { wake_due_ = now; }
  bool take_wake(const Instant& now);
  HostClock::time_point deadline() const { return std::min(wake_due_, leave_due_); }

  friend bool operator==(const PageLife&, const PageLife&) = default;

 private:
  HostClock::time_point last_signal_ = long_ago;
  HostClock::time_point last_dial_ = long_ago;
  HostClock::time_point last_signal_dial_ = long_ago;
  HostClock::time_point wake_due_ = never;
  Duration leave_after_{};  // zero: the page is seen, or stays for ever
  HostClock::time_point leave_due_ = never;
  bool by_signal_ = false;  // the last dial
};

}  // namespace keepline
