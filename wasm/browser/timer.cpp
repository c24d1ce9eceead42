#include "timer.hpp"

#include <emscripten/emscripten.h>

#include <algorithm>
#include <cmath>

// timer_library.js
extern "C" {
void keepline_timer_start(keepline::Timer* timer, double wait_ms);
void keepline_timer_stop(keepline::Timer* timer);

EMSCRIPTEN_KEEPALIVE void keepline_timer_fired(keepline::Timer* timer) { timer->fire(); }
}

namespace keepline {
namespace {

constexpr double timeout_max_ms = 2147483647;  // beyond it setTimeout() fires at once

}  // namespace

void Timer::start(Duration wait) {
  running_ = true;
  keepline_timer_start(this, std::clamp(std::ceil(wait.count()), 0.0, timeout_max_ms));
}

void Timer::stop() {
  if (!running_) return;
  running_ = false;
  keepline_timer_stop(this);
}

void Timer::fire() {
  running_ = false;
  callback_(context_);  // may end this object
}

}  // namespace keepline
