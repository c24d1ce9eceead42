// A world for one test: whatever the test checks itself, the books must be in order at its end.
#pragma once

#include <doctest/doctest.h>

#include "world.hpp"

namespace keepline::sim {

class Scenario : public World {
 public:
  explicit Scenario(const Options& options = default_options(), std::uint64_t seed = 1)
      : World(options, seed) {}
  ~Scenario() {
    for (const Problem& problem : problems()) FAIL_CHECK(to_text(problem));
  }
  Scenario(const Scenario&) = default;
  Scenario& operator=(const Scenario&) = delete;

  // Connected and settled a second ago.
  void go_live() {
    connect();
    run_for(seconds(1));
    REQUIRE(state() == State::connected);
    clear();
  }
  // Live for long enough that earlier failures are forgiven.
  void go_live_and_prove() {
    go_live();
    run_for(seconds(61));
    REQUIRE(state() == State::connected);
    clear();
  }
  // In the long wait after six failures, with five seconds of it gone.
  void go_waiting() {
    server = refuses();
    connect();
    while (status().attempt < 6) REQUIRE(run_next(seconds(60)));
    REQUIRE(phase() == Phase::waiting);
    run_for(seconds(5));
    clear();
  }
  void exhaust() {
    for (int round = 0; round < 1000 && phase() != Phase::suspended; ++round) {
      run_next(seconds(60));
    }
    REQUIRE(phase() == Phase::suspended);
  }
  std::size_t pings() const {
    std::size_t count = 0;
    for (const SendFrame& frame : told<SendFrame>()) {
      if (frame.text == "ping" || frame.text.starts_with(R"({"type":"ping")")) ++count;
    }
    return count;
  }
};

}  // namespace keepline::sim
