#include "outbox.hpp"

#include <algorithm>
#include <utility>

namespace keepline {
namespace {

// A sum, as the deadline is: a difference may round to just under the time to live.
Instant expiry_of(const QueuedMessage& message) { return message.queued_at + message.ttl; }

}  // namespace

Outbox::Verdict Outbox::push(QueuedMessage message, Messages& dropped) {
  const std::size_t size = message.frame.size();
  if (size > options_.max_bytes) return Verdict::too_big;
  if (options_.max_messages == 0) return Verdict::full;
  const auto is_full = [&] {
    return messages() >= options_.max_messages || bytes_ + size > options_.max_bytes;
  };
  while (is_full()) {
    // What is in flight cannot be made undone.
    if (options_.overflow == Overflow::reject || messages_.empty()) return Verdict::full;
    dropped.splice(dropped.end(), pop());
  }
  append(std::move(message));
  return Verdict::queued;
}

void Outbox::append(QueuedMessage message) {
  bytes_ += message.frame.size();
  const Instant expiry = expiry_of(message);
  if (!messages_.empty()) {
    const Instant before = expiry_of(messages_.back());
    in_order_ = in_order_ && before.monotonic <= expiry.monotonic && before.wall <= expiry.wall;
  }
  next_expiry_ = earlier(next_expiry_, expiry);
  messages_.push_back(std::move(message));
}

Outbox::Messages Outbox::pop() {
  Messages first;
  take(messages_.begin(), messages_, first);
  // Out of order it stays what it was: somewhat too soon, and looked at then.
  if (in_order_ || messages_.empty()) find_next_expiry();
  return first;
}

bool Outbox::may_launch() const {
  if (in_flight_.empty()) return true;
  return in_flight_.size() < in_flight_max &&
         flight_bytes_ + front().frame.size() <= in_flight_bytes_max;
}

const QueuedMessage& Outbox::launch(const Instant& now) {
  in_flight_.splice(in_flight_.end(), messages_, messages_.begin());
  QueuedMessage& launched = in_flight_.back();
  flight_bytes_ += launched.frame.size();
  if (!launched.sent_at) launched.sent_at = now.wall;
  if (in_order_ || messages_.empty()) find_next_expiry();
  find_flight_expiry();
  return launched;
}

Outbox::Messages Outbox::answered(std::string_view ack_id) {
  Messages answered;
  const auto message =
      std::find_if(in_flight_.begin(), in_flight_.end(),
                   [ack_id](const QueuedMessage& each) { return each.ack_id == ack_id; });
  if (message != in_flight_.end()) {
    flight_bytes_ -= message->frame.size();
    take(message, in_flight_, answered);
    find_flight_expiry();
  }
  return answered;
}

void Outbox::take_back() {
  if (in_flight_.empty()) return;
  messages_.splice(messages_.begin(), in_flight_);
  flight_bytes_ = 0;
  in_order_ = false;
  find_next_expiry();
  find_flight_expiry();
}

Outbox::Messages Outbox::expire(const Instant& now) {
  Messages stale;
  const auto has_come = [&now](const Instant& expiry) {
    return now.monotonic >= expiry.monotonic || now.wall >= expiry.wall;
  };
  if (!has_come(next_expiry())) return stale;
  for (auto it = in_flight_.begin(); it != in_flight_.end();) {
    const auto message = it++;
    if (!has_come(expiry_of(*message))) continue;
    flight_bytes_ -= message->frame.size();
    take(message, in_flight_, stale);
  }
  for (auto it = messages_.begin(); it != messages_.end();) {
    const auto message = it++;
    if (has_come(expiry_of(*message))) {
      take(message, messages_, stale);
    } else if (in_order_) {
      break;
    }
  }
  find_next_expiry();
  find_flight_expiry();
  return stale;
}

Outbox::Messages Outbox::clear() {
  take_back();
  Messages all = std::exchange(messages_, {});
  bytes_ = 0;
  find_next_expiry();
  return all;
}

void Outbox::take(Messages::iterator message, Messages& from, Messages& to) {
  bytes_ -= message->frame.size();
  to.splice(to.end(), from, message);
}

void Outbox::find_flight_expiry() {
  flight_expiry_ = never_at_all;
  for (const QueuedMessage& message : in_flight_) {
    flight_expiry_ = earlier(flight_expiry_, expiry_of(message));
  }
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
