#include "random_walk.hpp"

#include <array>
#include <memory>
#include <string_view>

#include "random.hpp"
#include "world.hpp"

namespace keepline::sim {
namespace {

// A choice of the walk, apart from the machine's own randomness.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.next() % bound); }
  bool one_in(std::size_t bound) { return below(bound) == 0; }
  double between(double from, double to) { return from + (to - from) * random_.unit(); }
  template <class T, std::size_t Size>
  const T& of(const std::array<T, Size>& choices) {
    return choices[below(Size)];
  }

 private:
  Random random_;
};

constexpr std::array<std::uint16_t, 24> close_codes = {
    1000, 1001, 1002, 1005, 1006, 1006, 1006, 1006, 1008, 1009, 1011, 1012,
    1013, 1015, 3000, 3003, 4400, 4401, 4403, 4408, 4409, 4413, 4429, 4500};
constexpr std::array<std::string_view, 7> reasons = {"",
                                                     "bye",
                                                     R"({"retryAfterMs":0,"spreadMs":0})",
                                                     R"({"retryAfterMs":500,"spreadMs":10000})",
                                                     R"({"retryAfterMs":1e9,"spreadMs":1e9})",
                                                     R"({"retryAfterMs":"1"})",
                                                     R"({"retryAfterMs":-1,"spreadMs":1})"};
constexpr std::array<std::string_view, 24> frames = {
    R"({"type":"new_call","data":{"callId":"1"}})",
    R"({"type":"import_progress","seq":4,"data":{}})",
    R"({"type":"stranger"})",
    R"({"type":"__proto__","data":1})",
    R"({"type":"pong","id":"1"})",
    R"({"type":"pong","id":"99999999999"})",
    R"({"type":"pong"})",
    R"({"type":"ping","id":"7"})",
    "ping",
    "pong",
    R"({"type":"going_away","data":{"retryAfterMs":500,"spreadMs":10000}})",
    R"({"type":"going_away","data":{"retryAfterMs":400000}})",
    R"({"type":"going_away"})",
    R"({"type":"authed","data":{"expiresInMs":20000}})",
    R"({"type":"authed","data":{"expiresInMs":0}})",
    R"({"type":"error","data":{"code":"rate","message":"slow down"}})",
    R"({"type":"resume"})",
    R"({"type":"connected","data":{"userId":"nobody"}})",
    R"({"type":5})",
    R"({"type":")",
    R"([1,2])",
    "",
    "{",
    R"({"data":{},"type":"new_call"})"};
constexpr std::array<std::string_view, 6> features = {
    "",
    R"(,"heartbeatMs":5000)",
    R"(,"features":["subscribe"])",
    R"(,"tokenExpiresInMs":30000,"features":["reauth"])",
    R"(,"tokenExpiresInMs":600000,"heartbeatMs":1,"features":["subscribe","reauth"])",
    R"(,"tokenExpiresInMs":1e15,"features":["reauth",1])"};
constexpr std::array<PageSignal, 8> signals = {
    PageSignal::online, PageSignal::offline, PageSignal::visible,     PageSignal::hidden,
    PageSignal::frozen, PageSignal::resumed, PageSignal::page_hidden, PageSignal::page_shown};
constexpr std::array<std::string_view, 5> patterns = {"*", "new_call", "import_*", "connected",
                                                      "no**pattern"};

Options random_options(Dice& dice) {
  Options options = World::default_options();
  options.has_token_provider = !dice.one_in(4);
  options.require_connected = dice.one_in(5);
  if (dice.one_in(5)) options.hello_timeout = Duration{0};
  if (dice.one_in(4)) options.connect_timeout = milliseconds(dice.between(1000, 60000));
  if (dice.one_in(4)) options.token_timeout = seconds(1);
  if (dice.one_in(4)) options.backoff.strategy = BackoffStrategy::full_jitter;
  if (dice.one_in(4)) options.backoff.max_attempts = static_cast<int>(dice.below(4));
  if (dice.one_in(4)) options.backoff.jitter = dice.between(0, 1);
  if (dice.one_in(4)) options.backoff.slow_probe = Duration{0};
  if (dice.one_in(4)) options.heartbeat.interval = seconds(1);
  if (dice.one_in(6)) options.heartbeat.format = HeartbeatFormat::off;
  if (dice.one_in(6)) options.heartbeat.format = HeartbeatFormat::text;
  if (dice.one_in(3)) options.queue.max_messages = dice.below(4);
  if (dice.one_in(3)) options.queue.max_bytes = dice.below(2000);
  if (dice.one_in(2)) options.queue.overflow = Overflow::drop_oldest;
  if (dice.one_in(3)) options.validate = Validate::strict;
  if (dice.one_in(8)) options.max_message_bytes = 200;
  if (dice.one_in(20)) options.page = "about:blank";
  if (!dice.one_in(8)) options.log_level = LogLevel::silent;
  return options;
}

