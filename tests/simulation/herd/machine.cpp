#include "machine.hpp"

#include <algorithm>
#include <utility>

#include "server.hpp"
#include "stream_server.hpp"

namespace keepline::sim::herd {
namespace {

constexpr double wall_start_ms = 1763888400000;  // 2025-11-23T09:00:00Z
constexpr std::string_view event_type = "new_call";

Instant at(Moment now) {
  return {HostClock::time_point(milliseconds(now)),
          WallClock::time_point(milliseconds(wall_start_ms + now))};
}

StreamServer server_at(std::uint32_t epoch, std::uint64_t head) {
  return {.on = true, .epoch = epoch, .head = head};
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string number_text(std::uint64_t value) { return std::to_string(value); }

// What stands in a member of a frame that this core wrote itself.
std::string_view member(std::string_view frame, std::string_view key) {
  const auto from = frame.find(key);
  if (from == std::string_view::npos) return {};
  frame.remove_prefix(from + key.size());
  return frame.substr(0, frame.find('"'));
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') break;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

}  // namespace

Options Machine::default_options() {
  Options options;
  options.page = "https://app.example.com/calls";
  options.has_token_provider = true;
  return options;
}

Machine::Machine(Wire& wire, std::uint32_t number, const Options& options, std::uint64_t seed)
    : wire_(wire), core_(options, Random(seed)), chance_(~seed), number_(number) {}

bool Machine::is_live() const {
  return is_usable() && core_.status().delivery == Delivery::live && !fetches_at_ &&
         !awaits_snapshot_;
}

void Machine::begin(Moment now) {
  core_.subscribe(at(now), event_type);
  core_.connect(at(now));
  drain(now);
}

void Machine::opened(Moment now, std::uint32_t dial, const Log& log) {
  core_.handle_socket_opened(at(now), SocketId{dial}, "keepline.v1");
  drain(now);
  Server server = speaks();
  server.connected_extra = server_at(log.epoch, log.head).greet();
  hear(now, dial, connected_frame(server));
}

void Machine::told(Moment now, std::uint32_t dial, const Word& word, double spread_ms) {
  switch (word.kind) {
    case Word::Kind::pong:
      hear(now, dial, R"({"type":"pong","id":")" + number_text(word.a) + R"(","ts":1})");
      return;
    case Word::Kind::resumed: {
      const StreamServer server = server_at(word.c, word.b);
      hear(now, dial,
           R"({"type":"resumed","data":{"from":)" + quoted(server.position(word.a)) + R"(,"to":)" +
               quoted(server.position(word.b)) + "}}");
      for (std::uint64_t seq = word.a + 1; seq <= word.b; ++seq) hear(now, dial, server.event(seq));
      hear(now, dial,
           R"({"type":"position","data":{"at":)" + quoted(server.position(word.b)) + R"(,"sent":)" +
               number_text(word.b - word.a) + "}}");
      return;
    }
    case Word::Kind::gap: {
      const auto before = server_at(static_cast<std::uint32_t>(word.a), 0);
      hear(now, dial,
           R"({"type":"gap","data":{"from":)" + quoted(before.position(word.b)) + R"(,"to":)" +
               quoted(server_at(word.c, 0).position(0)) + R"(,"reason":"epoch","spreadMs":)" +
               number_text(static_cast<std::uint64_t>(spread_ms)) + "}}");
      return;
    }
    case Word::Kind::snapshot:
      awaits_snapshot_ = false;
      return;
    case Word::Kind::hello:
    case Word::Kind::ping:
    case Word::Kind::resume:
    case Word::Kind::fetch:
      return;  // a client's words
  }
}

void Machine::reached(Moment now, std::uint32_t dial, const Log& log) {
  const StreamServer server = server_at(log.epoch, log.head);
  hear(now, dial, R"({"type":"position","data":{"at":)" + quoted(server.position(log.head)) + "}}");
}

void Machine::leaving(Moment now, std::uint32_t dial, double after_ms, double spread_ms) {
  hear(now, dial, going_away_frame(after_ms, spread_ms));
}

void Machine::closed(Moment now, std::uint32_t dial, std::uint16_t code, std::string_view reason) {
  core_.handle_socket_closed(at(now), SocketId{dial}, {code, reason});
  drain(now);
}

void Machine::signal(Moment now, PageSignal signal) {
  core_.handle_page_signal(at(now), signal);
  drain(now);
}

void Machine::wake(Moment now) {
  if (fetches_at_ && now >= *fetches_at_) {
    fetches_at_.reset();
    awaits_snapshot_ = true;
    wire_.say(number_, {.kind = Word::Kind::fetch});
  }
  const auto due = core_.next_deadline();
  if (!due || due->monotonic > at(now).monotonic) return;
  core_.handle_deadline(at(now));
  drain(now);
}

std::optional<Moment> Machine::next_wake() const {
  const auto due = core_.next_deadline();
  if (!due) return fetches_at_;
  const Moment own = due->monotonic.time_since_epoch().count();
  return fetches_at_ ? std::min(own, *fetches_at_) : own;
}

void Machine::hear(Moment now, std::uint32_t dial, const std::string& text) {
  core_.handle_frame(at(now), SocketId{dial}, {text, text.size(), true});
  drain(now);
}

void Machine::drain(Moment now) {
  do {
    for (const Output& output : core_.poll_outputs()) carry_out(now, output);
  } while (answer(now));
}

// Nothing calls back into the core while outputs are carried out: what they ask is answered here.
bool Machine::answer(Moment now) {
  if (const TokenRequestId request = std::exchange(asked_, {})) {
    // Of a provider that has it already.
    core_.handle_token(at(now), request, {TokenResult::Kind::token, 1, {}});
    return true;
  }
  if (const SocketId socket = std::exchange(measured_, {})) {
    core_.handle_send_capacity(at(now), socket, 0);
    return true;
  }
  return false;
}

void Machine::carry_out(Moment now, const Output& output) {
  if (const auto* open = std::get_if<OpenSocket>(&output)) {
    wire_.dial(number_, open->socket.value);
  } else if (const auto* close = std::get_if<CloseSocket>(&output)) {
    wire_.hang_up(number_, close->socket.value);
  } else if (const auto* frame = std::get_if<SendFrame>(&output)) {
    send(*frame);
  } else if (const auto* measure = std::get_if<MeasureSendCapacity>(&output)) {
    measured_ = measure->socket;
  } else if (const auto* request = std::get_if<RequestToken>(&output)) {
    asked_ = request->request;
  } else if (const auto* gap = std::get_if<Gap>(&output)) {
    // As the package's live queries do it: everybody has the same gap.
    fetches_at_ = now + chance_.between(Duration{0}, gap->spread).count();
  }
}

void Machine::send(const SendFrame& frame) {
  const std::string_view text = frame.text;
  if (text.starts_with(R"({"type":"ping")")) {
    wire_.say(number_, {.kind = Word::Kind::ping, .a = number_in(member(text, R"("id":")"))});
  } else if (text.starts_with(R"({"type":"resume")")) {
    // "e<epoch>.<seq>", as StreamServer::position() writes it; nothing where the link begins anew.
    const std::string_view from = member(text, R"("from":")");
    Word word{.kind = Word::Kind::resume};
    if (const auto dot = from.find('.'); dot != std::string_view::npos) {
      word.a = number_in(from.substr(1));
      word.b = number_in(from.substr(dot + 1));
    }
    wire_.say(number_, word);
  }
}

}  // namespace keepline::sim::herd
