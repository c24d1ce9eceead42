#include <algorithm>
#include <set>
#include <utility>

#include "generate.hpp"
#include "state.hpp"
#include "typescript.hpp"

namespace keepline::generate {
namespace {

// A trigger that leads away from so many phases would draw a line from each: the text beside the
// diagram says it once, and the table says it in full.
constexpr std::size_t drawn_from_max = 5;

bool is_drawn(Trigger trigger) {
  std::set<Phase> from;
  for (const Transition& row : transitions()) {
    if (row.trigger == trigger) from.insert(row.from);
  }
  return from.size() <= drawn_from_max;
}

// In the order of their first appearance.
void add_once(Words& words, std::string_view word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.emplace_back(word);
}

std::string joined(const Words& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

// What `pick` gives of the rows that `keep` keeps, each once.
template <class Keep, class Pick>
std::string list(Keep keep, Pick pick) {
  Words out;
  for (const Transition& row : transitions()) {
    if (keep(row)) add_once(out, to_string(pick(row)));
  }
  return joined(out);
}

}  // namespace

std::string state_diagram() {
  std::string out = "```mermaid\nstateDiagram-v2\n  [*] --> idle\n";
  std::set<std::pair<Phase, Phase>> drawn;
  for (const Transition& row : transitions()) {
    if (!is_drawn(row.trigger) || !drawn.insert({row.from, row.to}).second) continue;
    const std::string labels = list(
        [&](const Transition& other) {
          return other.from == row.from && other.to == row.to && is_drawn(other.trigger);
        },
        [](const Transition& other) { return other.trigger; });
    out += "  " + std::string(to_string(row.from)) + " --> " + std::string(to_string(row.to)) +
           ": " + labels + "\n";
  }
  out += "```\n\nFrom most phases, and therefore not drawn:\n\n";
  std::set<Trigger> told;
  for (const Transition& row : transitions()) {
    if (is_drawn(row.trigger) || !told.insert(row.trigger).second) continue;
    const auto same = [&](const Transition& other) { return other.trigger == row.trigger; };
    out += "- " + std::string(to_string(row.trigger)) + " leads to " +
           list(same, [](const Transition& other) { return other.to; }) + ".\n";
  }
  return out;
}

std::string transition_rows() {
  std::string out = "| from | on | to |\n|---|---|---|\n";
  std::set<std::pair<Phase, Trigger>> told;
  for (const Transition& row : transitions()) {
    if (!told.insert({row.from, row.trigger}).second) continue;
    const std::string targets = list(
        [&](const Transition& other) {
          return other.from == row.from && other.trigger == row.trigger;
        },
        [](const Transition& other) { return other.to; });
    out += "| `" + std::string(to_string(row.from)) + "` | " + std::string(to_string(row.trigger)) +
           " | " + targets + " |\n";
  }
  return out;
}

}  // namespace keepline::generate
