// What is known of the way to an endpoint, and of who is at its end; it outlives every link.
//
// Facts that a link found out, and the one thing that follows from them: how long the next dial may
// take. It ends with the endpoint.
#pragma once

#include "round_trips.hpp"
#include "time.hpp"

namespace keepline {

struct Path {
  Duration dial_took{};  // of the last dial that became usable, what its timeout is for; or 0
  RoundTrips round_trips;
  bool answers_pings = false;  // once it has, silence is evidence
  bool greets = false;         // it has sent `connected`: it owes that on every link
  // For so long its server knows the ids of messages, and applies none twice.
  Duration ack_window = seconds(600);

  // The first dial of an endpoint is given the full time; a path that is known to be quick is not,
  // or a dial begun while it was broken would hold up the one that would succeed.
  Duration connect_timeout(Duration configured, int timeouts_in_row) const;

  friend bool operator==(const Path&, const Path&) = default;
};

}  // namespace keepline
