// The books: what the machine was told, what it told the host to do, and whether the two agree.
//
// Standing invariants, judged from outside by the contract alone: no test names them, every run
// keeps them. What is found is written down as a sentence under the invariant's name; the books
// stop nothing and feed nothing back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"
#include "invariants.hpp"

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
  // What the step itself was is forgotten, so that books that hold the same are equal.
  void close_step() { step_ = {}; }

  void note_frame(SocketId socket, const Frame& frame, const FrameVerdict& verdict,
                  const Connection& connection);
  void note_refused(SocketId socket);
  void note_hint(const std::optional<RetryHint>& hint);
  void note_connected(const Connected& connected);
  void note_opened(SocketId socket);
  void note_closed(SocketId socket, std::uint16_t code, std::string_view reason);
  void note_token(TokenRequestId request, const TokenResult& result);
  void note_identity(const Identity& identity);
  void note_adopted(const Identity& identity, const Connection& connection);
  void note_send(const SendResult& result, Duration ttl);
  void note_pattern(SubscriptionId subscription, std::string_view pattern);
  void note_unsubscribed(SubscriptionId subscription) { patterns_.erase(subscription); }
  void note_capacity(std::size_t bytes) { buffered_ = bytes; }
  bool is_pending(TokenRequestId request) const { return pending_ == request; }

  void complain(Invariant invariant, std::string_view text);
  void judge_only(Judged judged) { judged_ = judged; }
  const std::vector<Problem>& problems() const { return problems_; }

  friend bool operator==(const Books&, const Books&) = default;

 private:
  struct Live {
    SocketId socket;
    HostClock::time_point dialled_at{};
    bool open = false;
    HostClock::time_point opened_at{};
    bool usable = false;
    HostClock::time_point usable_at{};
    std::uint64_t frames = 0;

    friend bool operator==(const Live&, const Live&) = default;
  };
  // A message that was taken and not settled.
  struct Taken {
    HostClock::time_point expires_at{};
    std::uint32_t identity = 0;

    friend bool operator==(const Taken&, const Taken&) = default;
  };
  // One step: what it began with, and what may follow from that.
  struct Step {
    Input input = Input::connect;
    Instant now{};
    std::optional<PageSignal> signal;
    SocketId last_socket;  // as it began
    bool proven = false;   // the link that ended in it had proven itself
    bool by_user = false;  // what may have ended the machine's trying
    bool by_sign_out = false;
    bool by_policy = false;
    bool new_identity = false;
    std::uint32_t outputs = 0;
    std::uint32_t frames_of_messages = 0;  // handed over and not yet settled

    friend bool operator==(const Step&, const Step&) = default;
  };

  // books.cpp: outputs, and what the outside did.
  void note_open_socket(const OpenSocket& output, const Connection& connection);
  void note_close_socket(const CloseSocket& output);
  void note_send_frame(const SendFrame& output, const Connection& connection);
  void note_order(std::string_view frame);
  void note_send_auth(const SendAuth& output);
  void use_token(TokenRequestId request, std::string_view otherwise);
  void note_request(const RequestToken& output);
  void note_abandon(const AbandonToken& output);
  void note_settle(const Settle& output);
  void note_identity_changed();
  void note_dial_begun();
  bool wants(std::string_view type) const;

  // books_status.cpp: what a status may say.
  void note_status(const Status& status, const Connection& connection);
  void check_delay(const Status& before, const Connection& connection);
  void check_attempt(const Status& status);
  void check_error(const Status& status);
  void check_shape(const Status& status, const Connection& connection);
  bool is_proven() const;

  // books_end.cpp: what holds after every step.
  void check_way_out(const Connection& connection);
  void check_retry_pending(const Connection& connection);
  void check_end_of_trying(const Connection& connection);
  void check_identity();
  void check_messages(const Connection& connection);
  void check_deadlines(const Connection& connection);
  void check_bounds(const Connection& connection);

  Step step_;
  Judged judged_;
  bool started_ = false;
  bool has_endpoint_ = true;
  Status status_;        // as the outputs told it
  Status ended_status_;  // as the last step left it
  std::optional<Phase> paused_from_;
  std::optional<Live> live_;
  HostClock::time_point dialled_at_{};  // the last dial, also when it has ended
  bool awaits_whole_ = false;
  std::uint32_t last_socket_ = 0;
  std::uint32_t last_request_ = 0;
  std::uint64_t dials_ = 0;
  std::optional<TokenRequestId> pending_;  // asked, neither answered nor abandoned
  HostClock::time_point asked_at_{};
  std::map<TokenRequestId, std::uint64_t> tokens_;  // answered and unused, with their fingerprints
  std::uint64_t offered_ = 0;                       // the fingerprint of the last token used
  std::optional<std::uint64_t> rejected_;           // the fingerprint that a server turned down
  std::map<MessageId, Taken> unsettled_;
  std::set<MessageId> settled_early_;  // settled before send() returned its id
  std::uint32_t last_message_ = 0;
  std::uint32_t last_sent_ = 0;
  std::uint64_t sent_ = 0;
  double last_number_ = 0;  // of the numbered messages on the wire
  std::map<SubscriptionId, std::string> patterns_;
  std::size_t buffered_ = 0;
  std::optional<RetryHint> hint_;
  std::optional<HostClock::time_point> retry_;  // the end of the running wait
  std::optional<HostClock::time_point> last_dial_;
  std::optional<HostClock::time_point> last_signal_dial_;
  std::optional<HostClock::time_point> promised_dial_;  // by reconnect()
  std::optional<Identity> identity_;                    // as the application says
  std::optional<std::string> link_identity_;            // as the last `connected` says
  std::uint32_t identities_ = 0;
  bool owes_identity_change_ = false;
  std::vector<Problem> problems_;
};

}  // namespace keepline::sim
