#include "enumerate.hpp"

#include <algorithm>
#include <mutex>

#include "parallel.hpp"

namespace keepline::sim {
namespace {

std::uint64_t power(std::uint64_t base, std::size_t exponent) {
  std::uint64_t result = 1;
  for (; exponent > 0; --exponent) result *= base;
  return result;
}

// One thread's way through the tree of choices, depth first.
class Explorer {
 public:
  // Follows one of the first choices and all that can come after it.
  Explorer(const Plot& plot, const Bounds& bounds, std::size_t first)
      : plot_(plot), bounds_(bounds), first_(first) {
    // A world for each choice on each level, whose memory is used again and again.
    for (std::size_t level = 0; level < bounds.depth; ++level) {
      levels_.emplace_back(plot.choices.size(), begin_world(plot.beginning));
    }
  }

  const Enumeration& explore(const World& beginning) {
    descend(beginning);
    return result_;
  }

 private:
  void descend(const World& from) {
    const std::size_t level = path_.size();
    std::vector<World>& next = levels_[level];
    for (std::size_t choice = 0; choice < plot_.choices.size() && !result_.problem; ++choice) {
      World& world = next[choice];
      world = from;
      perform(world, plot_.choices[choice]);
      // The other first choices are others' to follow; those before this one are needed to compare.
      if (level == 0 && choice < first_) continue;
      if (level == 0 && choice > first_) return;
      ++result_.acts;
      path_.push_back(static_cast<std::uint8_t>(choice));
      note_problem(world);
      if (level + 1 == bounds_.depth) {
        ++result_.sequences;
      } else if (bounds_.merges && is_known(from, next, choice)) {
        ++result_.merged;
        result_.sequences += power(plot_.choices.size(), bounds_.depth - level - 1);
      } else {
        descend(world);
      }
      path_.pop_back();
    }
  }

  static bool is_known(const World& from, const std::vector<World>& next, std::size_t choice) {
    if (next[choice] == from) return true;
    const auto earlier = next.begin() + static_cast<std::ptrdiff_t>(choice);
    return std::find(next.begin(), earlier, next[choice]) != earlier;
  }

  void note_problem(const World& world) {
    if (world.problems().empty()) return;
    result_.problem = world.problems().front();
    result_.script = plot_.beginning;
    for (const std::uint8_t choice : path_) result_.script.acts.push_back(plot_.choices[choice]);
  }

  const Plot& plot_;
  const Bounds& bounds_;
  std::size_t first_;
  std::vector<std::vector<World>> levels_;
  std::vector<std::uint8_t> path_;
  Enumeration result_;
};

}  // namespace

void Enumeration::add(const Enumeration& other) {
  sequences += other.sequences;
  acts += other.acts;
  merged += other.merged;
  if (other.problem && !problem) {
    problem = other.problem;
    script = other.script;
  }
}

Enumeration enumerate(const Plot& plot, const Bounds& bounds) {
  World beginning = begin_world(plot.beginning);
  beginning.books().judge_only(bounds.judged);
  for (const Act& each : plot.beginning.acts) perform(beginning, each);
  Enumeration sum;
  std::mutex mutex;
  run_numbered(plot.choices.size(), [&](std::uint64_t first) {
    Explorer explorer(plot, bounds, static_cast<std::size_t>(first));
    const Enumeration& result = explorer.explore(beginning);
    const std::scoped_lock lock(mutex);
    sum.add(result);
    return !sum.problem.has_value();
  });
  return sum;
}

std::vector<Script> sample(const Plot& plot, std::size_t depth, std::uint64_t count) {
  const std::uint64_t choices = plot.choices.size();
  const std::uint64_t all = power(choices, depth);
  std::vector<Script> scripts;
  for (std::uint64_t each = 0; each < count; ++each) {
    Script script = plot.beginning;
    std::uint64_t rest = all / count * each;
    for (std::size_t level = 0; level < depth; ++level) {
      script.acts.push_back(plot.choices[static_cast<std::size_t>(rest % choices)]);
      rest /= choices;
    }
    scripts.push_back(std::move(script));
  }
  return scripts;
}

}  // namespace keepline::sim