class Walker {
 public:
  explicit Walker(const Walk& walk)
      : dice_(walk.seed * 2 + 1), world_(random_options(dice_), walk.seed) {
    world_.trace = walk.trace;
    world_.keeps_history = false;
    change_surroundings();
  }

  void step() {
    const std::size_t kind = dice_.below(100);
    if (kind < 45) {
      pass_time();
    } else if (kind < 62) {
      act_on_link();
    } else if (kind < 74) {
      command();
    } else if (kind < 84) {
      world_.signal(dice_.of(signals));
    } else if (kind < 92) {
      change_surroundings();
    } else {
      disturb();
    }
  }

  World& world() { return world_; }

 private:
  void pass_time() {
    switch (dice_.below(12)) {
      case 0:
        world_.run_for(Duration{0});
        return;
      case 1:
        world_.run_for(milliseconds(dice_.between(0, 2000)));
        return;
      case 2:
        world_.run_for(seconds(dice_.between(0, 40)));
        return;
      case 3:
        world_.skip(seconds(dice_.between(0, 15)));
        return;
      case 4:
        world_.handle_deadline();
        return;
      case 5:
        if (dice_.one_in(4)) sleep();
        return;
      case 6:
        if (dice_.one_in(4)) world_.move_wall(seconds(dice_.between(-5000, 5000)));
        return;
      default:
        world_.run_next(seconds(100));
        return;
    }
  }

  void act_on_link() {
    const Socket* live = world_.live();
    switch (dice_.below(8)) {
      case 0:
        server_closes();
        return;
      case 1:
        if (dice_.one_in(3)) world_.stall();
        return;
      case 2:
        if (live != nullptr && !live->open) world_.deliver_opened(live->id);
        return;
      case 3:
        if (live != nullptr) deliver_in_parts(live->id);
        return;
      case 4:
        if (live != nullptr && live->open) world_.server_sends(connected_frame(live->server));
        return;
      default:
        server_sends();
        return;
    }
  }

  // Draws stand in statements of their own: compilers differ in the order in which they evaluate
  // arguments, and a seed must mean the same walk everywhere.
  void server_closes() {
    const Socket* live = world_.live();
    if (live != nullptr) deliver_closed(live->id);
  }

  void deliver_closed(SocketId socket) {
    const std::uint16_t code = dice_.of(close_codes);
    const std::string_view reason = dice_.of(reasons);
    world_.deliver_closed(socket, code, reason);
  }

  void server_sends() {
    const std::string_view frame = dice_.of(frames);
    const FrameKind kind = dice_.one_in(4) ? FrameKind::binary : FrameKind::text;
    world_.server_sends(frame, kind);
  }

  void sleep() {
    const Duration duration = seconds(dice_.between(0, 30000));
    const bool monotonic_runs = dice_.one_in(2);
    world_.sleep(duration, monotonic_runs);
  }

  // The host reads the head first, and the whole only where it is asked for.
  void deliver_in_parts(SocketId socket) {
    const std::string_view frame = dice_.of(frames);
    const std::size_t cut = dice_.below(frame.size() + 1);
    const auto verdict = world_.deliver_frame(
        socket, {frame.substr(0, cut), frame.size(), cut == frame.size(), FrameKind::text});
    if (verdict.action == FrameVerdict::Action::drop) return;
    if (dice_.one_in(3)) {
      world_.refuse_frame(socket, {Malformed::not_json, frame.substr(0, cut), frame.size()});
    } else if (verdict.action == FrameVerdict::Action::need_whole) {
      world_.deliver_frame(socket, {frame, frame.size(), true, FrameKind::text});
    }
  }

  void command() {
    switch (dice_.below(10)) {
      case 0:
        world_.connect();
        return;
      case 1:
        if (dice_.one_in(3)) world_.disconnect();
        return;
      case 2:
        world_.reconnect();
        return;
      case 3:
        set_identity();
        return;
      case 4:
        world_.token_changed();
        return;
      case 5:
        world_.subscribe(dice_.of(patterns));
        return;
      case 6:
        world_.unsubscribe(SubscriptionId{static_cast<std::uint32_t>(dice_.below(40))});
        return;
      default:
        send();
        return;
    }
  }

