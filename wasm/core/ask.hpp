// One question to the host that is under way: its id and when its answer no longer counts.
//
// At most one at a time. An answer that comes late, twice or to an older question is about nothing
// that is pending. Answered or given up, a question ends the same way.
#pragma once

#include <utility>

#include "ids.hpp"
#include "time.hpp"

namespace keepline {

template <class Tag>
class Ask {
 public:
  // Only where none is pending.
  void begin(Id<Tag> id, HostClock::time_point until) {
    id_ = id;
    until_ = until;
  }

  bool pending() const { return static_cast<bool>(id_); }
  // `never` where nothing is asked.
  HostClock::time_point deadline() const { return until_; }

  bool is_about(Id<Tag> id) const { return id && id == id_; }

  // Returns the question that is over; nobody where there was none.
  Id<Tag> end() {
    until_ = never;
    return std::exchange(id_, {});
  }

  // The same, where its time is over.
  Id<Tag> take_due(const Instant& now) { return now.monotonic >= until_ ? end() : Id<Tag>{}; }

  friend bool operator==(const Ask&, const Ask&) = default;

 private:
  Id<Tag> id_;
  HostClock::time_point until_ = never;
};

}  // namespace keepline
