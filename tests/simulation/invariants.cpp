#include "invariants.hpp"

#include <array>

namespace keepline::sim {
namespace {

constexpr std::array<std::string_view, invariant_count> names = {
    "one live socket at most",
    "every phase has a way out",
    "a retry is pending unless the user, the policy or sign-out ended it",
    "delays stay in their window",
    "a closed socket or an answered token request changes nothing",
    "no event after unsubscribe, after disconnect or from an older identity",
    "order is kept",
    "bounds are never passed",
    "status and outputs agree",
    "the attempt counter resets only on proof",
    "reconnect() dials within its throttle",
    "the same log gives the same outputs",
    "a page signal or a wake is answered by a dial",
    "signals, returns and wakes dial once in five seconds",
    "nobody is asked or dialled for while nobody is signed in",
    "messages and events are on their own person's link",
    "a planned renewal takes place",
    "a fresh token that was not had stays owed",
    "a link on which nothing was heard is called unproven",
    "a link whose bytes still leave is not given up",
    "a page that nobody sees rests when its time is over",
    "events of the log are delivered once, in one order",
    "no event of the log comes before the verdict",
    "an event of the log is delivered, or lies in a gap that was told",
    "a message with an answer ends once, and goes again under its own id",
    "another user has no position and no answers of the former one",
    "no position is asked from twice in vain"};

}  // namespace

std::string_view to_string(Invariant invariant) {
  return names[static_cast<std::size_t>(invariant)];
}

std::optional<Invariant> invariant_named(std::string_view name) {
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (names[index] == name) return static_cast<Invariant>(index);
  }
  return std::nullopt;
}

std::string to_text(const Problem& problem) {
  return std::string(to_string(problem.invariant)).append(": ").append(problem.text);
}

}  // namespace keepline::sim
