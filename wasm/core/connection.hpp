// The machine: composes the policies, owns one link at most, and says what to do next.
//
// One contract. Call a command or a handle_*; then drain poll_output() until it is empty; then, if
// handle_frame() said deliver, deliver that frame; then sleep until next_deadline() and call
// handle_deadline(). Nothing calls back into the machine while it is being drained. It opens
// nothing, waits for nothing, reads no clock, throws nothing, and never sees a token.
//
// Methods come in four families: commands from the application (bare verbs), what happened
// (handle_*), what to do next (poll_output, next_deadline), and getters. An event that names a
// socket or a request that is no longer ours is ignored.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "backoff.hpp"
#include "close_policy.hpp"
#include "endpoint.hpp"
#include "envelope.hpp"
#include "event_decode.hpp"
#include "heartbeat.hpp"
#include "ids.hpp"
#include "metrics.hpp"
#include "options.hpp"
#include "outbox.hpp"
#include "output.hpp"
#include "random.hpp"
#include "routes.hpp"
#include "state.hpp"
#include "time.hpp"

namespace keepline {

enum class FrameKind : std::uint8_t { text, binary };

// What the host read of a frame. `head` is its beginning (all of it where `complete`);
// `total_bytes` is the frame's length in bytes of UTF-8, or a lower bound that is exact wherever
// the bound on message size could matter.
struct Frame {
  std::string_view head;
  std::size_t total_bytes = 0;
  bool complete = true;
  FrameKind kind = FrameKind::text;
};

struct FrameVerdict {
  enum class Action : std::uint8_t {
    drop,        // nothing more to do with it
    deliver,     // parse it and hand it to the subscribers of its type
    need_whole,  // call again with the whole frame
  };
  Action action = Action::drop;
  TypeId
      type;  // deliver: the routed type; nobody where the table of names is full (see current_type)

  friend bool operator==(const FrameVerdict&, const FrameVerdict&) = default;
};

// The host could not read a frame that was to be delivered. `head` and `total_bytes` as in Frame.
struct Refusal {
  Malformed why = Malformed::not_json;
  std::string_view head;
  std::size_t total_bytes = 0;
};

struct CloseInfo {
  std::uint16_t code = 1006;
  std::string_view reason;
  bool blocked = false;  // by the page's policy (connect-src): no dial will ever succeed
  std::optional<std::size_t> unsent = std::nullopt;  // where the host can still say
};

struct TokenResult {
  enum class Kind : std::uint8_t { token, absent, failed, invalid };
  Kind kind = Kind::failed;
  std::uint64_t fingerprint = 0;  // token: equal for equal tokens, says nothing else of them
  std::string_view detail;        // failed: what the provider's rejection said
};

enum class PageSignal : std::uint8_t {
  online,
  offline,
  visible,
  hidden,
  frozen,
  resumed,
  page_hidden,  // into the back-forward cache
  page_shown,   // out of it
};
std::string_view to_string(PageSignal signal);

// Who the application says is signed in: an opaque key, or nobody.
using Identity = std::optional<std::string>;

struct Message {
  std::string_view type;
  std::string_view data;  // JSON text; empty: no data member
  std::string_view id;    // empty: none
  std::optional<Duration> ttl;
};

// A message that is taken has an id and is settled later, exactly once; else why it was not.
struct SendResult {
  MessageId message;
  SendOutcome outcome = SendOutcome::sent;  // where `message` is nobody: the reason
};

// One line of the flight recorder.
struct TransitionRecord {
  WallClock::time_point at{};
  Phase from = Phase::idle;
  Phase to = Phase::idle;
  Trigger trigger = Trigger::command_connect;
  int attempt = 0;
  std::string cause;  // redacted

  friend bool operator==(const TransitionRecord&, const TransitionRecord&) = default;
};
// The throttle of reconnect(): a held-down Retry key must not become a flood.
inline constexpr Duration dial_pause = seconds(1);
// What a link must show before failures are forgiven: otherwise a server that accepts and closes
// would be dialled for ever without backing off.
inline constexpr Duration proof_with_frames = seconds(10);
inline constexpr Duration proof_by_time = seconds(60);
inline constexpr std::uint64_t proof_frames = 2;
// After this many dials that never opened a token may be what the server refuses with an HTTP
// status.
inline constexpr int unopened_dials_before_refresh = 3;
inline constexpr std::size_t transition_records_max = 64;
inline constexpr std::size_t malformed_samples_max = 5;

class Connection {
 public:
  Connection(Options options, Random random);

  // Commands.
  void connect(const Instant& now);
  void disconnect(const Instant& now);
  void reconnect(const Instant& now);
  void set_identity(const Instant& now, Identity identity);
  void token_changed(const Instant& now);
  // The identity the application starts with: noted, nothing is dialled. Before any other command.
  void adopt_identity(Identity identity);
  // Nobody where the pattern is no type (1-64 bytes), no prefix with one trailing '*', or the table
  // is full (routes.hpp).
  SubscriptionId subscribe(const Instant& now, std::string_view pattern);
  void unsubscribe(const Instant& now, SubscriptionId subscription);
  SendResult send(const Instant& now, const Message& message);

