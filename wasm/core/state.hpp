// Phases of the machine, states that people see, and the one mapping between them.
//
// The phase says what the machine is doing; the state says what a person may believe of the data on
// the screen. The transition table is data: the machine checks itself against it and the diagram in
// the documentation is drawn from it. Nothing here acts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "endpoint.hpp"
#include "error.hpp"
#include "time.hpp"

namespace keepline {

enum class Phase : std::uint8_t {
  idle,            // nobody asked, or nobody is signed in
  authenticating,  // waiting for a token
  dialling,        // socket opening, or open and not yet usable
  ready,           // usable
  waiting,         // backing off
  suspended,       // attempts used up; a slow probe goes on
  paused,          // page frozen or in the back-forward cache
  refused,         // stopped by policy, authentication or configuration
  closed,          // the application said so
};
inline constexpr int phase_count = 9;

enum class State : std::uint8_t { connecting, connected, reconnecting, disconnected };

enum class Reason : std::uint8_t { none, signed_out, application, exhausted, refused, page_hidden };

// Which story the phases between two usable links belong to.
enum class Episode : std::uint8_t {
  first,      // no usable link yet since connect or a new identity
  again,      // there was one
  exhausted,  // attempts used up: probes come and go, people see one calm "disconnected" until
              // proof
};

// Of the event stream, on a link whose server keeps a log.
enum class Delivery : std::uint8_t {
  none,         // there is no such link
  live,         // nothing is missing that was not told of
  catching_up,  // what was missed is on its way, or the server has not said yet whether it is
  interrupted,  // something is missing, and nobody knows yet how much
};

// What moves the machine: the labels of the transition table.
enum class Trigger : std::uint8_t {
  command_connect,
  command_disconnect,
  command_reconnect,
  command_set_identity,
  command_token_changed,
  token_received,
  token_absent,
  token_failed,
  link_usable,
  link_lost,
  link_rejected,
  link_refused,
  link_silent,
  deadline,
  page_signal,
  page_left,
  page_back,
};

struct Transition {
  Phase from;
  Trigger trigger;
  Phase to;
};

std::span<const Transition> transitions();
bool is_legal(Phase from, Trigger trigger, Phase to);

State public_state(Phase phase, Episode episode);
Reason public_reason(Phase phase, Episode episode, bool signed_out);
bool can_retry(Phase phase);

std::string_view to_string(Phase phase);
std::string_view to_string(State state);
std::string_view to_string(Reason reason);      // empty for none
std::string_view to_string(Delivery delivery);  // empty for none
std::string_view to_string(Trigger trigger);

// An immutable snapshot; a new one is made only when one of these changes.
struct Status {
  State state = State::disconnected;
  Phase phase = Phase::idle;
  Reason reason = Reason::none;
  int attempt = 0;
  int max_attempts = 0;
  std::optional<WallClock::time_point> next_retry_at;
  WallClock::time_point since{};  // when `state` began
  std::optional<ConnectionError> error;
  bool can_retry = false;
  std::string endpoint;  // without its query; empty where there is none
  Environment environment = Environment::production;
  // While connected: nothing at all has come over this link although an answer is overdue.
  bool unproven = false;
  Delivery delivery = Delivery::none;

  friend bool operator==(const Status&, const Status&) = default;
};

}  // namespace keepline
