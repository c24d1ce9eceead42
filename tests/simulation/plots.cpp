// The situations that are enumerated: eight choices at least, and what stands before them.
#include "enumerate.hpp"

namespace keepline::sim {
namespace {

// By their place in the menus.
constexpr double lost = 4;           // 1006
constexpr double unauthorised = 17;  // 4401
constexpr double restarting = 11;    // 1012
constexpr double no_reason = 0;
constexpr double half_a_second = 3;
constexpr double online = 0;
constexpr double visible = 2;
constexpr double frozen = 4;
constexpr double page_shown = 7;
constexpr double new_call = 0;
constexpr double accepts = 0;
constexpr double refuses = 1;
constexpr double answers = 0;
constexpr double same = 1;
constexpr double absent = 2;
constexpr double lives_30_s = 3;
constexpr double authed = 13;

Plot first_dial() {
  return {"the first dial",
          {1, {option("silent", 1)}, {act("subscribe"), act("connect")}},
          {act("next"), act("run", 16000), act("say_connected"), act("say", new_call),
           act("close", lost, no_reason), act("close", unauthorised, no_reason),
           act("close", restarting, half_a_second), act("signal", visible), act("reconnect"),
           act("disconnect")}};
}

Plot live_link() {
  return {"a live link",
          {2, {option("silent", 1)}, {act("subscribe"), act("connect"), act("run", 1000)}},
          {act("next"), act("stall"), act("skip", 12000), act("signal", online),
           act("say", new_call), act("send", 10, 2000), act("unsubscribe"), act("signal", frozen),
           act("signal", page_shown)}};
}

Plot who_is_signed_in() {
  return {"who is signed in",
          {3,
           {option("silent", 1)},
           {act("subscribe"), act("identity", 1), act("connect"), act("run", 1000)}},
          {act("next"), act("identity", 1), act("identity", 2), act("nobody"), act("token_changed"),
           act("close", lost, no_reason), act("close", unauthorised, no_reason), act("user", 2),
           act("send", 10, -1), act("reconnect")}};
}

Plot attempts_used_up() {
  return {"attempts used up",
          {4,
           {option("silent", 1), option("max_attempts", 1), option("token_provider", 0)},
           {act("upgrade", refuses), act("connect"), act("run", 3000), act("upgrade", accepts)}},
          {act("next"), act("run", 11000), act("close", lost, no_reason),
           act("close", unauthorised, no_reason), act("signal", visible), act("signal", frozen),
           act("say", new_call), act("upgrade", refuses), act("connect"), act("reconnect")}};
}

Plot token_that_expires() {
  return {"a token that expires",
          {5,
           {option("silent", 1)},
           {act("features", lives_30_s), act("subscribe"), act("connect"), act("run", 1000)}},
          {act("next"), act("run", 24000), act("say", authed), act("token_changed"),
           act("provider", answers), act("provider", same), act("provider", absent),
           act("close", lost, no_reason), act("close", unauthorised, no_reason)}};
}

}  // namespace

const std::vector<Plot>& plots() {
  static const std::vector<Plot> all = {first_dial(), live_link(), who_is_signed_in(),
                                        attempts_used_up(), token_that_expires()};
  return all;
}

}  // namespace keepline::sim
