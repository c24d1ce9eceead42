// A whole world around one Connection: clocks, sockets, token provider, page, server, and a host
// that keeps the contract. Everything happens in fake time, so that hours pass in microseconds.
//
// Plain values throughout: a world can be copied in the middle of a run and both copies go on
// alike; equal worlds have equal futures. It judges nothing itself; every input and output passes
// through the books.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "books.hpp"
#include "connection.hpp"
#include "server.hpp"
#include "stream_server.hpp"

namespace keepline::sim {

enum class Provider : std::uint8_t {
  answers,  // a new token each time it is asked to refresh, else the same
  same,     // the same token whatever it is asked
  absent,   // nobody is signed in
  rejects,
  hangs,
  invalid,
  lost,      // what makes the addresses fails; else like `same`
  misleads,  // what it makes is none
};

struct Socket {
  SocketId id;
  Server server;  // as it was when dialled
  bool open = false;
  bool stalled = false;  // nothing passes any more, and nobody is told
  bool let_go = false;
  bool holds_back = false;  // frames wait in it and are not transmitted
  bool speaks = false;      // said `connected` as the protocol has it
  std::size_t buffered = 0;
  HostClock::time_point sent_at{};  // when a slow uplink has taken the last byte

  friend bool operator==(const Socket&, const Socket&) = default;
};

class World {
 public:
  explicit World(const Options& options = default_options(), std::uint64_t seed = 1);
  // A page on https://app.example.com with a token provider.
  static Options default_options();

  // What the next dial meets, and how the surroundings behave.
  Server server = speaks();
  StreamServer stream;  // behind every link, where it is on
  Provider provider = Provider::answers;
  std::string address =
      "wss://rt.example.com/ws?ticket=7";  // of each dial, where that is asked for
  Duration provider_delay = milliseconds(30);
  Duration close_delay = seconds(60);  // until the browser tells of a socket that was let go
  Duration timer_grain{};              // throttled timers fire only at its multiples
  bool host_runs_timers = true;        // a frozen page does not
  std::string* trace = nullptr;        // every input and output, as text
  bool keeps_history = true;           // for tests; a long walk needs none

  // Who is signed in as the application starts: before anything else.
  void adopt(const Identity& identity);

  // Commands.
  void connect();
  void disconnect();
  void reconnect();
  void set_identity(Identity identity);
  void token_changed();
  void subscribe(std::string_view pattern);
  void unsubscribe(std::string_view pattern);
  SendResult send(std::string_view type, std::string_view data = {},
                  std::optional<Duration> ttl = std::nullopt);
  // A note whose data begin with a rising number and have so many bytes more: the books see to
  // their order on the wire.
  SendResult send_numbered(std::size_t bytes, std::optional<Duration> ttl);

  // A message that waits for the server's word.
  SendResult ask(std::string_view data = {}, std::optional<Duration> ttl = std::nullopt);
  bool resume_from(std::string_view position);

  // The log behind the links.
  void publish();
  void order_stream(StreamFault fault);

  // What the outside does.
  void signal(PageSignal signal);
  void server_sends(std::string_view text);
  void server_closes(std::uint16_t code, std::string_view reason = {});
  void block_dial();  // the last one
  void block_dial(SocketId dial);
  // The provider has a newer token from now on, whoever asks.
  void rotate_token() { ++last_fingerprint_; }
  void stall();      // the path dies and nobody says so
  void hold_back();  // the live socket transmits nothing for now, and says so when measured
  void let_flow();
  void heal();  // it passes frames again; what was swallowed is lost
  void deliver_opened(SocketId socket);
  FrameVerdict deliver_frame(SocketId socket, const Frame& frame);
  void refuse_frame(SocketId socket, const Refusal& refusal);
  void deliver_closed(SocketId socket, std::uint16_t code, std::string_view reason);
  void deliver_token(TokenRequestId request, const TokenResult& result);
  void deliver_capacity(SocketId socket, std::size_t bytes);
  void handle_deadline();

  // Time.
  void run_for(Duration duration);
  // The next thing that is due, at most `limit` ahead. False where nothing is.
  bool run_next(Duration limit);
  void skip(Duration duration);  // the clocks run on and nothing is handled
  void sleep(Duration duration, bool monotonic_runs);
  void move_wall(Duration by) { now_.wall += by; }
  Instant now() const { return now_; }

  // What there is to see.
  const Connection& core() const { return core_; }
  const Status& status() const { return core_.status(); }
  Phase phase() const { return core_.status().phase; }
  State state() const { return core_.status().state; }
  Metrics metrics() const { return core_.metrics(now_); }
  const Socket* live() const;
  Duration until_retry() const;
  const std::vector<Problem>& problems() const { return books_.problems(); }
  Books& books() { return books_; }

  std::uint64_t dials = 0;
  std::uint64_t token_requests = 0;
  std::uint64_t forced_requests = 0;
  std::uint64_t delivered = 0;
  std::uint64_t host_wakes = 0;
  std::vector<Output> history;            // since the last clear()
  std::vector<std::string> server_heard;  // frames that reached the server, since the last clear()
  void clear();
  template <class T>
  std::vector<T> told() const {
    std::vector<T> all;
    for (const Output& output : history) {
      if (const T* one = std::get_if<T>(&output)) all.push_back(*one);
    }
    return all;
  }

  friend bool operator==(const World&, const World&) = default;

 private:
  enum class Kind : std::uint8_t { opened, frame, closed, token, heard };
  struct Event {
    HostClock::time_point at{};
    std::uint64_t order = 0;
    Kind kind = Kind::opened;
    std::uint32_t id = 0;  // of the socket or the token request
    std::string text;
    std::uint16_t code = 0;
    TokenResult::Kind result = TokenResult::Kind::failed;
    std::uint64_t fingerprint = 0;

    friend bool operator==(const Event&, const Event&) = default;
  };

  void begin(Input input, std::optional<PageSignal> signal = std::nullopt,
             std::string_view detail = {});
  void finish();
  void drain();
  void carry_out(const Output& output);
  void carry_out(const OpenSocket& output);
  void carry_out(const CloseSocket& output);
  void carry_out(const SendFrame& output);
  void carry_out(const RequestToken& output);
  bool is_stale(SocketId socket) const;
  void send_stream(const std::vector<std::string>& frames);
  void reach_server(const Socket& socket, const std::string& text, Duration on_the_way);
  std::size_t unsent(const Socket& socket) const;
  void note_protocol(Socket& socket, const Frame& frame);
  void expect_unchanged(const Connection& before, std::string_view what);
  Socket* find(SocketId socket);
  void schedule(Event event, Duration delay);
  void schedule_server_life(const Socket& socket);
  void happen(const Event& event);
  std::optional<HostClock::time_point> timer_at() const;
  void advance_to(HostClock::time_point at);

  Connection core_;
  Books books_;
  Instant now_;
  std::vector<Socket> sockets_;
  std::vector<Event> events_;  // a heap, earliest first
  std::uint64_t last_order_ = 0;
  std::uint64_t last_fingerprint_ = 1000;
  std::uint64_t last_number_ = 0;
  SocketId last_dial_;
  HostClock::time_point stream_until_{};  // what the log's server has said is here by then
  std::vector<SocketId> to_measure_;
  int steps_at_one_instant_ = 0;
};

}  // namespace keepline::sim
