// The books: what the machine was told, what it told the host to do, and whether the two agree.
//
// Standing invariants, judged from outside by the contract alone: no test names them, every run
// keeps them. What is found is written down as a sentence; the books stop nothing and feed nothing
// back.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"

namespace keepline::sim {

// What the outside did last.
enum class Input : std::uint8_t {
  connect,
  disconnect,
  reconnect,
  set_identity,
  token_changed,
  subscribe,
  unsubscribe,
  send,
  opened,
  frame,
  frame_refused,
  capacity,
  closed,
  blocked,
  token,
  signal,
  deadline,
};
std::string_view to_string(Input input);

class Books {
 public:
  explicit Books(const Connection& connection);

  // The order of every step: begin, then each output, then end with the machine drained.
  void begin(Input input, Instant now, std::optional<PageSignal> signal = std::nullopt);
  void note(const Output& output, const Connection& connection);
  void end(const Connection& connection);

  void note_frame(SocketId socket, const Frame& frame, const FrameVerdict& verdict,
                  const Connection& connection);
  void note_refused(SocketId socket);
  void note_hint(const std::optional<RetryHint>& hint);
  void note_opened(SocketId socket);
  void note_closed(SocketId socket);
  void note_token(TokenRequestId request, bool has_token);
  void note_send(const SendResult& result);
  void note_pattern(SubscriptionId subscription, std::string_view pattern);
  void note_unsubscribed(SubscriptionId subscription) { patterns_.erase(subscription); }
  void note_capacity(std::size_t bytes) { buffered_ = bytes; }
  bool is_pending(TokenRequestId request) const { return pending_ == request; }

  void complain(std::string problem);
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Live {
    SocketId socket;
    bool open = false;
    bool usable = false;
    HostClock::time_point usable_at{};
    std::uint64_t frames = 0;
  };

  void note_open_socket(const OpenSocket& output, const Connection& connection);
  void note_close_socket(const CloseSocket& output);
  void note_send_frame(const SendFrame& output, const Connection& connection);
  void note_request(const RequestToken& output);
  void note_abandon(const AbandonToken& output);
  void note_settle(const Settle& output);
  void note_status(const Status& status, const Connection& connection);
  void note_dial_begun();
  void check_delay(const Status& status, const Connection& connection);
  void check_attempt(const Status& status);
  void check_error(const Status& status);
  void check_way_out(const Connection& connection);
  void check_shape(const Status& status, const Connection& connection);
  bool is_proven() const;
  bool wants(std::string_view type) const;

  Instant now_{};
  bool started_ = false;
  Input input_ = Input::connect;
  std::optional<PageSignal> signal_;
  Status status_;  // as the outputs told it
  std::optional<Live> live_;
  bool awaits_whole_ = false;
  std::uint32_t last_socket_ = 0;
  std::uint32_t last_request_ = 0;
  std::optional<TokenRequestId> pending_;  // asked, neither answered nor abandoned
  std::set<TokenRequestId> tokens_;        // answered with a token that nobody used yet
  std::set<MessageId> unsettled_;
  std::set<MessageId> settled_early_;  // settled before send() returned its id
  std::uint32_t last_message_ = 0;
  std::map<SubscriptionId, std::string> patterns_;
  std::size_t buffered_ = 0;
  std::optional<RetryHint> hint_;
  std::optional<HostClock::time_point> retry_;  // the end of the running wait
  std::optional<HostClock::time_point> last_dial_;
  std::optional<HostClock::time_point> last_signal_dial_;
  std::optional<HostClock::time_point> promised_dial_;  // by reconnect()
  std::vector<std::string> problems_;
};

}  // namespace keepline::sim
