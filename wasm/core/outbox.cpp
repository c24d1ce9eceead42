#include "outbox.hpp"

#include <algorithm>
#include <utility>

namespace keepline {

Outbox::Verdict Outbox::push(QueuedMessage message, std::vector<MessageId>& dropped) {
  const std::size_t size = message.frame.size();
  if (size > options_.max_bytes) return Verdict::too_big;
  if (options_.max_messages == 0) return Verdict::full;
  const auto is_full = [&] {
    return messages_.size() >= options_.max_messages || bytes_ + size > options_.max_bytes;
  };
  if (is_full() && options_.overflow == Overflow::reject) return Verdict::full;
  while (is_full()) dropped.push_back(pop().id);
  bytes_ += size;
  messages_.push_back(std::move(message));
  return Verdict::queued;
}

QueuedMessage Outbox::pop() {
  QueuedMessage first = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= first.frame.size();
  return first;
}

std::vector<MessageId> Outbox::expire(const Instant& now) {
  std::vector<MessageId> stale;
  for (auto it = messages_.begin(); it != messages_.end();) {
    // By the same sum as next_expiry(): a difference may round to just under the time to live.
    const Instant stale_at = it->queued_at + it->ttl;
    if (now.monotonic < stale_at.monotonic && now.wall < stale_at.wall) {
      ++it;
      continue;
    }
    stale.push_back(it->id);
    bytes_ -= it->frame.size();
    it = messages_.erase(it);
  }
  return stale;
}

std::vector<MessageId> Outbox::clear() {
  std::vector<MessageId> all;
  all.reserve(messages_.size());
  for (const QueuedMessage& message : messages_) all.push_back(message.id);
  messages_.clear();
  bytes_ = 0;
  return all;
}

Instant Outbox::next_expiry() const {
  Instant first = never_at_all;
  for (const QueuedMessage& message : messages_) {
    first = earlier(first, message.queued_at + message.ttl);
  }
  return first;
}

}  // namespace keepline
