// What a page that is frozen, in the back-forward cache or out of sight for long comes back to.
// Ends with its return.
#pragma once

#include <optional>

#include "state.hpp"
#include "wait.hpp"

namespace keepline {

struct Away {
  Phase from = Phase::waiting;
  // What the server asked for outlives the cache: a herd that comes back early is still a herd.
  std::optional<Wait> wait;
  // Until somebody sees it: neither the network nor a thaw in the background brings it back.
  bool hidden = false;

  // Idle, closed and refused come back as they were; everything else dials.
  bool was_stopped() const {
    return from == Phase::idle || from == Phase::closed || from == Phase::refused;
  }

  friend bool operator==(const Away&, const Away&) = default;
};

}  // namespace keepline
