#include "random_walk.hpp"

#include <memory>
#include <optional>

#include "dice.hpp"

namespace keepline::sim {
namespace {

// One walk in so many is played again from its script and must tell the same, to the byte.
constexpr std::uint64_t repeated_one_in = 16;

void compare(World& world, const World& twin) {
  if (world.core() == twin.core()) return;
  world.books().complain(Invariant::same_log, "a copy fed with the same inputs went another way");
}

// The second quarter and the last are also walked by a copy; plays one act to the world and to it.
class Twins {
 public:
  explicit Twins(World& world) : world_(world) {}

  void play(const Act& act) {
    perform(world_, act);
    if (twin_) perform(*twin_, act);
  }
  void part() {
    if (twin_) return;
    twin_ = std::make_unique<World>(world_);
    twin_->trace = nullptr;
  }
  void meet() {
    if (twin_) compare(world_, *twin_);
    twin_.reset();
  }

 private:
  World& world_;
  std::unique_ptr<World> twin_;
};

// Whether the script, played to a new world, tells the same.
bool repeats(const Script& script, Judged judged, const std::string& told) {
  std::string again;
  run_script(script, judged, &again);
  return again == told;
}

}  // namespace

WalkResult walk(const Walk& walk) {
  WalkResult result;
  Dice dice(walk.seed * 2 + 1);
  result.script.seed = walk.seed;
  result.script.options = dice.options();
  std::vector<Act>& acts = result.script.acts;
  World world = begin_world(result.script);
  world.books().judge_only(walk.judged);
  std::string told;
  const bool repeated = walk.seed % repeated_one_in == 1;
  if (repeated) world.trace = &told;
  Twins twins(world);
  dice.surroundings(acts);
  std::size_t played = 0;
  const std::uint64_t quarter = walk.steps / 4 + 1;
  for (; result.steps < walk.steps && world.problems().empty(); ++result.steps) {
    if ((result.steps / quarter) % 2 == 1) {
      twins.part();
    } else {
      twins.meet();
    }
    dice.step(acts);
    for (; played < acts.size(); ++played) twins.play(acts[played]);
    result.phases_seen |= std::uint64_t{1} << static_cast<unsigned>(world.phase());
  }
  twins.meet();
  if (repeated && world.problems().empty() && !repeats(result.script, walk.judged, told)) {
    world.books().complain(Invariant::same_log, "a script played again told something else");
  }
  result.problems = world.problems();
  result.dials = world.dials;
  result.delivered = world.delivered;
  return result;
}

Script draw(std::uint64_t seed, std::uint64_t steps) {
  Dice dice(seed * 2 + 1);
  Script script;
  script.seed = seed;
  script.options = dice.options();
  dice.surroundings(script.acts);
  for (std::uint64_t step = 0; step < steps; ++step) dice.step(script.acts);
  return script;
}

std::vector<Problem> run_script(const Script& script, Judged judged, std::string* trace) {
  World world = begin_world(script);
  world.books().judge_only(judged);
  world.trace = trace;
  Twins twins(world);
  for (std::size_t index = 0; index < script.acts.size(); ++index) {
    if (!world.problems().empty()) break;
    if (index == script.acts.size() / 2) twins.part();
    twins.play(script.acts[index]);
  }
  twins.meet();
  return world.problems();
}

}  // namespace keepline::sim
