// When to ping, when to probe, when to give a link up; and the round-trip figures.
//
// A value that is told what happened and answers what is due. Deadlines are absolute: whoever calls
// late or often does no harm. A deadline handled more than a second late is not evidence of
// anything but a sleeping timer, so it asks once more before a link is declared dead. Silence
// counts only where an answer is owed. It sends nothing and knows no socket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "metrics.hpp"
#include "options.hpp"
#include "time.hpp"

namespace keepline {

inline constexpr Duration server_interval_min = seconds(5);
inline constexpr Duration server_interval_max = seconds(120);
inline constexpr Duration probe_wait_max = seconds(10);
inline constexpr double probe_rtt_factor = 4;
inline constexpr Duration late_not_evidence = seconds(1);
inline constexpr std::size_t rtt_samples_max = 50;
inline constexpr std::size_t ping_outcomes_max = 20;
// Pings that may still be answered: a path may be slower than the interval between them.
inline constexpr std::size_t open_pings_max = 16;
// A probe whose own deadline came late is repeated this often; then silence counts, or a page whose
// timers run once a minute would keep a dead link for ever.
inline constexpr int late_probes_max = 1;

// Round-trip figures of one endpoint; they outlive a link.
class RoundTrips {
 public:
  void record(Duration rtt);
  void record_ping(bool answered);
  std::optional<Duration> p95() const { return quantile(0.95); }
  Quality quality() const;

  friend bool operator==(const RoundTrips&, const RoundTrips&) = default;

 private:
  std::optional<Duration> quantile(double share) const;

  std::array<double, rtt_samples_max> samples_{};
  std::size_t sample_count_ = 0;  // ever
  std::array<bool, ping_outcomes_max> outcomes_{};
  std::size_t outcome_count_ = 0;  // ever
  double jitter_ = 0;
};

// What is due now.
enum class Beat : std::uint8_t {
  nothing,
  ping,        // send one; then ping_sent()
  unanswered,  // a ping went unanswered and none was owed: count it, say it once
  dead,        // the link owes an answer and is silent
};

class Heartbeat {
 public:
  explicit Heartbeat(const HeartbeatOptions& options)
      : options_(options), interval_(options.interval) {}

  // The link became usable; the first ping is due one interval later.
  void start(HostClock::time_point now);
  void stop();
  // The server's wish, clamped; the running wait is measured anew from `now`.
  void set_interval(HostClock::time_point now, Duration interval);
  // `connected` arrived: from here on silence is evidence.
  void owe_answers() { owed_ = true; }

  // Any frame: proof of life.
  void frame_arrived();
  // A pong; `id` is 0 for a bare one, which answers the latest ping. True where it answered ours.
  bool pong_arrived(HostClock::time_point now, std::uint32_t id, RoundTrips& round_trips);
  // Asks for one probe at the next due(), which is due now, unless one is on its way.
  void request_probe(HostClock::time_point now);
  // The machine slept, or its timers did: a round trip measured across the gap says nothing, and
  // the answer to a ping from before a true sleep is not owed.
  void woke(bool slept);

  // What is due at `now`; call until it says nothing. `pinged` is called after a Beat::ping was
  // sent.
  Beat due(HostClock::time_point now, RoundTrips& round_trips);
  std::uint32_t pinged(HostClock::time_point now, RoundTrips& round_trips);

  // `never` where it is stopped.
  HostClock::time_point deadline() const;
  bool answers_seen() const { return answered_; }

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
  bool owed_ = false;      // after `connected`, or once a ping was answered
  bool answered_ = false;  // ever, on this endpoint
  HostClock::time_point next_ping_ = never;
  HostClock::time_point answer_due_ = never;
  std::array<Ping, open_pings_max> pings_{};
  std::uint32_t last_id_ = 0;
  bool alive_since_ping_ = false;
  bool probing_ = false;                        // the outstanding ping is a probe
  HostClock::time_point probe_wanted_ = never;  // since when
  int late_probes_ = 0;
};

}  // namespace keepline
