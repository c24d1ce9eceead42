// The verbs of scripts, as two tables: what can happen to a world, and what its options can be.
#include <algorithm>

#include "menus.hpp"
#include "script.hpp"

namespace keepline::sim {
namespace {

using With = std::array<double, act_arguments_max>;

constexpr std::size_t deadlines_max = 16;
constexpr std::size_t blinks_max = 40;
constexpr std::size_t events_max = 20;
constexpr std::size_t asks_max = 60;

std::size_t whole(double value) { return value > 0 ? static_cast<std::size_t>(value) : 0; }

template <class T, std::size_t Size>
const T& entry(const std::array<T, Size>& menu, double index) {
  return menu[whole(index) % Size];
}

// Any id that was given out, and two that were not: late and wrong ones alike.
std::uint32_t some_id(double share, std::uint64_t given) {
  return static_cast<std::uint32_t>(share * static_cast<double>(given + 2));
}

void deliver_in_parts(World& world, const With& with) {
  const Socket* live = world.live();
  if (live == nullptr) return;
  const SocketId socket = live->id;
  const std::string_view frame = entry(frames, with[0]);
  const auto cut = static_cast<std::size_t>(with[1] * static_cast<double>(frame.size()));
  const std::string_view head = frame.substr(0, cut);
  const auto verdict = world.deliver_frame(socket, {head, frame.size(), cut == frame.size()});
  if (verdict.action == FrameVerdict::Action::drop) return;
  if (with[2] != 0) {
    world.refuse_frame(socket, {Malformed::not_json, head, frame.size()});
  } else if (verdict.action == FrameVerdict::Action::need_whole) {
    world.deliver_frame(socket, {frame, frame.size(), true});
  }
}

void server_closes_later(World& world, const With& with) {
  world.server.closes = ServerClose{milliseconds(with[0]), entry(close_codes, with[1]),
                                    std::string(entry(reasons, with[2]))};
}

// Shrinking rounds numbers, and an option below its range is no option: a script cannot say it.
Duration at_least(double ms, double wished) { return milliseconds(std::max(ms, wished)); }

std::optional<Duration> time_to_live(double ms) {
  return ms < 0 ? std::nullopt : std::optional<Duration>{milliseconds(ms)};
}

void open_dial(World& world) {
  const Socket* live = world.live();
  if (live != nullptr && !live->open) world.deliver_opened(live->id);
}

void say_connected(World& world) {
  const Socket* live = world.live();
  if (live != nullptr && live->open) world.server_sends(connected_frame(live->server));
}

// Says on the live link, late or once more, that it is that person's.
void greet_as(World& world, const With& with) {
  const Socket* live = world.live();
  if (live == nullptr || !live->open) return;
  Server server = live->server;
  server.user = entry(people, with[0]);
  world.server_sends(connected_frame(server));
}

void blink(World& world, const With& with) {
  const std::size_t times = std::min(whole(with[0]), blinks_max);
  for (std::size_t each = 0; each < times; ++each) {
    world.signal(PageSignal::frozen);
    world.run_for(milliseconds(with[1]));
    world.signal(PageSignal::resumed);
    world.run_for(milliseconds(with[1]));
  }
}

std::string_view nothing(const With& /*with*/) { return {}; }
std::string_view frame_of(const With& with) { return entry(frames, with[0]); }
std::string_view reason_of(const With& with) { return entry(reasons, with[1]); }
std::string_view signal_of(const With& with) {
  return keepline::to_string(static_cast<PageSignal>(whole(with[0]) % 8));
}

template <class Enum>
Enum one_of(double value, std::size_t count) {
  return static_cast<Enum>(whole(value) % count);
}

constexpr Verb<World> acts_table[] = {
    // commands
    {"connect", 0, [](World& world, const With&) { world.connect(); }, nothing},
    {"disconnect", 0, [](World& world, const With&) { world.disconnect(); }, nothing},
    {"reconnect", 0, [](World& world, const With&) { world.reconnect(); }, nothing},
    {"nobody", 0, [](World& world, const With&) { world.set_identity(std::nullopt); }, nothing},
    {"identity", 1,
     [](World& world, const With& with) {
       world.set_identity(std::string(entry(people, with[0])));
     },
     [](const With& with) { return entry(people, with[0]); }},
    {"token_changed", 0, [](World& world, const With&) { world.token_changed(); }, nothing},
    {"subscribe", 1,
     [](World& world, const With& with) { world.subscribe(entry(patterns, with[0])); },
     [](const With& with) { return entry(patterns, with[0]); }},
    {"unsubscribe", 1,
     [](World& world, const With& with) { world.unsubscribe(entry(patterns, with[0])); },
     [](const With& with) { return entry(patterns, with[0]); }},
    {"send", 2,
     [](World& world, const With& with) {
       world.send_numbered(whole(with[0]), time_to_live(with[1]));
     },
     [](const With&) -> std::string_view { return "bytes, ms to live"; }},
    {"send_untyped", 0, [](World& world, const With&) { world.send(""); }, nothing},
    // time
    {"run", 1, [](World& world, const With& with) { world.run_for(milliseconds(with[0])); },
     nothing},
    {"next", 0, [](World& world, const With&) { world.run_next(seconds(100)); }, nothing},
    {"skip", 1, [](World& world, const With& with) { world.skip(milliseconds(with[0])); }, nothing},
    {"sleep", 2,
     [](World& world, const With& with) { world.sleep(milliseconds(with[0]), with[1] != 0); },
     [](const With& with) -> std::string_view {
       return with[1] != 0 ? "both clocks run" : "the monotonic clock stands still";
     }},
    {"move_wall", 1, [](World& world, const With& with) { world.move_wall(milliseconds(with[0])); },
     nothing},
    {"deadline", 1,
     [](World& world, const With& with) {
       const std::size_t count = std::min(whole(with[0]), deadlines_max);
       for (std::size_t each = 0; each < count; ++each) world.handle_deadline();
     },
     nothing},
    // the link
    {"open", 0, [](World& world, const With&) { open_dial(world); }, nothing},
    {"close", 2,
     [](World& world, const With& with) {
       world.server_closes(entry(close_codes, with[0]), entry(reasons, with[1]));
     },
     reason_of},
    {"say", 1, [](World& world, const With& with) { world.server_sends(entry(frames, with[0])); },
     frame_of},
    {"say_in_parts", 3, deliver_in_parts, frame_of},
    {"say_connected", 0, [](World& world, const With&) { say_connected(world); }, nothing},
    {"stall", 0, [](World& world, const With&) { world.stall(); }, nothing},
    {"heal", 0, [](World& world, const With&) { world.heal(); }, nothing},
    {"hold_back", 0, [](World& world, const With&) { world.hold_back(); }, nothing},
    {"let_flow", 0, [](World& world, const With&) { world.let_flow(); }, nothing},
    {"capacity", 1,
     [](World& world, const With& with) {
       if (const Socket* live = world.live()) world.deliver_capacity(live->id, whole(with[0]));
     },
     nothing},
    // what comes late, or from nowhere
    {"late_open", 1,
     [](World& world, const With& with) {
       world.deliver_opened(SocketId{some_id(with[0], world.dials)});
     },
     nothing},
    {"late_frame", 1,
     [](World& world, const With& with) {
       world.deliver_frame(SocketId{some_id(with[0], world.dials)},
                           {frames[0], frames[0].size(), true});
     },
     nothing},
    {"late_close", 3,
     [](World& world, const With& with) {
       world.deliver_closed(SocketId{some_id(with[2], world.dials)}, entry(close_codes, with[0]),
                            entry(reasons, with[1]));
     },
     reason_of},
    {"late_token", 2,
     [](World& world, const With& with) {
       world.deliver_token(TokenRequestId{some_id(with[0], world.token_requests)},
                           {TokenResult::Kind::token, whole(with[1]), {}});
     },
     nothing},
    // the page
    {"signal", 1,
     [](World& world, const With& with) { world.signal(one_of<PageSignal>(with[0], 8)); },
     signal_of},
    {"block", 0, [](World& world, const With&) { world.block_dial(); }, nothing},
    // how the surroundings behave from here on
    {"provider", 1,
     [](World& world, const With& with) { world.provider = one_of<Provider>(with[0], 8); },
     [](const With& with) {
       constexpr std::array<std::string_view, 8> names = {
           "answers", "same", "absent", "rejects", "hangs", "invalid", "lost", "misleads"};
       return entry(names, with[0]);
     }},
    {"provider_delay", 1,
     [](World& world, const With& with) { world.provider_delay = milliseconds(with[0]); }, nothing},
    {"close_delay", 1,
     [](World& world, const With& with) { world.close_delay = milliseconds(with[0]); }, nothing},
    {"timer_grain", 1,
     [](World& world, const With& with) { world.timer_grain = milliseconds(with[0]); }, nothing},
    {"timers", 1, [](World& world, const With& with) { world.host_runs_timers = with[0] != 0; },
     nothing},
    {"upgrade", 1,
     [](World& world, const With& with) { world.server.upgrade = one_of<Upgrade>(with[0], 3); },
     [](const With& with) {
       constexpr std::array<std::string_view, 3> names = {"accepts", "refuses", "hangs"};
       return entry(names, with[0]);
     }},
    {"one_way", 1,
     [](World& world, const With& with) { world.server.one_way = milliseconds(with[0]); }, nothing},
    {"says_connected", 1,
     [](World& world, const With& with) { world.server.says_connected = with[0] != 0; }, nothing},
    {"to_ping", 1,
     [](World& world, const With& with) { world.server.to_ping = one_of<Answer>(with[0], 3); },
     [](const With& with) {
       constexpr std::array<std::string_view, 3> names = {"nothing", "json", "bare"};
       return entry(names, with[0]);
     }},
    {"features", 1,
     [](World& world, const With& with) {
       world.server.connected_extra = entry(features, with[0]);
     },
     [](const With& with) { return entry(features, with[0]); }},
    {"user", 1, [](World& world, const With& with) { world.server.user = entry(people, with[0]); },
     [](const With& with) { return entry(people, with[0]); }},
    {"authed_lifetime", 1,
     [](World& world, const With& with) { world.server.authed_lifetime = with[0]; }, nothing},
    {"closes_later", 3, server_closes_later, nothing},
    {"stays", 0, [](World& world, const With&) { world.server.closes.reset(); }, nothing},
    {"selects_protocol", 1,
     [](World& world, const With& with) { world.server.offered_protocol = with[0] != 0; }, nothing},
    {"uplink", 1, [](World& world, const With& with) { world.server.uplink = with[0]; },
     [](const With&) -> std::string_view { return "bytes a second, 0: no limit"; }},
    // what chance alone draws too seldom
    {"greet_as", 1, greet_as, [](const With& with) { return entry(people, with[0]); }},
    {"rotate_token", 0, [](World& world, const With&) { world.rotate_token(); }, nothing},
    {"wake", 1,
     [](World& world, const With& with) {
       world.sleep(milliseconds(with[0]), false);
       world.handle_deadline();
     },
     nothing},
    {"blink", 2, blink,
     [](const With&) -> std::string_view { return "times frozen and resumed, ms apart"; }},
    // the log behind the links
    {"stream", 1, [](World& world, const With& with) { world.stream.on = with[0] != 0; }, nothing},
    {"answers_asks", 1,
     [](World& world, const With& with) { world.stream.answers_asks = with[0] != 0; }, nothing},
    {"publish", 1,
     [](World& world, const With& with) {
       for (std::size_t left = std::min(whole(with[0]), events_max); left > 0; --left) {
         world.publish();
       }
     },
     nothing},
    {"order_stream", 1,
     [](World& world, const With& with) {
       world.order_stream(one_of<StreamFault>(with[0], stream_fault_count));
     },
     [](const With& with) { return to_string(one_of<StreamFault>(with[0], stream_fault_count)); }},
    {"ask", 3,
     [](World& world, const With& with) {
       const std::string data(whole(with[0]) + 1, '1');
       for (std::size_t more = std::min(whole(with[2]), asks_max) + 1; more > 0; --more) {
         world.ask(data, time_to_live(with[1]));
       }
     },
     [](const With&) -> std::string_view { return "bytes, ms to live, and so many more"; }},
    {"block_some", 1,
     [](World& world, const With& with) {
       world.block_dial(SocketId{some_id(with[0], world.dials)});
     },
     nothing},
};

constexpr Verb<Beginning> options_table[] = {
    {"token_provider", 1,
     [](Beginning& begin, const With& with) { begin.options.has_token_provider = with[0] != 0; },
     nothing},
    {"url_provider", 1,
     [](Beginning& begin, const With& with) { begin.options.has_url_provider = with[0] != 0; },
     nothing},
    {"require_connected", 1,
     [](Beginning& begin, const With& with) { begin.options.require_connected = with[0] != 0; },
     nothing},
    {"hello_timeout", 1,
     [](Beginning& begin, const With& with) {
       begin.options.hello_timeout = milliseconds(with[0]);
     },
     nothing},
    {"connect_timeout", 1,
     [](Beginning& begin, const With& with) {
       begin.options.connect_timeout = at_least(1000, with[0]);
     },
     nothing},
    {"token_timeout", 1,
     [](Beginning& begin, const With& with) {
       begin.options.token_timeout = at_least(1000, with[0]);
     },
     nothing},
    {"full_jitter", 1,
     [](Beginning& begin, const With& with) {
       begin.options.backoff.strategy =
           with[0] != 0 ? BackoffStrategy::full_jitter : BackoffStrategy::exponential;
     },
     nothing},
    {"max_attempts", 1,
     [](Beginning& begin, const With& with) {
       begin.options.backoff.max_attempts = static_cast<int>(with[0]);
     },
     nothing},
    {"jitter", 1,
     [](Beginning& begin, const With& with) { begin.options.backoff.jitter = with[0]; }, nothing},
    {"slow_probe", 1,
     [](Beginning& begin, const With& with) {
       begin.options.backoff.slow_probe = milliseconds(with[0]);
     },
     nothing},
    {"heartbeat_interval", 1,
     [](Beginning& begin, const With& with) {
       begin.options.heartbeat.interval = at_least(1000, with[0]);
     },
     nothing},
    {"heartbeat_format", 1,
     [](Beginning& begin, const With& with) {
       begin.options.heartbeat.format = one_of<HeartbeatFormat>(with[0], 3);
     },
     [](const With& with) {
       constexpr std::array<std::string_view, 3> names = {"json", "text", "off"};
       return entry(names, with[0]);
     }},
    {"queue_messages", 1,
     [](Beginning& begin, const With& with) { begin.options.queue.max_messages = whole(with[0]); },
     nothing},
    {"queue_bytes", 1,
     [](Beginning& begin, const With& with) { begin.options.queue.max_bytes = whole(with[0]); },
     nothing},
    {"drop_oldest", 1,
     [](Beginning& begin, const With& with) {
       begin.options.queue.overflow = with[0] != 0 ? Overflow::drop_oldest : Overflow::reject;
     },
     nothing},
    {"strict", 1,
     [](Beginning& begin, const With& with) {
       begin.options.validate = with[0] != 0 ? Validate::strict : Validate::off;
     },
     nothing},
    {"hidden_close", 1,
     [](Beginning& begin, const With& with) {
       begin.options.hidden.close_after = at_least(1000, with[0]);
     },
     nothing},
    {"max_message_bytes", 1,
     [](Beginning& begin, const With& with) { begin.options.max_message_bytes = whole(with[0]); },
     nothing},
    {"opaque_page", 1,
     [](Beginning& begin, const With& with) {
       if (with[0] != 0) begin.options.page = "about:blank";
     },
     nothing},
    {"silent", 1,
     [](Beginning& begin, const With& with) {
       if (with[0] != 0) begin.options.log_level = LogLevel::silent;
     },
     nothing},
    {"adopted", 1,
     [](Beginning& begin, const With& with) {
       begin.identity = whole(with[0]) == 0 ? Identity{} : Identity{entry(people, with[0])};
     },
     [](const With& with) {
       return whole(with[0]) == 0 ? std::string_view{"nobody is signed in"}
                                  : entry(people, with[0]);
     }},
};

}  // namespace

std::span<const Verb<World>> act_verbs() { return acts_table; }
std::span<const Verb<Beginning>> option_verbs() { return options_table; }

}  // namespace keepline::sim
