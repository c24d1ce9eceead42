// Messages that wait for a usable link, and those that were sent and wait for the server's word:
// bounded in number and bytes, each with its time to live.
//
// Holds finished frames and gives them back in order; it neither sends nor knows of sockets. Time
// to live runs on whichever clock saw more pass: a message from before a night's sleep is stale.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>

#include "ids.hpp"
#include "options.hpp"
#include "time.hpp"

namespace keepline {

// So much may be sent without the server's word: what a link loses is sent once more.
inline constexpr std::size_t in_flight_max = 32;
inline constexpr std::size_t in_flight_bytes_max = 64 * 1024;

struct QueuedMessage {
  MessageId id;
  std::string frame;
  Instant queued_at;
  Duration ttl{};
  bool reserved = false;    // its type is the protocol's: goes to no server that speaks that
  std::string ack_id = {};  // what the server's word to it bears; empty: none is waited for
  WallClock::time_point sent_at{};  // with an ack_id: for the first time; 0 before
  bool in_flight = false;           // on the present link, and not answered

  bool wants_ack() const { return !ack_id.empty(); }

  friend bool operator==(const QueuedMessage&, const QueuedMessage&) = default;
};

class Outbox {
 public:
  // A message that leaves is moved as it lies, so that nothing is allocated for that.
  using Messages = std::list<QueuedMessage>;

  explicit Outbox(const QueueOptions& options) : options_(options) {}

  enum class Verdict : std::uint8_t { queued, full, too_big };
  // Makes room under drop_oldest; what had to go is appended to `dropped`.
  Verdict push(QueuedMessage&& message, Messages& dropped);
  // Whether none waits to be sent.
  bool empty() { return waiting() == messages_.end(); }
  // The first that waits to be sent.
  QueuedMessage& front() { return *waiting(); }
  Messages pop();
  // Whether the first one, which wants an answer, may go out beside those that are in flight; a
  // large one may alone. Then it is in flight, and stays where it is until it ends.
  bool may_launch() const;
  // The one in flight that bears this id: it is answered.
  Messages answered(std::string_view ack_id);
  // The link is gone: what was in flight waits again, in order, before all that waited.
  void take_back();
  // Takes out everything that is past its time to live.
  Messages expire(const Instant& now);
  Messages clear();
  // When the first message goes stale, by each clock, or somewhat sooner; `never_at_all` where none
  // waits.
  Instant next_expiry() const { return next_expiry_; }
  std::size_t messages() const { return messages_.size(); }
  std::size_t bytes() const { return bytes_; }

  friend bool operator==(const Outbox&, const Outbox&) = default;

 private:
  Messages::iterator waiting();
  void take(Messages::iterator message, Messages& to);
  void find_next_expiry();

  QueueOptions options_;
  Messages messages_;  // in the order in which they came: those in flight before all others
  std::size_t bytes_ = 0;
  // Kept, and whether the messages go stale in the order in which they wait, as with one time to
  // live they do: so that n messages cost n steps and not n times n.
  Instant next_expiry_ = never_at_all;
  bool in_order_ = true;
};

}  // namespace keepline
