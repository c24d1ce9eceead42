#include "page_life.hpp"

#include <algorithm>

namespace keepline {

bool PageLife::is_new_signal(HostClock::time_point now) {
  if (now - last_signal_ < signals_are_one) return false;
  last_signal_ = now;
  return true;
}

HostClock::time_point PageLife::command_dial_at(HostClock::time_point now) const {
  return std::max(now, last_dial_ + dial_pause);
}

HostClock::time_point PageLife::signal_dial_at(HostClock::time_point wish) const {
  return std::max(command_dial_at(wish), last_signal_dial_ + signal_dial_pause);
}

void PageLife::dialled(HostClock::time_point now, bool by_signal) {
  last_dial_ = now;
  by_signal_ = by_signal;
  if (by_signal) last_signal_dial_ = now;
  wake_due_ = never;  // what begins now did not sleep
  const bool left = leave_due_ == never || leave_due_ <= now;
  if (leave_after_ > Duration{0} && left) leave_due_ = now + leave_after_;
}

void PageLife::hidden(HostClock::time_point now, Duration leave_after) {
  if (leave_after_ > Duration{0} || leave_after <= Duration{0}) return;
  leave_after_ = leave_after;
  leave_due_ = now + leave_after;
}

void PageLife::shown() {
  leave_after_ = {};
  leave_due_ = never;
}

bool PageLife::take_leave(const Instant& now) {
  if (now.monotonic < leave_due_) return false;
  leave_due_ = never;
  return true;
}

bool PageLife::take_wake(const Instant& now) {
  if (now.monotonic < wake_due_) return false;
  wake_due_ = never;
  return true;
}

}  // namespace keepline
