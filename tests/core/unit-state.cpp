// Phases, states and the transition table: what people may believe, and that no phase is a trap.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

#include "state.hpp"

using namespace keepline;

namespace {

constexpr Phase all_phases[] = {Phase::idle,   Phase::authenticating, Phase::dialling,
                                Phase::ready,  Phase::waiting,        Phase::suspended,
                                Phase::paused, Phase::refused,        Phase::closed};
constexpr Episode all_episodes[] = {Episode::first, Episode::again, Episode::exhausted};

bool leads(Phase from, Trigger trigger) {
  for (const Transition& row : transitions()) {
    if (row.from == from && row.trigger == trigger) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE("state") {
  TEST_CASE("every phase is listed once") { static_assert(std::size(all_phases) == phase_count); }

  TEST_CASE("no transition is listed twice") {
    std::set<std::tuple<Phase, Trigger, Phase>> seen;
    for (const Transition& row : transitions()) {
      const bool is_new = seen.emplace(row.from, row.trigger, row.to).second;
      CHECK_MESSAGE(is_new, to_string(row.from), " ", to_string(row.trigger));
    }
  }

  TEST_CASE("what is not in the table is not legal") {
    CHECK(is_legal(Phase::idle, Trigger::command_connect, Phase::authenticating));
    CHECK_FALSE(is_legal(Phase::idle, Trigger::link_usable, Phase::ready));
    CHECK_FALSE(is_legal(Phase::closed, Trigger::page_signal, Phase::waiting));
    CHECK_FALSE(is_legal(Phase::refused, Trigger::deadline, Phase::waiting));
  }

  TEST_CASE("disconnect leads from every phase but closed to closed") {
    for (const Phase phase : all_phases) {
      CHECK(is_legal(phase, Trigger::command_disconnect, Phase::closed) ==
            (phase != Phase::closed));
    }
  }

  TEST_CASE("reconnect leads out of every phase") {
    for (const Phase phase : all_phases) CHECK(leads(phase, Trigger::command_reconnect));
  }

  TEST_CASE("leaving the page pauses every phase") {
    for (const Phase phase : all_phases) {
      CHECK(is_legal(phase, Trigger::page_left, Phase::paused) == (phase != Phase::paused));
    }
  }

  TEST_CASE("neither time nor page signals lead out of closed and refused") {
    for (const Phase phase : {Phase::closed, Phase::refused}) {
      CHECK_FALSE(leads(phase, Trigger::deadline));
      CHECK_FALSE(leads(phase, Trigger::page_signal));
    }
  }

  TEST_CASE("only a usable link leads to ready") {
    for (const Transition& row : transitions()) {
      if (row.to != Phase::ready) continue;
      CHECK(row.from == Phase::dialling);
      CHECK(row.trigger == Trigger::link_usable);
    }
  }

  TEST_CASE("connected means usable and nothing else") {
    for (const Phase phase : all_phases) {
      for (const Episode episode : all_episodes) {
        CHECK((public_state(phase, episode) == State::connected) == (phase == Phase::ready));
      }
    }
  }

  TEST_CASE(
      "a dial or a wait is connecting at first, reconnecting after, disconnected once exhausted") {
    for (const Phase phase : {Phase::authenticating, Phase::dialling, Phase::waiting}) {
      CHECK(public_state(phase, Episode::first) == State::connecting);
      CHECK(public_state(phase, Episode::again) == State::reconnecting);
      CHECK(public_state(phase, Episode::exhausted) == State::disconnected);
    }
  }

  TEST_CASE("phases that wait for somebody else are disconnected in every episode") {
    for (const Phase phase :
         {Phase::idle, Phase::suspended, Phase::paused, Phase::refused, Phase::closed}) {
      for (const Episode episode : all_episodes) {
        CHECK(public_state(phase, episode) == State::disconnected);
      }
    }
  }

  TEST_CASE(
      "a reason is given exactly where the state is disconnected, but for an idle nobody asked") {
    for (const Phase phase : all_phases) {
      for (const Episode episode : all_episodes) {
        const bool disconnected = public_state(phase, episode) == State::disconnected;
        CHECK((public_reason(phase, episode, true) != Reason::none) == disconnected);
      }
    }
    CHECK(public_reason(Phase::idle, Episode::first, false) == Reason::none);
    CHECK(public_reason(Phase::idle, Episode::first, true) == Reason::signed_out);
    CHECK(public_reason(Phase::dialling, Episode::exhausted, false) == Reason::exhausted);
    CHECK(public_reason(Phase::suspended, Episode::exhausted, false) == Reason::exhausted);
    CHECK(public_reason(Phase::paused, Episode::again, false) == Reason::page_hidden);
    CHECK(public_reason(Phase::refused, Episode::again, false) == Reason::refused);
    CHECK(public_reason(Phase::closed, Episode::again, false) == Reason::application);
  }

  TEST_CASE("retry is offered wherever it does more than connect does") {
    for (const Phase phase : all_phases) {
      const bool offered = phase != Phase::idle && phase != Phase::paused && phase != Phase::closed;
      CHECK(can_retry(phase) == offered);
    }
  }

  TEST_CASE("enumerators are spelled like the strings that TypeScript sees") {
    CHECK(to_string(Phase::authenticating) == "authenticating");
    CHECK(to_string(State::reconnecting) == "reconnecting");
    CHECK(to_string(Reason::page_hidden) == "page_hidden");
    CHECK(to_string(Reason::none).empty());
    for (const Phase phase : all_phases) CHECK_FALSE(to_string(phase).empty());
  }
}
