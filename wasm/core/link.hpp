// One socket, from OpenSocket until it is let go: how far it has come, and all that ends with it.
//
// Values and the earliest of their deadlines; the machine acts on them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "announcer.hpp"
#include "close_policy.hpp"
#include "features.hpp"
#include "heartbeat.hpp"
#include "ids.hpp"
#include "renewal.hpp"
#include "resume.hpp"
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

enum class LinkTimer : std::uint8_t {
  connect,      // the dial has had its time
  greeting,     // live without a first frame
  leaving,      // the server is going away, and no close came
  first_frame,  // unproven where none came until then
  proof,        // the link has lasted
  verdict,      // the server has not said how the stream goes on
};
inline constexpr std::size_t link_timer_count = 6;

struct Link {
  Link(const HeartbeatOptions& options, std::optional<Fingerprint> token)
      : renewal(token), heartbeat(options) {
    timers.fill(never);
  }

  SocketId socket;
  HostClock::time_point dialled_at{};
  Stage stage = Stage::opening;
  HostClock::time_point opened_at{};
  HostClock::time_point live_at{};
  std::optional<Features> features;  // of a server that speaks the protocol: control names are its
  std::uint64_t frames = 0;
  bool may_greet = false;  // it was offered keepline.v1 with a token, and may still look at that
  bool unproven = false;   // nothing has arrived, and an answer is overdue
  bool slept = false;      // before it was live: looked at when it is
  // Until then a frame finds nothing due, as long as nothing else happens; nothing where that must
  // be worked out.
  std::optional<Instant> quiet_until;
  std::optional<RetryHint> hint;  // of `going_away`
  SendWindow window;
  Announcer announcer;
  Renewal renewal;
  Resume resume;
  std::array<HostClock::time_point, link_timer_count> timers{};  // `never` where not armed
  Heartbeat heartbeat;

  HostClock::time_point& at(LinkTimer timer) { return timers[static_cast<std::size_t>(timer)]; }
  // Whether a deadline has come; then it is off.
  bool take_due(LinkTimer timer, const Instant& now) {
    if (now.monotonic < at(timer)) return false;
    at(timer) = never;
    return true;
  }

  bool is_open() const { return stage >= Stage::opened; }
  bool is_live() const { return stage >= Stage::live; }

  // By each of the clocks: most of what is due is due by the monotonic one alone.
  Instant deadline() const {
    Instant first = renewal.deadline();
    for (const auto due : {heartbeat.deadline(), window.deadline(), announcer.deadline()}) {
      first.monotonic = std::min(first.monotonic, due);
    }
    for (const auto due : timers) first.monotonic = std::min(first.monotonic, due);
    return first;
  }

  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace keepline
