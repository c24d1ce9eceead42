// One socket, from OpenSocket until it is let go: how far it has come, and all that ends with it.
//
// Values and the earliest of their deadlines; the machine acts on them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "announcer.hpp"
#include "close_policy.hpp"
#include "heartbeat.hpp"
#include "ids.hpp"
#include "renewal.hpp"
#include "send_window.hpp"
#include "time.hpp"

namespace keepline {

// A link comes through these in order, and may pass several at once.
enum class Stage : std::uint8_t {
  opening,
  opened,   // nothing is known of who is at the other end
  greeted,  // `connected` was read, or this endpoint never sent one: subscriptions are announced
  synced,   // nothing of an earlier link is owed any more: events are delivered
  live,     // shown as connected: the queue goes out
  proven,   // it has lasted: what failed before is forgiven
};

// What `connected` says that the server can do.
struct Features {
  bool subscribe = false;
  bool reauth = false;

  friend bool operator==(const Features&, const Features&) = default;
};

struct Link {
  SocketId socket;
  HostClock::time_point dialled_at{};
  Stage stage = Stage::opening;
  HostClock::time_point opened_at{};
  HostClock::time_point live_at{};
  std::optional<Features> features;  // of a server that speaks the protocol: control names are its
  std::uint64_t frames = 0;
  bool unproven = false;              // nothing has arrived, and an answer is overdue
  bool slept = false;                 // before it was live: looked at when it is
  std::optional<RetryHint> hint;      // of `going_away`
  Heartbeat heartbeat;
  SendWindow window;
  Announcer announcer;
  Renewal renewal;

  HostClock::time_point connect_due = never;     // the dial has had its time
  HostClock::time_point greeting_due = never;    // live without a first frame
  HostClock::time_point leaving_due = never;     // the server is going away, and no close came
  HostClock::time_point first_frame_due = never; // unproven where none came until then
  HostClock::time_point proof_due = never;       // the link has lasted

  bool is_open() const { return stage >= Stage::opened; }
  bool is_live() const { return stage >= Stage::live; }

  // By each of the clocks: most of what is due is due by the monotonic one alone.
  Instant deadline() const {
    Instant first = renewal.deadline();
    first.monotonic =
        std::min({first.monotonic, heartbeat.deadline(), window.deadline(), announcer.deadline(),
                  connect_due, greeting_due, leaving_due, first_frame_due, proof_due});
    return first;
  }

  friend bool operator==(const Link&, const Link&) = default;
};

// Whether a deadline has come; then it is off.
inline bool take_due(HostClock::time_point& due, const Instant& now) {
  if (now.monotonic < due) return false;
  due = never;
  return true;
}

}  // namespace keepline
