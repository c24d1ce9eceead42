// One server node: a backlog that is taken at a steady rate, and one processor that does one job
// after the other. Values only; who calls it keeps the time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "event_queue.hpp"

namespace keepline::sim::herd {

struct Knock {
  std::uint32_t client = 0;
  std::uint32_t dial = 0;
};

struct Job {
  enum class Kind : std::uint8_t { greet, resume, fetch };
  Kind kind = Kind::greet;
  Knock whose;
  Word word = {};
};

struct Node {
  bool is_up = true;
  std::uint32_t life = 0;   // how often it has died
  bool is_leaving = false;  // what it has is sent away, and nobody is sent to it
  std::deque<Knock> backlog;
  std::deque<Job> jobs;
  bool takes = false;  // the dial in front of the backlog is being taken
  bool works = false;  // the job in front is being done
  // Figures.
  std::size_t backlog_most = 0;
  std::uint64_t dropped = 0;  // first packets that found the backlog full
  std::uint64_t greeted = 0;  // dials that ended well
  double worked_ms = 0;

  // A dial is there. False where the backlog is full: nobody answers then.
  bool knock(Knock dial, std::size_t backlog_max) {
    if (backlog.size() >= backlog_max) {
      ++dropped;
      return false;
    }
    backlog.push_back(dial);
    backlog_most = std::max(backlog_most, backlog.size());
    return true;
  }
  // Whether the next in the backlog, or the next job, begins now.
  bool begins_to_take() { return !takes && !backlog.empty() && (takes = true); }
  bool begins_to_work() { return !works && !jobs.empty() && (works = true); }
  Knock taken() {
    takes = false;
    const Knock dial = backlog.front();
    backlog.pop_front();
    return dial;
  }
  Job worked() {
    works = false;
    Job job = jobs.front();
    jobs.pop_front();
    return job;
  }
  // The process ends, and with it all that waits.
  void die() {
    ++life;
    is_up = false;
    is_leaving = false;
    backlog.clear();
    jobs.clear();
    takes = works = false;
  }
};

}  // namespace keepline::sim::herd
