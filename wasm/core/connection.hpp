// The machine: composes the policies, owns one link at most, and says what to do next.
//
// One contract. Call a command or a handle_*; then drain poll_output() until it is empty, or carry
// out all that poll_outputs() gives; then, if handle_frame() said deliver, deliver that frame; then
// sleep until next_deadline() and call handle_deadline(). Nothing calls back into the machine while
// that is carried out. It opens nothing, waits for nothing, reads no clock, throws nothing, and
// never sees a token.
//
// Methods come in four families: commands from the application (bare verbs), what happened
// (handle_*), what to do next (poll_outputs, next_deadline), and getters. An event that names a
// socket or a request that is no longer ours is ignored.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "ask.hpp"
#include "away.hpp"
#include "backoff.hpp"
#include "close_policy.hpp"
#include "control_data.hpp"
#include "cursor.hpp"
#include "endpoint.hpp"
#include "envelope.hpp"
#include "error.hpp"
#include "ids.hpp"
#include "input.hpp"
#include "link.hpp"
#include "log_rate.hpp"
#include "metrics.hpp"
#include "options.hpp"
#include "outbox.hpp"
#include "output.hpp"
#include "page_life.hpp"
#include "path.hpp"
#include "random.hpp"
#include "recorder.hpp"
#include "routes.hpp"
#include "state.hpp"
#include "story.hpp"
#include "time.hpp"
#include "wait.hpp"

namespace keepline {

// What a link must show before failures are forgiven: otherwise a server that accepts and closes
// would be dialled for ever without backing off.
inline constexpr Duration proof_with_frames = seconds(10);
inline constexpr Duration proof_by_time = seconds(60);
inline constexpr std::uint64_t proof_frames = 2;

class Connection {
 public:
  Connection(const Options& options, Random random);

  // Commands.
  void connect(const Instant& now);
  void disconnect(const Instant& now);
  void reconnect(const Instant& now);
  void set_identity(const Instant& now, Identity identity);
  void token_changed(const Instant& now);
  // The identity the application starts with: noted, nothing is dialled. Before any other command.
  void adopt_identity(Identity identity);
  // False where the pattern is no type (1-64 bytes), no prefix with one trailing '*', or the table
  // is full (routes.hpp). The same pattern again changes nothing: who wants it is the host's to
  // know.
  bool subscribe(const Instant& now, std::string_view pattern);
  void unsubscribe(const Instant& now, std::string_view pattern);
  SendResult send(const Instant& now, const Message& message);
  // Where the event stream goes on, as an earlier page was told: counts where no link has begun to
  // follow it. False where it is no position, or comes too late.
  bool resume_from(std::string_view position);
  // A wait before the try after `failures` (from 1) of something of the application's own, drawn as
  // those between dials are: nothing where no further try is made, as `backoff` has it.
  std::optional<Duration> draw_wait(int failures);

  // What happened.
  // `offered_own`: keepline.v1 was among the subprotocols of the dial.
  void handle_socket_opened(const Instant& now, SocketId socket, std::string_view protocol,
                            bool protocol_is_token = false, bool offered_own = true);
  FrameVerdict handle_frame(const Instant& now, SocketId socket, const Frame& frame);
  void handle_frame_refused(const Instant& now, SocketId socket, const Refusal& refusal);
  void handle_send_capacity(const Instant& now, SocketId socket, std::size_t buffered_bytes);
  void handle_socket_closed(const Instant& now, SocketId socket, const CloseInfo& info);
  // The page's policy (connect-src) blocked this dial; browsers tell of it after its close, too.
  void handle_dial_blocked(const Instant& now, SocketId socket);
  void handle_token(const Instant& now, TokenRequestId request, const TokenResult& result);
  void handle_page_signal(const Instant& now, PageSignal signal);
  void handle_deadline(const Instant& now);

  // What to do next: one output after the other until there is none, or all of them at once.
  std::optional<Output> poll_output();
  std::list<Output> poll_outputs();
  std::optional<Instant> next_deadline() const;

  // Getters.
  const Status& status() const { return status_; }
  Metrics metrics(const Instant& now) const;
  const Options& options() const { return options_; }
  // Up to here everything was to be delivered, is wanted by nobody, or was told as missing.
  const Position& position() const { return cursor_.taken(); }
  // For so long the server knows the ids of messages that it has answered.
  Duration ack_window() const { return path_.ack_window; }
  std::string_view type_name(TypeId type) const { return routes_.name(type); }
  // The type that the last `deliver` verdict was about.
  std::string_view current_type() const {
    const TypeId type = delivery_.type.value_or(TypeId{});
    return type ? routes_.name(type) : delivery_.unnamed;
  }
  // Types seen while subscribed, by TypeId 1 to type_count(), and how many of each were delivered.
  std::size_t type_count() const { return routes_.type_count(); }
  std::uint64_t received(TypeId type) const { return routes_.received(type); }
  const std::list<TransitionRecord>& transition_records() const { return recorder_.transitions; }
  const std::list<std::string>& malformed_samples() const { return recorder_.malformed; }
  const std::list<std::string>& invalid_samples() const { return recorder_.invalid; }

