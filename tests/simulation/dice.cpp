#include "dice.hpp"

#include "menus.hpp"

namespace keepline::sim {

// Draws stand in statements of their own: compilers differ in the order in which they evaluate
// arguments, and a seed must mean the same walk everywhere.

std::vector<Act> Dice::options() {
  std::vector<Act> drawn;
  const auto set = [&](std::string_view name, double value) {
    drawn.push_back(option(name, value));
  };
  if (one_in(4)) set("token_provider", 0);
  if (one_in(4)) set("url_provider", 1);
  if (one_in(5)) set("require_connected", 1);
  if (one_in(5)) set("hello_timeout", 0);
  if (one_in(4)) set("connect_timeout", between(1000, 60000));
  if (one_in(4)) set("token_timeout", 1000);
  if (one_in(4)) set("full_jitter", 1);
  if (one_in(4)) set("max_attempts", index(4));
  if (one_in(4)) set("jitter", between(0, 1));
  if (one_in(4)) set("slow_probe", 0);
  if (one_in(4)) set("heartbeat_interval", 1000);
  if (one_in(6)) set("heartbeat_format", 2);
  if (one_in(6)) set("heartbeat_format", 1);
  if (one_in(3)) set("queue_messages", index(4));
  if (one_in(3)) set("queue_bytes", index(2000));
  if (one_in(2)) set("drop_oldest", 1);
  if (one_in(3)) set("strict", 1);
  if (one_in(8)) set("max_message_bytes", 200);
  if (one_in(4)) set("hidden_close", one_in(2) ? 1000 : between(1000, 60000));
  if (one_in(20)) set("opaque_page", 1);
  if (!one_in(8)) set("silent", 1);
  if (one_in(8)) set("adopted", index(people.size()));
  return drawn;
}

void Dice::step(std::vector<Act>& acts) {
  if (told_ < story_.size()) {
    acts.push_back(story_[told_++]);
    return;
  }
  const std::size_t kind = below(100);
  if (kind < 45) {
    pass_time(acts);
  } else if (kind < 62) {
    act_on_link(acts);
  } else if (kind < 74) {
    command(acts);
  } else if (kind < 84) {
    acts.push_back(act("signal", index(8)));
  } else if (kind < 92 && !one_in(20)) {
    surroundings(acts);
  } else if (kind < 92) {
    begin_story();
    acts.push_back(story_[told_++]);
  } else {
    disturb(acts);
  }
}

void Dice::pass_time(std::vector<Act>& acts) {
  switch (below(12)) {
    case 0:
      acts.push_back(act("run", 0));
      return;
    case 1:
      acts.push_back(act("run", between(0, 2000)));
      return;
    case 2:
      acts.push_back(act("run", between(0, 40000)));
      return;
    case 3:
      acts.push_back(act("skip", between(0, 15000)));
      return;
    case 4:
      acts.push_back(act("deadline", 1));
      return;
    case 5:
      if (one_in(4)) {
        const double ms = between(0, 30000000);
        acts.push_back(act("sleep", ms, index(2)));
        return;
      }
      break;
    case 6:
      if (one_in(4)) {
        acts.push_back(act("move_wall", between(-5000000, 5000000)));
        return;
      }
      break;
    default:
      break;
  }
  acts.push_back(act("next"));
}

void Dice::act_on_link(std::vector<Act>& acts) {
  switch (below(8)) {
    case 0: {
      const double code = index(close_codes.size());
      acts.push_back(act("close", code, index(reasons.size())));
      return;
    }
    case 1:
      if (one_in(3)) {
        acts.push_back(act("stall"));
        return;
      }
      if (one_in(3)) {
        acts.push_back(act("hold_back"));
        return;
      }
      acts.push_back(act(one_in(2) ? "let_flow" : "heal"));
      return;
    case 2:
      acts.push_back(act("open"));
      return;
    case 3: {
      const double frame = index(frames.size());
      const double share = one_in(8) ? 1 : between(0, 1);
      acts.push_back(act("say_in_parts", frame, share, one_in(3) ? 1 : 0));
      return;
    }
    case 4:
      acts.push_back(act("say_connected"));
      return;
    default:
      acts.push_back(act("say", index(frames.size())));
      return;
  }
}

void Dice::command(std::vector<Act>& acts) {
  switch (below(10)) {
    case 0:
      acts.push_back(act("connect"));
      return;
    case 1:
      acts.push_back(act(one_in(3) ? "disconnect" : "connect"));
      return;
    case 2:
      acts.push_back(act("reconnect"));
      return;
    case 3:
      if (one_in(4)) {
        acts.push_back(act("nobody"));
      } else {
        acts.push_back(act("identity", one_in(3) ? 2 : 1));
      }
      return;
    case 4:
      acts.push_back(act("token_changed"));
      return;
    case 5:
      acts.push_back(act("subscribe", index(patterns.size())));
      return;
    case 6:
      acts.push_back(act("unsubscribe", index(patterns.size())));
      return;
    default:
      break;
  }
  if (one_in(50)) {
    acts.push_back(act("send_untyped"));
    return;
  }
  const double bytes = one_in(10) ? index(80000) : index(300);
  acts.push_back(act("send", bytes, one_in(3) ? between(0, 5000) : -1));
}

void Dice::surroundings(std::vector<Act>& acts) {
  constexpr std::array<double, 12> providers = {0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7};
  constexpr std::array<double, 4> pongs = {1, 1, 2, 0};
  const auto set = [&](std::string_view name, double value) { acts.push_back(act(name, value)); };
  set("provider", providers[below(providers.size())]);
  set("provider_delay", one_in(5) ? 40000 : between(0, 200));
  set("close_delay", between(0, 60000));
  set("timer_grain", one_in(6) ? 60000 : 0);
  set("timers", one_in(12) ? 0 : 1);
  set("upgrade", one_in(4) ? 1 + index(2) : 0);
  set("one_way", one_in(6) ? 1500 : between(1, 100));
  set("says_connected", one_in(3) ? 0 : 1);
  set("to_ping", pongs[below(pongs.size())]);
  set("features", index(features.size()));
  set("user", one_in(8) ? 2 : 1);
  if (one_in(3)) set("authed_lifetime", between(0, 100000));
  set("selects_protocol", one_in(6) ? 0 : 1);
  set("uplink", one_in(12) ? between(2000, 200000) : 0);
  if (!one_in(4)) {
    acts.push_back(act("stays"));
    return;
  }
  const double after = one_in(2) ? 0 : between(0, 30000);
  const double code = index(close_codes.size());
  acts.push_back(act("closes_later", after, code, index(reasons.size())));
}

void Dice::begin_story() {
  story_.clear();
  told_ = 0;
  switch (below(4)) {
    case 3:
      tell_of_the_stream(story_);
      return;
    case 0:
      tell_of_tokens(story_);
      return;
    case 1:
      tell_of_absence(story_);
      return;
    default:
      tell_of_the_path(story_);
      return;
  }
}

// A link of a server that renews tokens, and what may cross on it.
void Dice::tell_of_tokens(std::vector<Act>& acts) {
  constexpr std::array<double, 4> renewing = {3, 4, 6, 7};
  constexpr double unauthorised = 17;
  const auto add = [&](std::string_view verb, double first = 0, double second = 0) {
    acts.push_back(act(verb, first, second));
  };
  add("upgrade", 0);
  add("says_connected", 1);
  add("stays");
  add("timers", 1);
  add("features", renewing[below(renewing.size())]);
  add("provider", 0);
  add("provider_delay", between(0, 100));
  if (one_in(2)) add("authed_lifetime", one_in(2) ? between(0, 2000) : 40000);
  add("reconnect");
  add("run", between(1000, 3000));
  if (one_in(2)) add("rotate_token");
  add("provider", index(6));
  if (one_in(2)) add("provider_delay", between(0, 40000));
  add("token_changed");
  add("run", one_in(2) ? between(0, 200) : between(0, 40000));
  if (one_in(2)) {
    add("provider", one_in(2) ? 0 : 1);
    add("close", unauthorised, 0);
  }
  add("run", between(0, 70000));
}

// A page that is away, or asleep, or back too often; attempts that are used up meanwhile.
void Dice::tell_of_absence(std::vector<Act>& acts) {
  constexpr std::array<double, 2> departures = {4, 6};
  constexpr double restarting = 11;
  const auto add = [&](std::string_view verb, double first = 0, double second = 0,
                       double third = 0) { acts.push_back(act(verb, first, second, third)); };
  const auto signals = [&](std::size_t count) {
    for (; count > 0; --count) {
      const double signal = index(8);
      add("signal", signal);
      add("run", one_in(3) ? between(0, 6000) : between(0, 300));
    }
  };
  if (one_in(2)) {
    add("upgrade", 0);
    const double hint = one_in(2) ? 3 : 2;
    add("closes_later", one_in(2) ? 0 : between(0, 3000), restarting, hint);
    add("reconnect");
    add("run", between(0, 90000));
  } else if (one_in(2)) {
    add("upgrade", 1 + index(2));
    add("reconnect");
    add("run", between(0, 20000));
  }
  switch (below(4)) {
    case 0: {
      const double times = index(30);
      add("blink", times, between(0, 400));
      break;
    }
    case 1:
      add("wake", between(0, 8000));
      signals(below(4));
      add("wake", between(2000, 10000000));
      break;
    case 2:
      add("signal", departures[below(2)]);
      signals(below(3));
      if (one_in(3)) add(one_in(2) ? "token_changed" : "connect");
      if (one_in(6)) add("nobody");
      if (one_in(6)) add("identity", 2);
      add("signal", 5);
      break;
    default:
      break;
  }
  add("move_wall", one_in(4) ? -between(0, 5000000) : 0);
  signals(1 + below(5));
  add("run", between(0, 20000));
}

// A greeting that is late and another's, or an upload that fills a slow way to the server.
void Dice::tell_of_the_path(std::vector<Act>& acts) {
  constexpr double lost = 4;
  const auto add = [&](std::string_view verb, double first = 0, double second = 0) {
    acts.push_back(act(verb, first, second));
  };
  add("upgrade", 0);
  add("stays");
  add("timers", 1);
  add("provider", 0);
  if (one_in(2)) {
    add("says_connected", one_in(3) ? 0 : 1);
    add("reconnect");
    add("run", between(0, 4000));
    const double person = 1 + index(2);
    add("close", lost, 0);
    add("send", index(300), -1);
    add("says_connected", 0);
    add("run", between(0, 6000));
    add("say", 0);
    add("greet_as", person);
    add("run", between(0, 2000));
    return;
  }
  add("says_connected", 1);
  add("to_ping", 1);
  add("uplink", between(2000, 100000));
  add("reconnect");
  add("run", between(1000, 30000));
  add("send", index(400000), -1);
  if (one_in(2)) add("signal", 2);
  add("run", between(0, 70000));
}

// What no honest host does, or what comes too late: it must not matter.
void Dice::disturb(std::vector<Act>& acts) {
  const double share = between(0, 1);
  switch (below(7)) {
    case 0:
      acts.push_back(act("late_open", share));
      return;
    case 1:
      acts.push_back(act("late_frame", share));
      return;
    case 2: {
      const double code = index(close_codes.size());
      const double reason = index(reasons.size());
      acts.push_back(act("late_close", code, reason, share));
      return;
    }
    case 3:
      acts.push_back(act("late_token", share, index(3)));
      return;
    case 4:
      if (one_in(8)) {
        acts.push_back(act("block"));
        return;
      }
      break;
    case 5:
      acts.push_back(act("capacity", index(100000)));
      return;
    default:
      break;
  }
  acts.push_back(act("deadline", index(5)));
}

}  // namespace keepline::sim
