// Feeds the core, drains it, and keeps one timer.
//
// Owns the machine, its sockets and the tokens, which never enter the core. Reads both clocks with
// every call, but for frames of one millisecond. What carrying out the core's wishes turns up is
// told to it when it is drained. Decides nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "../core/connection.hpp"
#include "socket.hpp"
#include "timer.hpp"

namespace keepline {

class Driver final : private SocketListener {
 public:
  // `protocols`: comma-joined, what a dial without a token offers.
  Driver(const Options& options, std::string protocols, std::uint64_t seed);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  void adopt_identity(Identity identity);
  void connect();
  void disconnect();
  void reconnect();
  void set_identity(Identity identity);
  void token_changed();
  void subscribe(std::string_view pattern);
  void unsubscribe(std::string_view pattern);
  SendResult send(const Message& message);
  bool resume_from(std::string_view position) { return core_.resume_from(position); }
  std::optional<Duration> draw_wait(int failures) { return core_.draw_wait(failures); }

  // `protocols`: one a line; what the dial with this token offers. `address`: where it goes, where
  // the application makes that; then the token may be none.
  void token_arrived(TokenRequestId request, std::string token, std::string protocols,
                     std::string_view address);
  void token_refused(TokenRequestId request, const TokenResult& result);
  void page_signal(PageSignal signal);
  void dial_blocked();
  FrameVerdict frame(WallClock::time_point wall, SocketId socket, const Frame& frame);
  void frame_refused(SocketId socket, const Refusal& refusal);

  const Connection& core() const { return core_; }
  // The status last told to the host: that of the core may be ahead of it.
  const Status& status() const { return status_; }
  void report_metrics() const;  // see report.hpp
  // Where the host writes the head of a frame.
  char* head() { return head_.data(); }

 private:
  // Asked for, and here between its arrival and its one use.
  struct Token {
    explicit Token(TokenRequestId its_request) : request(its_request) {}
    ~Token();
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;

    TokenRequestId request;
    std::string text;
    std::string protocols;
  };

  void socket_opened(SocketId socket, std::string_view protocol) override;
  void socket_closed(SocketId socket, const CloseInfo& info) override;

  const Instant& tick();
  void drain();
  bool answer();
  void arm();
  void run_deadline();
  void measure(Instant now);
  void forget_token(TokenRequestId request);
  Token* find_token(TokenRequestId request);
  std::uint64_t fingerprint(std::string_view token) const;

  void carry_out(const OpenSocket& output);
  void carry_out(const CloseSocket& output);
  void carry_out(const SendFrame& output);
  void carry_out(const SendAuth& output);
  void carry_out(const MeasureSendCapacity& output);
  void carry_out(const RequestToken& output);
  void carry_out(const AbandonToken& output);
  void carry_out(StatusChanged& output);
  void carry_out(const Settle& output);
  void carry_out(const IdentityChanged& output);
  void carry_out(const Reconnected& output);
  void carry_out(const Gap& output);
  void carry_out(const Log& output);

  Connection core_;
  Sockets sockets_;
  std::string protocols_;
  std::uint64_t salt_;
  Status status_;
  std::list<Token> tokens_;
  SocketId socket_;                        // the one opened last
  std::uint64_t offered_fingerprint_ = 0;  // of the token it was offered
  bool offered_own_ = false;               // it was offered keepline.v1
  std::string thrown_;                     // by its constructor, until the core is told
  SocketId measured_;                      // the core wants to know what it holds
  Instant now_;                            // both clocks as last read
  Timer timer_;
  HostClock::time_point timer_at_{};
  std::array<char, head_bytes> head_{};
};

}  // namespace keepline