  friend bool operator==(const Connection&, const Connection&) = default;

 private:
  // Brackets every input: looks at the clocks as it begins, and as it ends asserts what must be
  // true together.
  class Input {
   public:
    Input(Connection& machine, const Instant& now) : machine_(machine) { machine.observe(now); }
    Input(Connection& machine, const Instant& now, bool quiet) : machine_(machine) {
      if (quiet) {
        machine.last_seen_ = now;
      } else {
        machine.observe(now);
      }
    }
    ~Input() { assert(machine_.holds_together()); }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

   private:
    [[maybe_unused]] Connection& machine_;
  };

  // Why a link or a request for one came to nothing.
  struct Failure {
    Trigger trigger = Trigger::link_lost;
    ErrorKind kind = ErrorKind::network;
    std::uint16_t code = 0;
    std::string_view detail = {};  // redacted
    std::optional<RetryHint> hint = std::nullopt;
  };
  // What a dial is for: a page signal, and whether it repeats the wait it was made instead of.
  struct Dial {
    bool by_signal;
    bool repeats_wait;
  };
  struct Who {
    std::optional<Identity> said;  // by the application; nothing where it says nothing
    std::string link;              // by the last `connected`: tenant and user, a line each
    friend bool operator==(const Who&, const Who&) = default;
  };
  // Since the last usable link.
  struct Outage {
    std::optional<Instant> since;
    bool identity_changed = false;
    friend bool operator==(const Outage&, const Outage&) = default;
  };
  // By the last frame, until the host has read it.
  struct LastDelivery {
    std::optional<TypeId> type;
    std::string unnamed;  // the name, past the table of names
    friend bool operator==(const LastDelivery&, const LastDelivery&) = default;
  };
  struct LastIds {
    std::uint64_t page = 0;  // what the ids of messages begin with: no other page's do
    std::uint32_t acked = 0;
    std::uint32_t socket = 0;
    std::uint32_t token_request = 0;
    std::uint32_t message = 0;
    friend bool operator==(const LastIds&, const LastIds&) = default;
  };
  // A row of the protocol's control messages.
  enum class Control : std::uint8_t;

  // connection.cpp: commands, outputs, the status.
  template <class Imperative>
  void emit(Imperative&& output) {
    outputs_.emplace_back(std::forward<Imperative>(output));
  }
  void find_endpoint();
  void log(LogLevel level, std::string_view text);
  void log_rarely(const Instant& now, LogTopic topic, LogLevel level, std::string text);
  void enter(const Instant& now, Phase to, Trigger trigger, std::string_view cause);
  void publish(const Instant& now, Duration since_moved = {});
  Phase phase_or_left() const { return away_ ? away_->from : phase_; }
  bool is_nobody() const { return who_.said && !*who_.said; }
  bool stays_signed_out(const Instant& now, Trigger trigger);
  void begin_when_back(const Instant& now);
  void drop_identity(const Instant& now);
  // connection_messages.cpp: what is sent, and how it ends.
  void settle(const Instant& now, QueuedMessage& message, SendOutcome outcome,
              std::string_view detail = {});
  void settle_all(const Instant& now, Outbox::Messages&& messages, SendOutcome outcome,
                  std::string_view detail = {});
  std::string next_ack_id();
  void settle_answered(const Instant& now, std::string_view id, SendOutcome outcome,
                       std::string_view detail);
  std::string frame_text(std::string_view type, std::string_view id, const Instant& now,
                         std::string_view data) const;
  bool send_control(const Instant& now, std::string_view type, std::string_view id,
                    std::string_view data);
  bool send_text(const Instant& now, std::string text);
  void emit_frame(const Instant& now, std::string text);
  void hand_over(const Instant& now, QueuedMessage& message);
  void flush(const Instant& now);
  void announce(const Instant& now);

  // connection_dial.cpp: tokens, dials, rejections, waits, and how all of them end.
  void begin_dial(const Instant& now, Trigger trigger, std::string_view cause, Dial dial = {});
  void open_socket(const Instant& now, Trigger trigger, std::string_view cause,
                   TokenRequestId request, std::optional<Fingerprint> token);
  bool has_endpoint(const Instant& now, Trigger trigger);
  void reject_link(const Instant& now, Failure failure, std::optional<Fingerprint> token);
  void handle_renewal_token(const Instant& now, TokenRequestId request, const TokenResult& result);
  bool can_renew() const;
  void plan_renewal(const Instant& now, Duration lifetime);
  void request_renewal(const Instant& now, bool planned);
  void fail(const Instant& now, const Failure& failure);
  void suspend(const Instant& now, const Failure& failure);
  void note_failure(const Failure& failure);
  void start_wait(const Instant& now, Trigger trigger, HostClock::time_point until, WaitReason why,
                  std::string_view cause);
  void refuse(const Instant& now, const Failure& failure);
  void sign_out(const Instant& now, Trigger trigger, std::string_view cause);
  void stop_everything(const Instant& now);
  void abandon(TokenRequestId request);
  void let_go(const Instant& now, std::string_view close_reason);
  void end_link(const Instant& now);

