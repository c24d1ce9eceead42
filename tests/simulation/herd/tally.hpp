// What is counted of a run: dials and their ends, replays and fetches, and how long everybody was
// away. Counts as it is told, and judges nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "event_queue.hpp"

namespace keepline::sim::herd {

// The most that fell into any 100 ms whose first moment is in [from, to). `times` rise.
std::uint64_t worst_window(const std::vector<Moment>& times, Moment from, Moment to);
inline constexpr Moment window_ms = 100;

struct Quantiles {
  std::size_t count = 0;
  Moment p50 = 0;
  Moment p95 = 0;
  Moment most = 0;
};
// Of any order; the smallest of them that so many parts of all do not exceed.
Quantiles quantiles_of(std::vector<Moment> samples);

// One second of a run. The last two: how many clients at its end.
struct Second {
  std::uint64_t dials = 0;
  std::uint64_t resumes = 0;
  std::uint64_t events = 0;
  std::uint64_t fetches = 0;
  std::int64_t usable = 0;
  std::int64_t live = 0;
};

struct Tally {
  // Before the trouble everybody comes; that is no part of it.
  bool counts = false;

  std::vector<Moment> dials;
  std::vector<Moment> fetches;
  std::uint64_t opened = 0;
  std::uint64_t refused = 0;        // and broken before they were open
  std::uint64_t abandoned = 0;      // by the client
  std::uint64_t pending = 0;        // when the run ended
  std::uint64_t offline_dials = 0;  // that no network took: no dials to anybody else
  std::uint64_t double_dials = 0;   // while another dial or link of the same client was there
  std::uint64_t links_lost = 0;
  std::uint64_t resumes = 0;
  std::uint64_t gaps = 0;
  std::uint64_t events_replayed = 0;
  std::uint64_t gave_up = 0;
  std::uint64_t not_back = 0;
  std::vector<Moment> usable_after;  // of each link that was lost
  std::vector<Moment> live_after;    // and of each stretch in which something was missing
  // Of the nodes.
  std::uint64_t backlog_most = 0;
  std::uint64_t dropped = 0;
  std::vector<Second> seconds;

  Second& at(Moment now) {
    const auto place = static_cast<std::size_t>(now / 1000);
    if (seconds.size() <= place) seconds.resize(place + 1);
    return seconds[place];
  }
  void dial(Moment now) {
    if (!counts) return;
    dials.push_back(now);
    ++at(now).dials;
  }
  void fetch(Moment now) {
    if (!counts) return;
    fetches.push_back(now);
    ++at(now).fetches;
  }
  void resume(Moment now, std::uint64_t missed) {
    if (!counts) return;
    ++resumes;
    events_replayed += missed;
    ++at(now).resumes;
    at(now).events += missed;
  }
  void end_dial(std::uint64_t Tally::*how) {
    if (counts) ++(this->*how);
  }
  // Turns the steps up and down of both curves into heights.
  void close(std::int64_t usable_before, std::int64_t live_before);
};

}  // namespace keepline::sim::herd
