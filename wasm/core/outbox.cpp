#include "outbox.hpp"

#include <algorithm>
#include <utility>

namespace keepline {
namespace {

// A sum, as the deadline is: a difference may round to just under the time to live.
Instant expiry_of(const QueuedMessage& message) { return message.queued_at + message.ttl; }

}  // namespace

Outbox::Verdict Outbox::push(QueuedMessage&& message, Messages& dropped) {
  const std::size_t size = message.frame.size();
  if (size > options_.max_bytes) return Verdict::too_big;
  if (options_.max_messages == 0) return Verdict::full;
  const auto is_full = [&] {
    return messages() >= options_.max_messages || bytes_ + size > options_.max_bytes;
  };
  while (is_full()) {
    // What is in flight cannot be made undone.
    if (options_.overflow == Overflow::reject || empty()) return Verdict::full;
    dropped.splice(dropped.end(), pop());
  }
  bytes_ += size;
  const Instant expiry = expiry_of(message);
  if (!messages_.empty()) {
    const Instant before = expiry_of(messages_.back());
    in_order_ = in_order_ && before.monotonic <= expiry.monotonic && before.wall <= expiry.wall;
  }
  next_expiry_ = earlier(next_expiry_, expiry);
  messages_.push_back(std::move(message));
  return Verdict::queued;
}

Outbox::Messages Outbox::pop() {
  Messages first;
  take(waiting(), first);
  // Out of order it stays what it was: somewhat too soon, and looked at then.
  if (in_order_ || messages_.empty()) find_next_expiry();
  return first;
}

Outbox::Messages::iterator Outbox::waiting() {
  return std::find_if(messages_.begin(), messages_.end(),
                      [](const QueuedMessage& each) { return !each.in_flight; });
}

bool Outbox::may_launch() const {
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const QueuedMessage& each : messages_) {
    bytes += each.frame.size();
    if (!each.in_flight) break;
    ++count;
  }
  return count == 0 || (count < in_flight_max && bytes <= in_flight_bytes_max);
}

Outbox::Messages Outbox::answered(std::string_view ack_id) {
  Messages answered;
  const auto message = std::find_if(
      messages_.begin(), messages_.end(),
      [ack_id](const QueuedMessage& each) { return each.in_flight && each.ack_id == ack_id; });
  if (message != messages_.end()) {
    take(message, answered);
    find_next_expiry();
  }
  return answered;
}

void Outbox::take_back() {
  for (QueuedMessage& each : messages_) each.in_flight = false;
}

Outbox::Messages Outbox::expire(const Instant& now) {
  Messages stale;
  const auto has_come = [&now](const Instant& expiry) {
    return now.monotonic >= expiry.monotonic || now.wall >= expiry.wall;
  };
  if (!has_come(next_expiry_)) return stale;
  for (auto it = messages_.begin(); it != messages_.end();) {
    const auto message = it++;
    if (has_come(expiry_of(*message))) {
      take(message, stale);
    } else if (in_order_) {
      break;
    }
  }
  find_next_expiry();
  return stale;
}

Outbox::Messages Outbox::clear() {
  Messages all = std::exchange(messages_, {});
  bytes_ = 0;
  find_next_expiry();
  return all;
}

void Outbox::take(Messages::iterator message, Messages& to) {
  bytes_ -= message->frame.size();
  to.splice(to.end(), messages_, message);
}

void Outbox::find_next_expiry() {
  next_expiry_ = never_at_all;
  if (messages_.empty()) in_order_ = true;
  for (const QueuedMessage& message : messages_) {
    next_expiry_ = earlier(next_expiry_, expiry_of(message));
    if (in_order_) break;
  }
}

}  // namespace keepline
