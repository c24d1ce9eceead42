#include "state.hpp"

#include <algorithm>

#include "text.hpp"

namespace keepline {
namespace {

// Read as: in `from`, `trigger` may lead to `to`. A dial begins in `authenticating` where there is
// a token provider, in `dialling` where there is none, and ends in `refused` where there is no
// endpoint to dial. What is not listed does not happen, and a test says so.
using P = Phase;
using T = Trigger;
constexpr Transition table[] = {
    {P::idle, T::command_connect, P::authenticating},
    {P::idle, T::command_connect, P::dialling},
    {P::idle, T::command_connect, P::refused},
    {P::idle, T::command_disconnect, P::closed},
    {P::idle, T::command_reconnect, P::authenticating},
    {P::idle, T::command_reconnect, P::dialling},
    {P::idle, T::command_reconnect, P::waiting},
    {P::idle, T::command_reconnect, P::refused},
    {P::idle, T::command_set_identity, P::authenticating},
    {P::idle, T::command_set_identity, P::dialling},
    {P::idle, T::command_set_identity, P::idle},
    {P::idle, T::command_set_identity, P::refused},
    {P::idle, T::command_token_changed, P::authenticating},
    {P::idle, T::command_token_changed, P::dialling},
    {P::idle, T::command_token_changed, P::refused},
    {P::idle, T::page_signal, P::authenticating},
    {P::idle, T::page_signal, P::waiting},
    {P::idle, T::page_left, P::paused},

    {P::authenticating, T::token_received, P::dialling},
    {P::authenticating, T::token_received, P::refused},
    {P::authenticating, T::token_absent, P::idle},
    {P::authenticating, T::token_failed, P::waiting},
    {P::authenticating, T::token_failed, P::suspended},
    {P::authenticating, T::token_failed, P::refused},
    {P::authenticating, T::link_refused, P::refused},
    {P::authenticating, T::command_disconnect, P::closed},
    {P::authenticating, T::command_reconnect, P::authenticating},
    {P::authenticating, T::command_reconnect, P::waiting},
    {P::authenticating, T::command_set_identity, P::authenticating},
    {P::authenticating, T::command_set_identity, P::idle},
    {P::authenticating, T::page_signal, P::waiting},
    {P::authenticating, T::page_left, P::paused},

    {P::dialling, T::link_usable, P::ready},
    {P::dialling, T::link_lost, P::waiting},
    {P::dialling, T::link_lost, P::suspended},
    {P::dialling, T::link_rejected, P::waiting},
    {P::dialling, T::link_rejected, P::refused},
    {P::dialling, T::link_refused, P::refused},
    {P::dialling, T::deadline, P::waiting},
    {P::dialling, T::deadline, P::suspended},
    {P::dialling, T::command_disconnect, P::closed},
    {P::dialling, T::command_reconnect, P::authenticating},
    {P::dialling, T::command_reconnect, P::dialling},
    {P::dialling, T::command_reconnect, P::waiting},
    {P::dialling, T::command_set_identity, P::authenticating},
    {P::dialling, T::command_set_identity, P::dialling},
    {P::dialling, T::command_set_identity, P::idle},
    {P::dialling, T::page_signal, P::waiting},
    {P::dialling, T::page_left, P::paused},

    {P::ready, T::link_lost, P::waiting},
    {P::ready, T::link_lost, P::suspended},
    {P::ready, T::link_rejected, P::waiting},
    {P::ready, T::link_rejected, P::authenticating},
    {P::ready, T::link_rejected, P::dialling},
    {P::ready, T::link_rejected, P::refused},
    {P::ready, T::link_refused, P::refused},
    {P::ready, T::token_absent, P::idle},
    {P::ready, T::link_silent, P::authenticating},
    {P::ready, T::link_silent, P::dialling},
    {P::ready, T::link_silent, P::waiting},
    {P::ready, T::link_silent, P::suspended},
    {P::ready, T::deadline, P::waiting},
    {P::ready, T::deadline, P::suspended},
    {P::ready, T::command_disconnect, P::closed},
    {P::ready, T::command_reconnect, P::authenticating},
    {P::ready, T::command_reconnect, P::dialling},
    {P::ready, T::command_reconnect, P::waiting},
    {P::ready, T::command_set_identity, P::authenticating},
    {P::ready, T::command_set_identity, P::dialling},
    {P::ready, T::command_set_identity, P::idle},
    {P::ready, T::page_left, P::paused},

    {P::waiting, T::deadline, P::authenticating},
    {P::waiting, T::deadline, P::dialling},
    {P::waiting, T::link_refused, P::refused},
    {P::waiting, T::command_disconnect, P::closed},
    {P::waiting, T::command_reconnect, P::authenticating},
    {P::waiting, T::command_reconnect, P::dialling},
    {P::waiting, T::command_reconnect, P::waiting},
    {P::waiting, T::command_reconnect, P::refused},
    {P::waiting, T::command_set_identity, P::authenticating},
    {P::waiting, T::command_set_identity, P::dialling},
    {P::waiting, T::command_set_identity, P::idle},
    {P::waiting, T::deadline, P::refused},
    {P::waiting, T::page_left, P::paused},

    {P::suspended, T::deadline, P::authenticating},
    {P::suspended, T::deadline, P::dialling},
    {P::suspended, T::page_signal, P::waiting},
    {P::suspended, T::link_refused, P::refused},
    {P::suspended, T::command_connect, P::authenticating},
    {P::suspended, T::command_connect, P::dialling},
    {P::suspended, T::command_disconnect, P::closed},
    {P::suspended, T::command_reconnect, P::authenticating},
    {P::suspended, T::command_reconnect, P::dialling},
    {P::suspended, T::command_reconnect, P::waiting},
    {P::suspended, T::command_set_identity, P::authenticating},
    {P::suspended, T::command_set_identity, P::dialling},
    {P::suspended, T::command_set_identity, P::idle},
    {P::suspended, T::page_left, P::paused},

    {P::paused, T::page_back, P::idle},
    {P::paused, T::page_back, P::closed},
    {P::paused, T::page_back, P::refused},
    {P::paused, T::page_back, P::authenticating},
    {P::paused, T::page_back, P::dialling},
    {P::paused, T::page_back, P::waiting},
    {P::paused, T::page_back, P::suspended},
    {P::paused, T::command_disconnect, P::closed},
    {P::paused, T::command_reconnect, P::authenticating},
    {P::paused, T::command_reconnect, P::dialling},
    {P::paused, T::command_reconnect, P::waiting},
    {P::paused, T::command_reconnect, P::refused},

    {P::refused, T::command_connect, P::authenticating},
    {P::refused, T::command_connect, P::dialling},
    {P::refused, T::command_connect, P::refused},
    {P::refused, T::command_disconnect, P::closed},
    {P::refused, T::command_reconnect, P::authenticating},
    {P::refused, T::command_reconnect, P::dialling},
    {P::refused, T::command_reconnect, P::waiting},
    {P::refused, T::command_reconnect, P::refused},
    {P::refused, T::command_set_identity, P::authenticating},
    {P::refused, T::command_set_identity, P::dialling},
    {P::refused, T::command_set_identity, P::idle},
    {P::refused, T::command_set_identity, P::refused},
    {P::refused, T::command_token_changed, P::authenticating},
    {P::refused, T::command_token_changed, P::dialling},
    {P::refused, T::command_token_changed, P::refused},
    {P::refused, T::page_left, P::paused},

    {P::closed, T::command_connect, P::authenticating},
    {P::closed, T::command_connect, P::dialling},
    {P::closed, T::command_connect, P::refused},
    {P::closed, T::command_connect, P::idle},
    {P::closed, T::command_reconnect, P::authenticating},
    {P::closed, T::command_reconnect, P::dialling},
    {P::closed, T::command_reconnect, P::waiting},
    {P::closed, T::command_reconnect, P::refused},
    {P::closed, T::command_reconnect, P::idle},
    {P::closed, T::command_set_identity, P::authenticating},
    {P::closed, T::command_set_identity, P::dialling},
    {P::closed, T::command_set_identity, P::idle},
    {P::closed, T::command_set_identity, P::refused},
    {P::closed, T::page_left, P::paused},
};

}  // namespace

std::span<const Transition> transitions() { return table; }

bool is_legal(Phase from, Trigger trigger, Phase to) {
  return std::any_of(std::begin(table), std::end(table), [&](const Transition& row) {
    return row.from == from && row.trigger == trigger && row.to == to;
  });
}

State public_state(Phase phase, Episode episode) {
  switch (phase) {
    case Phase::ready:
      return State::connected;
    case Phase::authenticating:
    case Phase::dialling:
    case Phase::waiting:
      switch (episode) {
        case Episode::first:
          return State::connecting;
        case Episode::again:
          return State::reconnecting;
        case Episode::exhausted:
          return State::disconnected;
      }
      break;
    case Phase::idle:
    case Phase::suspended:
    case Phase::paused:
    case Phase::refused:
    case Phase::closed:
      break;
  }
  return State::disconnected;
}

Reason public_reason(Phase phase, Episode episode, bool signed_out) {
  switch (phase) {
    case Phase::idle:
      return signed_out ? Reason::signed_out : Reason::none;
    case Phase::authenticating:
    case Phase::dialling:
    case Phase::waiting:
      return episode == Episode::exhausted ? Reason::exhausted : Reason::none;
    case Phase::suspended:
      return Reason::exhausted;
    case Phase::paused:
      return Reason::page_hidden;
    case Phase::refused:
      return Reason::refused;
    case Phase::closed:
      return Reason::application;
    case Phase::ready:
      break;
  }
  return Reason::none;
}

bool can_retry(Phase phase) {
  switch (phase) {
    case Phase::authenticating:
    case Phase::dialling:
    case Phase::ready:
    case Phase::waiting:
    case Phase::suspended:
    case Phase::refused:
      return true;
    case Phase::idle:
    case Phase::paused:
    case Phase::closed:
      break;
  }
  return false;
}

std::string_view to_string(Phase phase) {
  constexpr std::string_view names =
      "idle,authenticating,dialling,ready,waiting,suspended,paused,refused,closed";
  static_assert(names_all(names, Phase::closed));
  return name_in(names, phase);
}

std::string_view to_string(State state) {
  constexpr std::string_view names = "connecting,connected,reconnecting,disconnected";
  static_assert(names_all(names, State::disconnected));
  return name_in(names, state);
}

std::string_view to_string(Reason reason) {
  constexpr std::string_view names = ",signed_out,application,exhausted,refused,page_hidden";
  static_assert(names_all(names, Reason::page_hidden));
  return name_in(names, reason);
}

std::string_view to_string(Delivery delivery) {
  constexpr std::string_view names = ",live,catching_up,interrupted";
  static_assert(names_all(names, Delivery::interrupted));
  return name_in(names, delivery);
}

std::string_view to_string(Trigger trigger) {
  constexpr std::string_view names =
      "connect,disconnect,reconnect,setIdentity,tokenChanged,token received,"
      "nobody signed in,no token,usable,link lost,token rejected,stopped by policy,silence,"
      "deadline,page signal,page left,page back";
  static_assert(names_all(names, Trigger::page_back));
  return name_in(names, trigger);
}

}  // namespace keepline
