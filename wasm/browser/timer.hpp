// One timeout of the browser's, owned: it ends with its owner and can be set again.
//
// Its handle stays in JavaScript (timer_library.js), since a handle need not be a number that fits
// a C++ type, and a timeout that could not be cleared would fire into freed memory.
#pragma once

#include "../core/time.hpp"

namespace keepline {

class Timer {
 public:
  using Callback = void (*)(void* context);

  Timer(Callback callback, void* context) : callback_(callback), context_(context) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Replaces one that runs. A wait beyond what setTimeout() takes is cut to that.
  void start(Duration wait);
  void stop();
  bool running() const { return running_; }

  // For timer_library.js.
  void fire();

 private:
  Callback callback_;
  void* context_;
  bool running_ = false;
};

}  // namespace keepline
