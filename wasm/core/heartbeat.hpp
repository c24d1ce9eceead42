// When to ping, when to probe, when to give a link up.
//
// A value of one link that is told what happened and answers what is due; what outlives the link is
// its Path. Deadlines are absolute: whoever calls late or often does no harm. A deadline handled
// more than a second late is not evidence of anything but a sleeping timer, so it asks once more
// before a link is declared dead. Silence counts only where an answer is owed, and not while bytes
// of ours are still on their way. It sends nothing and knows no socket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "options.hpp"
#include "path.hpp"
#include "time.hpp"

namespace keepline {

inline constexpr Duration server_interval_min = seconds(5);
inline constexpr Duration server_interval_max = seconds(120);
inline constexpr Duration probe_wait_max = seconds(10);
inline constexpr double probe_rtt_factor = 4;
inline constexpr Duration late_not_evidence = seconds(1);
// Pings that may still be answered: a path may be slower than the interval between them.
inline constexpr std::size_t open_pings_max = 16;
// A probe whose own deadline came late is repeated this often; then silence counts, or a page whose
// timers run once a minute would keep a dead link for ever.
inline constexpr int late_probes_max = 1;
// The slowest way up that is waited for (512 kbit/s): a ping stands behind what left before it.
// What browsers and kernels say is gone they may still hold, on a dead path too: hence the bounds,
// of what is taken on trust and of all.
inline constexpr double slowest_bytes_a_second = 64 * 1024;
inline constexpr Duration upload_trust_max = seconds(20);
inline constexpr Duration upload_patience_max = seconds(60);
// How long a server may be looking at a token before it hears anything but a greeting's answer.
inline constexpr Duration silent_ping_pause = seconds(2);

// What is due now.
enum class Beat : std::uint8_t {
  nothing,
  ping,        // send one; then pinged()
  unanswered,  // a ping went unanswered and none was owed: count it, say it once
  dead,        // the link owes an answer and is silent
};

class Heartbeat {
 public:
  explicit Heartbeat(const HeartbeatOptions& options)
      : options_(options), interval_(options.interval) {}

  // The link became usable; the first ping is due at `first_ping` where nothing has arrived that
  // would prove the link, else one interval later.
  void start(HostClock::time_point now, std::optional<HostClock::time_point> first_ping,
             const Path& path);
  // The server's wish, clamped; the running wait is measured anew from `now`.
  void set_interval(HostClock::time_point now, Duration interval);
  // `connected` arrived: from here on silence is evidence.
  void owe_answers() { owed_ = true; }

  // Any frame: proof of life.
  void frame_arrived();
  // A pong; `id` is 0 for a bare one, which answers the latest ping. True where it answered ours.
  bool pong_arrived(HostClock::time_point now, std::uint32_t id, Path& path);
  // So many bytes left the socket, and whether more wait in it: then the path itself takes them.
  void bytes_left(HostClock::time_point now, std::size_t bytes, bool more_wait);
  // Asks for one probe at the next due(), which is due now, unless one is on its way.
  void request_probe(HostClock::time_point now);
  // The machine slept, or its timers did: a round trip measured across the gap says nothing, and
  // the answer to a ping from before a true sleep is not owed.
  void woke(bool slept);

  // What is due at `now`; call until it says nothing. `pinged` is called after a Beat::ping was
  // sent.
  Beat due(HostClock::time_point now, Path& path);
  std::uint32_t pinged(HostClock::time_point now, Path& path);

  // `never` before it was started.
  HostClock::time_point deadline() const;

  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;

 private:
  struct Ping {
    std::uint32_t id = 0;  // 0: none, or answered, or given up
    HostClock::time_point sent_at{};
    bool measuring = false;
    friend bool operator==(const Ping&, const Ping&) = default;
  };

  Ping& ping_of(std::uint32_t id) { return pings_[id % open_pings_max]; }
  bool probe_outstanding(HostClock::time_point now) const;
  Duration probe_wait(const RoundTrips& round_trips) const;

  HeartbeatOptions options_;
  Duration interval_;
  bool owed_ = false;  // after `connected`, or once a ping was answered
  HostClock::time_point next_ping_ = never;
  HostClock::time_point answer_due_ = never;
  HostClock::time_point asked_at_{};     // the earliest ping that is owed an answer
  Duration answer_wait_{};               // for the latest ping
  HostClock::time_point upload_ends_{};  // at the slowest that is waited for
  std::uint32_t last_id_ = 0;
  bool alive_since_ping_ = false;
  bool probing_ = false;                        // the outstanding ping is a probe
  HostClock::time_point probe_wanted_ = never;  // since when
  int late_probes_ = 0;
  std::array<Ping, open_pings_max> pings_{};
};

}  // namespace keepline