  // What happened.
  void handle_socket_opened(const Instant& now, SocketId socket, std::string_view protocol,
                            bool protocol_is_token = false);
  FrameVerdict handle_frame(const Instant& now, SocketId socket, const Frame& frame);
  void handle_frame_refused(const Instant& now, SocketId socket, const Refusal& refusal);
  void handle_send_capacity(const Instant& now, SocketId socket, std::size_t buffered_bytes);
  void handle_socket_closed(const Instant& now, SocketId socket, const CloseInfo& info);
  // The page's policy (connect-src) blocked a dial, told after its close was.
  void handle_dial_blocked(const Instant& now);
  void handle_token(const Instant& now, TokenRequestId request, const TokenResult& result);
  void handle_page_signal(const Instant& now, PageSignal signal);
  void handle_deadline(const Instant& now);

  // What to do next.
  std::optional<Output> poll_output();
  std::optional<Instant> next_deadline() const;

  // Getters.
  const Status& status() const { return status_; }
  Metrics metrics(const Instant& now) const;
  const Options& options() const { return options_; }
  std::string_view type_name(TypeId type) const { return routes_.name(type); }
  // The type that the last `deliver` verdict was about.
  std::string_view current_type() const {
    const TypeId type = last_delivered_.value_or(TypeId{});
    return type ? routes_.name(type) : unnamed_type_;
  }
  // Types seen while subscribed, by TypeId 1 to type_count(), and how many of each were delivered.
  std::size_t type_count() const { return routes_.type_count(); }
  std::uint64_t received(TypeId type) const { return routes_.received(type); }
  const std::list<TransitionRecord>& transition_records() const { return records_; }
  std::span<const std::string> malformed_samples() const { return samples_; }
  std::span<const std::string> invalid_samples() const { return invalid_samples_; }

  friend bool operator==(const Connection&, const Connection&) = default;

 private:
  enum class Timer : std::uint8_t {
    token,          // the provider has had its time
    renewal_token,  // the same for an in-band renewal
    connect,        // the dial has had its time
    hello,          // usable without a first frame
    going_away,     // announced, and no close came
    proof,          // the link has lasted
    retry,          // the running wait is over
    announce,       // subscriptions changed within the last announcement's pause
    capacity,       // look again whether the socket has sent what it holds
  };
  static constexpr std::size_t timer_count = 9;

  // One socket, from OpenSocket until it is let go.
  struct Link {
    SocketId socket;
    HostClock::time_point dialled_at{};
    bool open = false;
    HostClock::time_point opened_at{};
    bool usable = false;
    bool speaks = false;         // sent a `connected` of the protocol: control names are reserved
    bool can_subscribe = false;  // features
    bool can_reauth = false;
    bool proven = false;
    HostClock::time_point usable_at{};
    std::uint64_t frames = 0;
    std::size_t buffered = 0;  // bytes in the socket, as last measured plus what went out since
    std::string announced;     // the last `subscribe` frame
    HostClock::time_point announced_at{};
    std::optional<Instant> token_since;  // renewal: the present token counts from here
    Duration token_lifetime{};
    Duration renew_after{};

    friend bool operator==(const Link&, const Link&) = default;
  };

  // Tenant and user of `connected`.
  struct LinkIdentity {
    std::string tenant;
    std::string user;
    friend bool operator==(const LinkIdentity&, const LinkIdentity&) = default;
  };

  // connection.cpp: outputs, phases, status, messages.
  void observe(const Instant& now);
  template <class Imperative>
  void emit(Imperative&& output) {
    outputs_.emplace_back(std::forward<Imperative>(output));
  }
  void log(LogLevel level, std::string_view text);
  void enter(const Instant& now, Phase to, Trigger trigger, std::string_view cause);
  void publish(const Instant& now);
  void settle_all(const Instant& now, const std::vector<MessageId>& messages, SendOutcome outcome);
  std::string frame_text(std::string_view type, std::string_view id, const Instant& now,
                         std::string_view data) const;
  bool send_control(const Instant& now, std::string text);
  void emit_frame(const Instant& now, std::string text);
  void watch_capacity(const Instant& now, Duration pause);
  bool fits_socket(std::size_t bytes) const;
  void hand_over(const Instant& now, MessageId message, std::string frame);
  void flush(const Instant& now);
  void announce(const Instant& now);