  // connection_link.cpp: how a link lives.
  bool can(Feature feature) const {
    return link_ && link_->features && link_->features->have(feature);
  }
  bool owes_greeting() const { return options_.require_connected || path_.greets; }
  void go_live(const Instant& now, std::string_view cause);
  void count_frame(const Instant& now);
  void prove_if_due(const Instant& now);
  void replace_dead_link(const Instant& now);
  void fail_by_exception(const Instant& now, Failure failure);

  // connection_frames.cpp: what its frames say.
  FrameVerdict handle_bare(const Instant& now, BareText text);
  Control control_of(std::string_view type) const;
  static bool is_reserved(std::string_view type);
  FrameVerdict handle_control(const Instant& now, const Frame& frame, const Envelope& envelope,
                              Control control);
  FrameVerdict handle_event(const Instant& now, const Frame& frame, const Envelope& envelope);
  bool judge(const Instant& now, const Frame& frame, std::string_view type);
  void undo_delivery();
  void handle_connected(const Instant& now, const ControlData& data);
  void handle_pong(const Instant& now, std::string_view id);
  void handle_going_away(const Instant& now, const ControlData& data);
  void handle_error(const Instant& now, const ControlData& data, std::string_view id);
  void note_malformed(Malformed why, std::string_view head, std::size_t total_bytes);

  // connection_stream.cpp: the event stream across links.
  bool follows() const { return link_ && link_->resume.follows(); }
  Delivery stream_state() const;
  void begin_stream(const Instant& now, const Position& start);
  void ask_resume(const Instant& now);
  void tell_reconnected(const Instant& now, Missed missed);
  void tell_gap(const Instant& now, const Position& from, const Position& to, GapReason reason,
                Duration spread = {});
  void handle_resumed(const Instant& now, const ControlData& data);
  void handle_gap(const Instant& now, const Position& from, const Position& to, GapReason reason,
                  Duration spread);
  void give_up_verdict(const Instant& now) {
    handle_gap(now, {}, link_->resume.start(), GapReason::unanswered, {});
  }
  void handle_position(const Instant& now, const Position& at, std::optional<std::uint64_t> sent);
  bool take_place(const Instant& now, const StreamPlace& place);
  void reach(const Instant& now, std::uint64_t seq);

  // connection_time.cpp: clocks, deadlines, the page's life.
  void observe(const Instant& now);
  void notice_sleep(const Instant& now, bool by_clocks);
  void follow_wall(const Instant& now, Duration jumped);
  Instant first_deadline() const;
  bool is_quiet(const Instant& now) const;
  void expect_quiet();
  void run_due(const Instant& now);
  void run_link_due(const Instant& now);
  void run_heartbeat(const Instant& now);
  void send_ping(const Instant& now);
  void probe(const Instant& now);
  void pause(const Instant& now, PageSignal signal);
  void resume(const Instant& now, PageSignal signal);
  void rest_if_due(const Instant& now);
  void wake_up(const Instant& now, std::string_view cause);
  void wake_from_sleep(const Instant& now);
  void ask_again(const Instant& now, std::string_view cause);
  void hasten(const Instant& now, std::string_view cause);
  HostClock::time_point signal_dial_at(const Instant& now);
  bool holds_together() const;

  // Small values first: what lies within the first kilobyte is reached with shorter code.
  Phase phase_ = Phase::idle;
  // Which of the four there is, is the phase: authenticating, dialling or ready, waiting or
  // suspended, paused. None of them: idle, refused, closed, or suspended without a probe.
  Ask<TokenRequestTag> ask_;
  std::optional<Wait> wait_;
  std::optional<Away> away_;
  Story story_;
  PageLife page_;
  Who who_;
  Outage outage_;
  Cursor cursor_;
  LastDelivery delivery_;
  LastIds last_;
  std::optional<Instant> last_seen_;
  std::optional<ConnectionError> error_;
  Random random_;
  std::variant<Endpoint, ConnectionError> endpoint_;
  Outbox outbox_;
  std::list<Output> outputs_;  // a list, because the code of a deque is several times as large
  std::optional<Link> link_;
  Options options_;
  Status status_;
  Recorder recorder_;
  Path path_;
  Metrics metrics_;
  LogRate log_rate_;
  Routes routes_;
};

}  // namespace keepline
