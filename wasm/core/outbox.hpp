// Messages that wait for a usable link: bounded in number and bytes, each with its time to live.
//
// Holds finished frames and gives them back in order; it neither sends nor knows of sockets. Time
// to live runs on whichever clock saw more pass: a message from before a night's sleep is stale.
#pragma once

#include <cstddef>
#include <list>
#include <string>

#include "ids.hpp"
#include "options.hpp"
#include "time.hpp"

namespace keepline {

struct QueuedMessage {
  MessageId id;
  std::string frame;
  Instant queued_at;
  Duration ttl{};
  bool reserved = false;  // its type is the protocol's: goes to no server that speaks that

  friend bool operator==(const QueuedMessage&, const QueuedMessage&) = default;
};

class Outbox {
 public:
  // A message that leaves is moved as it lies, so that nothing is allocated for that.
  using Messages = std::list<QueuedMessage>;

  explicit Outbox(const QueueOptions& options) : options_(options) {}

  enum class Verdict : std::uint8_t { queued, full, too_big };
  // Makes room under drop_oldest; what had to go is appended to `dropped`.
  Verdict push(QueuedMessage message, Messages& dropped);
  bool empty() const { return messages_.empty(); }
  const QueuedMessage& front() const { return messages_.front(); }
  // The first one.
  Messages pop();
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
  void append(QueuedMessage message);
  void take(Messages::iterator message, Messages& to);
  void find_next_expiry();

  QueueOptions options_;
  Messages messages_;
  std::size_t bytes_ = 0;
  // Kept, and whether the messages go stale in the order in which they wait, as with one time to
  // live they do: so that n messages cost n steps and not n times n.
  Instant next_expiry_ = never_at_all;
  bool in_order_ = true;
};

}  // namespace keepline