  // connection_dial.cpp: dials, tokens, waits, ends.
  void begin_dial(const Instant& now, Trigger trigger, std::string_view cause);
  void open_socket(const Instant& now, Trigger trigger, std::string_view cause,
                   TokenRequestId token);
  void start_over();
  void begin_after_pause(const Instant& now);
  void revive();
  void stop_everything(const Instant& now);
  void forget_wait();
  void abandon_tokens();
  void let_go(const Instant& now, std::string_view close_reason);
  void forget_link(const Instant& now);
  void schedule_retry(const Instant& now, Trigger trigger, ErrorKind kind, std::uint16_t code = 0,
                      std::string_view detail = {});
  void wait(const Instant& now, Trigger trigger, Duration delay, std::string_view cause);
  void suspend(const Instant& now, Trigger trigger, ErrorKind kind, std::uint16_t code,
               std::string_view detail);
  void refuse(const Instant& now, Trigger trigger, ErrorKind kind, std::uint16_t code = 0,
              std::string_view detail = {});
  void reject_link(const Instant& now, std::uint16_t code, std::string_view detail);
  void count_retry(ErrorKind kind, std::uint16_t code, std::string_view detail);
  void sign_out(const Instant& now, Trigger trigger, std::string_view cause);
  void drop_identity(const Instant& now);
  void handle_renewal_token(const Instant& now, const TokenResult& result);
  void request_renewal(const Instant& now, bool force);
  void postpone_renewal(const Instant& now);
  Duration connect_timeout() const;

  // connection_link.cpp: what a link says.
  void become_usable(const Instant& now, std::string_view cause);
  void count_frame(const Instant& now);
  void prove_if_due(const Instant& now);
  FrameVerdict handle_bare(const Instant& now, BareText text);
  FrameVerdict handle_control(const Instant& now, const Frame& frame, const Envelope& envelope);
  FrameVerdict handle_event(const Instant& now, const Frame& frame, const Envelope& envelope);
  bool judge(const Frame& frame, std::string_view type);
  void undo_delivery();
  void plan_renewal(const Instant& now, Duration lifetime);
  void handle_connected(const Instant& now, const Connected& connected);
  void handle_pong(const Instant& now, std::string_view id);
  void note_malformed(Malformed why, std::string_view head, std::size_t total_bytes);
  bool is_control(std::string_view type) const;

  // connection_time.cpp: deadlines and page life.
  HostClock::time_point& at(Timer timer) { return timers_[static_cast<std::size_t>(timer)]; }
  Instant first_deadline() const;
  bool is_quiet(const Instant& now) const;
  void expect_quiet();
  void arm(Timer timer, HostClock::time_point when);
  void disarm(Timer timer);
  bool take_due(Timer timer, const Instant& now);
  void run_due(const Instant& now);
  void renew_if_due(const Instant& now);
  void run_heartbeat(const Instant& now);
  void send_ping(const Instant& now);
  void replace_dead_link(const Instant& now);
  void probe(const Instant& now);
  void pause(const Instant& now, PageSignal signal);
  void resume(const Instant& now, PageSignal signal);
  void wake_up(const Instant& now, PageSignal signal);

  Options options_;
  Random random_;
  std::variant<Endpoint, ConnectionError> endpoint_;

  Phase phase_ = Phase::idle;
  Episode episode_ = Episode::first;
  std::optional<Phase> paused_from_;
  bool signed_out_ = false;
  int attempt_ = 0;
  bool was_usable_ = false;  // since connect or a new identity
  bool uncounted_ = false;   // the dial to come stands for no wait of its own
  bool hinted_wait_ =
      false;  // the running wait is the server's wish: page signals do not shorten it
  std::optional<RetryHint> hint_;
  std::optional<ConnectionError> error_;
  std::optional<WallClock::time_point> next_retry_at_;
  Status status_;

  std::optional<Identity> identity_;  // as the application says; nothing where it says nothing
  std::optional<LinkIdentity> link_identity_;
  bool identity_changed_ = false;  // since the last usable link

  TokenRequestId token_request_;    // pending, for a dial
  TokenRequestId renewal_request_;  // pending, for the running link
  std::uint64_t fingerprint_ = 0;   // of the token last offered
  bool force_refresh_ = false;
  bool rejected_ = false;  // once since the last proof
  std::optional<std::uint64_t> rejected_fingerprint_;
  int unopened_dials_ = 0;
  bool unopened_refresh_used_ = false;

  std::optional<Link> link_;
  int timeouts_in_row_ = 0;
  HostClock::time_point last_dial_ = long_ago;
  Duration dial_took_{};  // of the last dial that became usable, what its timeout is for; or 0
  HostClock::time_point last_signal_ = long_ago;
  HostClock::time_point last_signal_dial_ = long_ago;
  HostClock::time_point last_message_ = long_ago;
  std::optional<Instant> lost_at_;  // when the last usable link ended

  Heartbeat heartbeat_;
  RoundTrips round_trips_;
  bool silence_told_ = false;
  bool echo_told_ = false;
  Outbox outbox_;
  Routes routes_;
  Metrics metrics_;
  std::optional<TypeId> last_delivered_;  // by the last frame, until the host has read it
  std::string unnamed_type_;              // its type, where the table of names is full

  std::array<HostClock::time_point, timer_count> timers_;  // `never` where not armed
  std::optional<Instant> last_seen_;
  std::optional<Instant> quiet_until_;  // see is_quiet(); nothing where that must be worked out
  // Lists, because the code of a deque is several times as large.
  std::list<Output> outputs_;
  std::list<TransitionRecord> records_;
  std::vector<std::string> samples_;
  std::vector<std::string> invalid_samples_;
  std::uint32_t last_socket_ = 0;
  std::uint32_t last_token_request_ = 0;
  std::uint32_t last_message_id_ = 0;
};

}  // namespace keepline
