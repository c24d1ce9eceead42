// The whole machine, driven by bytes: each input is a script of the simulation, and every invariant
// of the simulation is judged while it plays. A failure is shrunk and told as a script.
//   input: two bytes that draw the options; then acts, a byte each and two for each number
#include "dice.hpp"
#include "shrink.hpp"
#include "target.hpp"

namespace keepline::fuzz {
namespace {

using sim::Act;
using sim::Script;

constexpr std::size_t acts_max = 150;
constexpr unsigned fraction_mark = 0x8000;
constexpr unsigned exact_max = 200;

// Small numbers as they are, for places in menus; shares of one; and milliseconds up to a minute.
double take_number(std::string_view& input) {
  const unsigned high = take_byte(input);
  const unsigned value = high * 256 + take_byte(input);
  if ((value & fraction_mark) != 0) return (value - fraction_mark) / 32768.0;
  return value <= exact_max ? value : (value - exact_max) * 2.0;
}

Script script_of(std::string_view input) {
  Script script;
  script.seed = take_byte(input) * 256U;
  script.seed += take_byte(input);
  script.options = sim::Dice(script.seed).options();
  const auto verbs = sim::act_verbs();
  while (!input.empty() && script.acts.size() < acts_max) {
    Act act{static_cast<std::uint8_t>(take_byte(input) % verbs.size()), {}};
    for (std::size_t index = 0; index < verbs[act.verb].arguments; ++index) {
      act.with[index] = take_number(input);
    }
    script.acts.push_back(act);
  }
  return script;
}

}  // namespace

void run(std::string_view input) {
  const Script script = script_of(input);
  sim::World world = sim::begin_world(script);
  for (const Act& act : script.acts) {
    sim::perform(world, act);
    if (world.problems().empty()) continue;
    demand_none(sim::report_failure(script, world.problems().front()));
  }
}

}  // namespace keepline::fuzz
