// The choices of a walk, apart from the machine's own randomness: what may happen in one step, and
// how likely it is. Draws a script and never looks at the world that it will be played to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "random.hpp"
#include "script.hpp"

namespace keepline::sim {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::vector<Act> options();
  // How the surroundings behave from here on.
  void surroundings(std::vector<Act>& acts);
  // One step: usually one act.
  void step(std::vector<Act>& acts);

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.next() % bound); }
  double index(std::size_t bound) { return static_cast<double>(below(bound)); }
  bool one_in(std::size_t bound) { return below(bound) == 0; }
  double between(double from, double to) { return from + (to - from) * random_.unit(); }

  void pass_time(std::vector<Act>& acts);
  void act_on_link(std::vector<Act>& acts);
  void command(std::vector<Act>& acts);
  void disturb(std::vector<Act>& acts);
  // What takes several acts in their order: chance alone would need too long. An act a step.
  void begin_story();
  void tell_of_tokens(std::vector<Act>& acts);
  void tell_of_absence(std::vector<Act>& acts);
  void tell_of_the_path(std::vector<Act>& acts);
  void tell_of_the_stream(std::vector<Act>& acts);

  Random random_;
  std::vector<Act> story_;
  std::size_t told_ = 0;  // of its acts
};

}  // namespace keepline::sim