  void set_identity() {
    switch (dice_.below(4)) {
      case 0:
        world_.set_identity(std::nullopt);
        return;
      case 1:
        world_.set_identity("other");
        return;
      default:
        world_.set_identity("user-1");
        return;
    }
  }

  void send() {
    const std::string data(dice_.one_in(10) ? dice_.below(80000) : dice_.below(300), '1');
    std::optional<Duration> ttl;
    if (dice_.one_in(3)) ttl = milliseconds(dice_.between(0, 5000));
    world_.send(dice_.one_in(50) ? "" : "note", data, ttl);
  }

  void change_surroundings() {
    constexpr std::array<Provider, 10> providers = {
        Provider::answers, Provider::answers, Provider::answers, Provider::answers,
        Provider::answers, Provider::same,    Provider::absent,  Provider::rejects,
        Provider::hangs,   Provider::invalid};
    constexpr std::array<Answer, 4> pongs = {Answer::json, Answer::json, Answer::bare,
                                             Answer::nothing};
    world_.provider = dice_.of(providers);
    world_.provider_delay = milliseconds(dice_.one_in(5) ? 40000 : dice_.between(0, 200));
    world_.close_delay = milliseconds(dice_.between(0, 60000));
    world_.timer_grain = dice_.one_in(6) ? seconds(60) : Duration{0};
    world_.host_runs_timers = !dice_.one_in(12);
    Server server = speaks();
    if (dice_.one_in(4)) server.upgrade = dice_.one_in(2) ? Upgrade::hangs : Upgrade::refuses;
    server.one_way = milliseconds(dice_.one_in(6) ? 1500 : dice_.between(1, 100));
    server.says_connected = !dice_.one_in(3);
    server.to_ping = dice_.of(pongs);
    server.connected_extra = dice_.of(features);
    if (dice_.one_in(8)) server.user = "user-2";
    if (dice_.one_in(3)) server.authed_lifetime = dice_.between(0, 100000);
    if (dice_.one_in(4)) {
      server.closes = ServerClose{milliseconds(dice_.one_in(2) ? 0 : dice_.between(0, 30000)),
                                  dice_.of(close_codes), std::string(dice_.of(reasons))};
    }
    world_.server = std::move(server);
  }

  // What no honest host does, or what comes too late: it must not matter.
  void disturb() {
    const SocketId socket{
        static_cast<std::uint32_t>(dice_.below(static_cast<std::size_t>(world_.dials) + 2))};
    const TokenRequestId request{static_cast<std::uint32_t>(
        dice_.below(static_cast<std::size_t>(world_.token_requests) + 2))};
    switch (dice_.below(7)) {
      case 0:
        world_.deliver_opened(socket);
        return;
      case 1:
        world_.deliver_frame(socket, {frames[0], frames[0].size(), true, FrameKind::text});
        return;
      case 2:
        deliver_closed(socket);
        return;
      case 3:
        world_.deliver_token(request, {TokenResult::Kind::token, dice_.below(3), {}});
        return;
      case 4:
        if (dice_.one_in(8)) world_.block_dial();
        return;
      case 5:
        if (const Socket* live = world_.live()) {
          world_.deliver_capacity(live->id, dice_.below(100000));
        }
        return;
      default:
        for (std::size_t count = dice_.below(5); count > 0; --count) world_.handle_deadline();
        return;
    }
  }

  Dice dice_;
  World world_;
};

}  // namespace

WalkResult walk(const Walk& walk) {
  auto walker = std::make_unique<Walker>(walk);
  std::unique_ptr<Walker> twin;
  WalkResult result;
  for (; result.steps < walk.steps && walker->world().problems().empty(); ++result.steps) {
    // The second quarter and the last are walked by a copy as well.
    const std::uint64_t quarter = walk.steps / 4 + 1;
    const bool twinned = (result.steps / quarter) % 2 == 1;
    if (twinned && !twin) {
      twin = std::make_unique<Walker>(*walker);
      twin->world().trace = nullptr;
    }
    walker->step();
    result.phases_seen |= std::uint64_t{1} << static_cast<unsigned>(walker->world().phase());
    if (twin) twin->step();
    if (twin && !twinned) {
      if (walker->world().core() != twin->world().core()) {
        walker->world().books().complain("a copy fed with the same inputs went another way");
      }
      twin.reset();
    }
  }
  if (twin && walker->world().core() != twin->world().core()) {
    walker->world().books().complain("a copy fed with the same inputs went another way");
  }
  result.problems = walker->world().problems();
  result.dials = walker->world().dials;
  result.delivered = walker->world().delivered;
  return result;
}

}  // namespace keepline::sim
