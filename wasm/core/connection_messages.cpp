// What the machine sends: the application's messages, the protocol's own, and how a message ends.
//
// Where a message waits for the server's word it stays in the outbox until that comes, goes once
// more on the next link under its own id, and ends with `unconfirmed` where its time is over.
#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "text.hpp"

namespace keepline {

SendResult Connection::send(const Instant& now, const Message& message) {
  const Input input(*this, now);
  if (message.type.empty() || message.type.size() > type_max_bytes ||
      message.id.size() > id_max_bytes) {
    return {{}, SendOutcome::not_serialisable};
  }
  std::string id{message.id};
  if (message.ack && id.empty()) id = next_ack_id();
  std::string frame = frame_text(message.type, id, now, message.data);
  if (!message.ack) id.clear();
  if (frame.size() > options_.max_message_bytes) return {{}, SendOutcome::too_big};
  const Phase phase = phase_or_left();
  if (phase == Phase::closed || (phase == Phase::idle && story_.signed_out)) {
    return {{}, SendOutcome::disconnected};
  }
  const bool reserved = is_reserved(message.type);
  if (reserved && path_.greets) return {{}, SendOutcome::reserved_type};
  const bool live = link_ && link_->is_live();
  if (message.ack && live && !can(Feature::ack)) return {{}, SendOutcome::unsupported};
  QueuedMessage queued{MessageId{++last_.message},
                       std::move(frame),
                       now,
                       message.ttl.value_or(options_.queue.ttl),
                       reserved,
                       std::move(id)};
  const SendResult taken{queued.id, SendOutcome::sent};
  // The queue's bounds are for what must wait.
  if (live && !message.ack && outbox_.empty() && link_->window.fits(queued.frame.size())) {
    hand_over(now, queued);
    return taken;
  }
  Outbox::Messages dropped;
  switch (outbox_.push(std::move(queued), dropped)) {
    case Outbox::Verdict::full:
      return {{}, SendOutcome::queue_full};
    case Outbox::Verdict::too_big:
      return {{}, SendOutcome::too_big};
    case Outbox::Verdict::queued:
      break;
  }
  settle_all(now, std::move(dropped), SendOutcome::queue_full);
  flush(now);
  return taken;
}

// ---- how they end

void Connection::settle(const Instant& now, QueuedMessage& message, SendOutcome outcome,
                        std::string_view detail) {
  // What may have been applied is not said to have failed, but to whoever is not there any more.
  if (to_ms(message.sent_at) > 0 && outcome < SendOutcome::done &&
      outcome != SendOutcome::identity_changed) {
    outcome = SendOutcome::unconfirmed;
  }
  emit(Settle{message.id, outcome, now.wall, message.sent_at, std::move(message.ack_id),
              std::string{detail}});
}

void Connection::settle_all(const Instant& now, Outbox::Messages&& messages, SendOutcome outcome,
                            std::string_view detail) {
  for (QueuedMessage& message : messages) settle(now, message, outcome, detail);
}

// ---- how they leave

// Type first, data last: so that whoever routes it reads only the head.
std::string Connection::frame_text(std::string_view type, std::string_view id, const Instant& now,
                                   std::string_view data) const {
  const EnvelopeNames& names = options_.names;
  std::string text;
  const auto member = [&text](char before, std::string_view name) {
    text += before;
    append_quoted(text, name);
    text += ':';
  };
  member('{', names.type);
  append_quoted(text, type);
  if (!id.empty()) {
    member(',', names.id);
    append_quoted(text, id);
  }
  member(',', names.ts);
  append_decimal(text, static_cast<std::uint64_t>(std::max(to_ms(now.wall), 0.0)));
  if (!data.empty()) {
    member(',', names.data);
    text += data;
  }
  text += '}';
  return text;
}

// Control messages do not queue; a peer that asks faster than it reads gets no more answers.
bool Connection::send_control(const Instant& now, std::string_view type, std::string_view id,
                              std::string_view data) {
  return send_text(now, frame_text(type, id, now, data));
}

bool Connection::send_text(const Instant& now, std::string text) {
  if (!link_->window.fits(text.size())) return false;
  emit_frame(now, std::move(text));
  return true;
}

void Connection::emit_frame(const Instant& now, std::string text) {
  link_->window.sent(now, text.size());
  emit(SendFrame{link_->socket, std::move(text)});
}

void Connection::hand_over(const Instant& now, QueuedMessage& message) {
  link_->window.sent_message(now);
  if (!message.wants_ack()) {
    ++metrics_.sent;
    emit_frame(now, std::move(message.frame));
    settle(now, message, SendOutcome::sent);
    return;
  }
  message.in_flight = true;
  if (to_ms(message.sent_at) == 0) {
    ++metrics_.sent;
    message.sent_at = now.wall;
  }
  emit_frame(now, message.frame);
}

void Connection::flush(const Instant& now) {
  if (!link_ || !link_->is_live()) return;
  ask_resume(now);
  settle_all(now, outbox_.expire(now), SendOutcome::expired);
  while (!outbox_.empty() && link_->window.fits(outbox_.front().frame.size())) {
    QueuedMessage& first = outbox_.front();
    // Queued before anybody knew what the server speaks.
    const bool reserved = first.reserved && path_.greets;
    const bool unsupported = first.wants_ack() && !can(Feature::ack);
    if (reserved || unsupported) {
      settle_all(now, outbox_.pop(),
                 reserved ? SendOutcome::reserved_type : SendOutcome::unsupported);
      continue;
    }
    if (!first.wants_ack()) {
      for (QueuedMessage& message : outbox_.pop()) hand_over(now, message);
      continue;
    }
    if (!outbox_.may_launch()) return;  // the server's next word makes room
    hand_over(now, first);
  }
  if (!outbox_.empty()) {
    link_->window.look_within(now, capacity_pause);
  } else if (link_->window.buffered() > 0) {
    link_->window.look_within(now, idle_capacity_pause);
  }
}

// Tells a server that filters what this page wants: now, or when the last word is old enough. The
// word also says that several frames may come in one message: a server that does nothing but join
// is told so once.
void Connection::announce(const Instant& now) {
  const bool filters = can(Feature::subscribe);
  const bool joins = can(Feature::batch);
  if (!(filters || joins) || !link_->announcer.may_speak(now)) return;
  std::string list = "{\"events\":[";
  list.append(routes_.announced(filters)).append(joins ? "],\"batch\":true}" : "]}");
  if (!link_->announcer.is_news(list)) return;
  if (send_control(now, "subscribe", {}, list)) {
    link_->announcer.told(now, std::move(list));
  } else {
    link_->announcer.put_off(now);
  }
}

// ---- what waits for an answer

// What no other page load of this user has, and a number.
std::string Connection::next_ack_id() {
  std::string id;
  append_decimal(id, last_.page);
  append_decimal(id += '-', ++last_.acked);
  return id;
}

void Connection::settle_answered(const Instant& now, std::string_view id, SendOutcome outcome,
                                 std::string_view detail) {
  settle_all(now, outbox_.answered(id), outcome, detail);
  flush(now);
}

}  // namespace keepline
