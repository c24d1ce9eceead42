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

#include "books_stream.hpp"
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

// The type of messages that wait for the server's word (World::ask).
inline constexpr std::string_view asked_type = "ask";

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
  // A whole `connected`; nothing where it is not the protocol's.
  void note_greeting(const ControlData& data, const Connection& connection);
  void note_going_away(const std::optional<RetryHint>& hint);
  void note_authed(Duration lifetime, const Connection& connection);
  void note_opened(SocketId socket, bool may_greet);
  void note_closed(SocketId socket, std::uint16_t code, std::string_view reason,
                   const Connection& connection);
  void note_blocked();
  void note_token(TokenRequestId request, const TokenResult& result);
  void note_identity(const Identity& identity);
  void note_adopted(const Identity& identity, const Connection& connection);
  void note_numbered(std::uint64_t number) { last_numbered_ = static_cast<double>(number); }
  void note_send(const SendResult& result, Duration ttl);
  void note_pattern(std::string_view pattern) { patterns_.emplace(pattern); }
  void note_unsubscribed(std::string_view pattern) { patterns_.erase(std::string(pattern)); }
  void note_capacity(std::size_t bytes);
  StreamBooks& stream() { return stream_; }
  bool is_pending(TokenRequestId request) const { return pending_ == request; }
  // What a report of a blocked dial may do: stop the machine, nothing, or either.
  enum class Belief : std::uint8_t { none, sure, unsure };
  Belief belief_in_blocked(SocketId dial) const;

  void complain(Invariant invariant, std::string_view text);
  void judge_only(Judged judged) { judged_ = judged; }
  const std::vector<Problem>& problems() const { return problems_; }

  friend bool operator==(const Books&, const Books&) = default;

 private:
  using Time = HostClock::time_point;

  struct Live {
    SocketId socket;
    Time dialled_at{};
    bool open = false;
    Time opened_at{};
    bool may_greet = false;  // it may still look at a token
    bool ever_pinged = false;
    bool usable = false;
    Time usable_at{};
    std::uint64_t frames = 0;
    std::optional<Time> last_message_at;
    bool greeted = false;  // a `connected` came
    bool can_reauth = false;
    bool slept = false;                   // a wake fell between its opening and its being usable
    std::optional<RetryHint> hint;        // the server is going away
    std::optional<Instant> renewal_due;   // as it was planned
    Duration renewal_pause = seconds(1);  // the longest that a plan may wait for a shorter life
    std::optional<Time> pinged_at;        // and nothing has arrived since
    std::optional<Time> bytes_left_at;    // and more were still waiting

    friend bool operator==(const Live&, const Live&) = default;
  };
  enum class Cause : std::uint8_t { failure, server, rejection, signal, command };
  // The wait that was told.
  struct Wait {
    std::optional<Time> until;  // nothing: until somebody acts
    Cause cause = Cause::failure;

    bool is_servers() const { return cause == Cause::server; }
    friend bool operator==(const Wait&, const Wait&) = default;
  };
  // What the paused page comes back to.
  struct Away {
    Phase phase = Phase::waiting;
    bool exhausted = false;
    std::optional<Time> rest_until;  // of the server's wait that was interrupted
    std::optional<RetryHint> hint;   // of a server that was going away, heard at `left_at`
    Time left_at{};
    bool hidden = false;  // until it is seen

    bool owes_rest() const { return rest_until || hint; }
    bool was_stopped() const {
      return phase == Phase::idle || phase == Phase::closed || phase == Phase::refused;
    }
    friend bool operator==(const Away&, const Away&) = default;
  };
  // A page signal or a wake owes a dial, or a wait that ends in time.
  struct Debt {
    bool of_dial = false;  // a dial that was begun before the sleep
    bool by_wake = false;
    bool looked = false;  // time was handled since: there is no more excuse

    friend bool operator==(const Debt&, const Debt&) = default;
  };
  // A token that the server turned down; no fingerprint in a cookie session.
  struct Rejected {
    std::optional<std::uint64_t> fingerprint;
    friend bool operator==(const Rejected&, const Rejected&) = default;
  };
  struct Refresh {
    bool after_rejection = false;
    int unopened = 0;  // dials in a row
    bool had = false;  // since the third of them

    bool is_owed() const {
      return after_rejection || (unopened >= unopened_dials_before_refresh && !had);
    }
    friend bool operator==(const Refresh&, const Refresh&) = default;
  };
  // A message that was taken and not settled.
  struct Taken {
    Time expires_at{};
    std::uint32_t identity = 0;

    friend bool operator==(const Taken&, const Taken&) = default;
  };
  // Which rejection a close was, and what must follow.
  enum class Verdict : std::uint8_t { none, first, expired, last };
  // One step: what it began with, and what may follow from that.
  struct Step {
    Input input = Input::connect;
    Instant now{};
    std::optional<PageSignal> signal;
    Phase phase = Phase::idle;  // as it began, like all down to `pending_wake`
    SocketId last_socket;
    std::optional<Wait> wait;
    bool was_open = false;
    bool exhausted = false;
    bool signed_out = false;  // by the provider
    bool pending_wake = false;
    bool woke = false;
    bool set_back = false;
    bool anew = false;              // somebody began a new story
    std::optional<RetryHint> hint;  // what the server asked for, where the link ends in this step
    bool proven = false;            // the link that ended in it had proven itself
    Verdict rejection = Verdict::none;
    bool must_refuse = false;
    bool absent = false;
    bool may_rest = false;   // nobody has seen the page for as long as its link may live
    bool must_rest = false;  // and time is handled
    bool new_identity = false;
    bool dialled = false;
    bool opens = false;  // a socket
    bool settled = false;
    bool told_wait = false;
    bool pinged = false;
    std::optional<Live> let_go;  // by the machine
    std::uint32_t outputs = 0;
    std::uint32_t frames_of_messages = 0;  // handed over and not yet settled

    friend bool operator==(const Step&, const Step&) = default;
  };

  // books.cpp: outputs, and what the outside did.
  void note_open_socket(const OpenSocket& output, const Connection& connection);
  void note_close_socket(const CloseSocket& output);
  void note_send_frame(const SendFrame& output, const Connection& connection);
  void note_order(std::string_view frame);
  void note_settle(const Settle& output);
  void note_link_end();
  void forget_unopened();
  bool wants(std::string_view type) const;
  bool is_proven() const;

  // books_identity.cpp: who is signed in, and whose link it is.
  bool is_nobody() const { return identity_ && !*identity_; }
  void note_identity_changed();
  void forget_former_person();
  void check_nobody(std::string_view what);
  void check_owner(std::string_view what, const Connection& connection);
  void check_identity(const Connection& connection);

  // books_tokens.cpp: requests, renewals, rejections, refreshes.
  void note_send_auth(const SendAuth& output);
  void use_token(TokenRequestId request, std::string_view otherwise);
  void note_request(const RequestToken& output);
  void note_abandon(const AbandonToken& output);
  void plan_renewal(Duration lifetime, const Connection& connection);
  void check_renewal(const Connection& connection);
  void check_rejection();

  // books_waits.cpp: waits, dials, and what a signal owes.
  void note_wait(const Status& before, const Connection& connection);
  Cause cause_of_wait(const Status& before) const;
  void check_wait(const Wait& wait, const Status& before, const Connection& connection);
  void check_failure_wait(Duration delay, const Connection& connection);
  void check_signal_wait(Time until);
  void check_rest(Time until);
  void note_dial_begun();
  void check_signal_dial(bool asks_from_idle);
  void check_burst();
  void check_retry_pending(const Connection& connection);
  void check_debt(const Connection& connection);
  bool settles_debt() const;
  bool signal_wakes() const;
  bool wakes() const;
  Time signal_dial_latest() const;
  Time signal_dial_earliest() const;

  // books_status.cpp: what a status may say.
  void note_status(const Status& status, const Connection& connection);
  void check_attempt(const Status& status);
  void check_error(const Status& status);
  void check_shape(const Status& status, const Connection& connection);
  void check_end_of_trying(const Connection& connection);
  void check_return(const Connection& connection);
  void note_sight();
  void check_sight(const Connection& connection);
  void begin_anew();
  void begin_by_command();

  // books_end.cpp: what holds after every step.
  void check_way_out(const Connection& connection);
  void check_messages(const Connection& connection);
  void check_deadlines(const Connection& connection);
  void check_bounds(const Connection& connection);
  void check_clocks(const Connection& connection);
  void check_link(const Connection& connection);
  void remember(const Connection& connection);

  Step step_;
  StreamBooks stream_;
  Judged judged_;
  bool asks_address_ = false;  // before every dial
  bool has_endpoint_ = true;
  Duration hidden_most_{};       // how long a link may live that nobody sees; zero: for ever
  std::optional<Instant> seen_;  // when the machine last looked at the clocks
  Status status_;                // as the outputs told it
  Status ended_status_;          // as the last step left it
  std::optional<Away> away_;
  bool hidden_ = false;               // nobody sees the page
  std::optional<Time> hidden_until_;  // when its link is to end
  std::optional<Live> live_;
  std::optional<Wait> wait_;
  std::optional<Debt> debt_;
  bool pending_wake_ = false;  // a wake was noticed, and time was not handled since
  bool exhausted_ = false;     // attempts are used up, and neither proof nor anybody came since
  Time dialled_at_{};          // the last dial, also when it has ended
  std::optional<Time> ended_unopened_at_;
  bool dropped_unopened_ = false;  // the last dial was let go before it opened
  bool awaits_whole_ = false;
  std::uint32_t last_socket_ = 0;
  std::uint32_t last_request_ = 0;
  std::uint64_t dials_ = 0;
  std::optional<TokenRequestId> pending_;  // asked, neither answered nor abandoned
  bool pending_renews_ = false;
  bool pending_by_signal_ = false;
  Time asked_at_{};
  std::map<TokenRequestId, std::uint64_t> tokens_;  // answered and unused, with their fingerprints
  std::uint64_t accepted_ = 0;            // the fingerprint of the token that the server has
  std::optional<std::uint64_t> offered_;  // sent in-band, and nobody said that it was taken
  std::optional<Rejected> rejected_;
  Refresh refresh_;
  bool signed_out_ = false;  // the provider said that nobody is signed in
  std::map<MessageId, Taken> unsettled_;
  std::set<MessageId> settled_early_;  // settled before send() returned its id
  std::uint32_t last_message_ = 0;
  std::uint32_t last_sent_ = 0;
  std::uint64_t sent_ = 0;
  std::set<std::string> asked_;  // frames of messages that wait for an answer, sent once at least
  double last_number_ = 0;       // of the numbered messages on the wire
  double last_numbered_ = 0;     // of those that were to be sent
  double foreign_until_ = 0;     // numbers up to here are another person's
  std::set<std::string> patterns_;
  std::size_t buffered_ = 0;
  std::optional<Time> last_dial_;   // its request or its socket, whichever came later
  std::optional<Time> dial_began_;  // the earlier of the two
  std::optional<Time> last_signal_dial_;
  std::optional<Time> former_signal_dial_;  // before the last one
  std::optional<Time> former_dial_;
  std::optional<Time> last_signal_;           // that may wake
  std::optional<Time> last_signal_ask_;       // of somebody who was signed out
  std::optional<Time> last_asking_signal_;    // that was the cause of such an ask
  std::optional<Time> promised_dial_;         // by reconnect()
  std::optional<Identity> identity_;          // as the application says
  std::optional<std::string> link_identity_;  // as the last `connected` says
  bool greets_ = false;                       // this endpoint has ever said `connected`
  std::uint32_t identities_ = 0;
  bool owes_identity_change_ = false;
  std::vector<Problem> problems_;
};

}  // namespace keepline::sim
