// The machine's ground floor: commands, outputs, the status snapshot, and messages to send.
#include "connection.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "redact.hpp"
#include "text.hpp"

namespace keepline {
namespace {

// What may wait inside the browser's socket: enough to fill a path, little enough to be lost with
// it.
constexpr std::size_t socket_buffer_max = 64 * 1024;
// Kept free for pings, which tell a full socket from a dead one: more than are owed at a time.
constexpr std::size_t ping_reserve = 1024;
constexpr Duration capacity_pause = milliseconds(50);
constexpr Duration idle_capacity_pause = seconds(1);  // nobody waits for the room
constexpr Duration announce_pause = milliseconds(50);

}  // namespace

std::string_view to_string(PageSignal signal) {
  constexpr std::string_view names =
      "online,offline,visible,hidden,frozen,resumed,page_hidden,page_shown";
  static_assert(names_all(names, PageSignal::page_shown));
  return name_in(names, signal);
}

Connection::Connection(Options options, Random random)
    : options_(std::move(options)),
      random_(random),
      endpoint_(
          resolve_endpoint({options_.page, options_.path, options_.url, options_.allow_insecure})),
      heartbeat_(options_.heartbeat),
      outbox_(options_.queue) {
  timers_.fill(never);
  publish({});
  outputs_.clear();  // the first snapshot is read, not announced
}

// ---- commands

void Connection::connect(const Instant& now) {
  observe(now);
  if (phase_ == Phase::paused) {
    if (paused_from_ == Phase::idle || paused_from_ == Phase::closed ||
        paused_from_ == Phase::refused) {
      begin_after_pause(now);
    }
    return;
  }
  const bool stopped = phase_ == Phase::idle || phase_ == Phase::closed || phase_ == Phase::refused;
  const bool stranded = phase_ == Phase::suspended && at(Timer::retry) == never;
  if (!stopped && !stranded) return;
  start_over();
  begin_dial(now, Trigger::command_connect, "connect");
}

void Connection::disconnect(const Instant& now) {
  observe(now);
  if (phase_ == Phase::closed) return;
  stop_everything(now);
  settle_all(now, outbox_.clear(), SendOutcome::disconnected);
  enter(now, Phase::closed, Trigger::command_disconnect, "disconnect");
}

void Connection::reconnect(const Instant& now) {
  observe(now);
  const bool was_rejected = error_ && (error_->kind == ErrorKind::auth_rejected ||
                                       error_->kind == ErrorKind::token_invalid);
  const bool stopped = phase_ == Phase::idle || phase_ == Phase::closed || phase_ == Phase::refused;
  stop_everything(now);
  if (stopped) {
    start_over();
  } else {
    revive();
    rejected_ = false;
    rejected_fingerprint_.reset();
  }
  force_refresh_ = force_refresh_ || was_rejected;
  if (now.monotonic - last_dial_ < dial_pause) {
    wait(now, Trigger::command_reconnect, last_dial_ + dial_pause - now.monotonic, "reconnect");
  } else {
    begin_dial(now, Trigger::command_reconnect, "reconnect");
  }
}

void Connection::adopt_identity(Identity identity) {
  if (!identity) signed_out_ = true;
  identity_ = std::move(identity);
  publish({});
  outputs_.clear();
}

void Connection::set_identity(const Instant& now, Identity identity) {
  observe(now);
  const bool stopped = phase_ == Phase::idle || phase_ == Phase::refused;
  const bool same = identity_ == std::optional<Identity>{identity};
  if (same && !(stopped && identity)) return;
  identity_ = std::move(identity);
  if (!same) drop_identity(now);
  const bool nobody = !*identity_;
  if (phase_ == Phase::paused) {
    begin_after_pause(now);
    if (nobody) {
      paused_from_ = Phase::idle;
      signed_out_ = true;
    }
    return;
  }
  stop_everything(now);
  start_over();
  if (nobody) {
    sign_out(now, Trigger::command_set_identity, "nobody is signed in");
  } else {
    begin_dial(now, Trigger::command_set_identity, "identity changed");
  }
}

void Connection::token_changed(const Instant& now) {
  observe(now);
  if (phase_ == Phase::idle || phase_ == Phase::refused) {
    start_over();
    begin_dial(now, Trigger::command_token_changed, "token changed");
  } else if (phase_ == Phase::paused) {
    if (paused_from_ == Phase::idle || paused_from_ == Phase::refused) begin_after_pause(now);
  } else if (phase_ == Phase::ready && link_->can_reauth && !renewal_request_) {
    request_renewal(now, false);
  }
}

SubscriptionId Connection::subscribe(const Instant& now, std::string_view pattern) {
  observe(now);
  const SubscriptionId id = routes_.add(pattern);
  if (id) announce(now);
  return id;
}

void Connection::unsubscribe(const Instant& now, SubscriptionId subscription) {
  observe(now);
  if (routes_.remove(subscription)) announce(now);
}

SendResult Connection::send(const Instant& now, const Message& message) {
  observe(now);
  if (message.type.empty() || message.type.size() > type_max_bytes ||
      message.id.size() > id_max_bytes) {
    return {{}, SendOutcome::not_serialisable};
  }
  std::string frame = frame_text(message.type, message.id, now, message.data);
  if (frame.size() > options_.max_message_bytes) return {{}, SendOutcome::too_big};
  if (phase_ == Phase::closed || (phase_ == Phase::idle && signed_out_)) {
    return {{}, SendOutcome::disconnected};
  }
  const MessageId id{++last_message_id_};
  if (phase_ == Phase::ready && outbox_.empty() && fits_socket(frame.size())) {
    hand_over(now, id, std::move(frame));
    return {id, SendOutcome::sent};
  }
  std::vector<MessageId> dropped;
  const Duration ttl = message.ttl.value_or(options_.queue.ttl);
  switch (outbox_.push({id, std::move(frame), now, ttl}, dropped)) {
    case Outbox::Verdict::full:
      return {{}, SendOutcome::queue_full};
    case Outbox::Verdict::too_big:
      return {{}, SendOutcome::too_big};
    case Outbox::Verdict::queued:
      break;
  }
  settle_all(now, dropped, SendOutcome::queue_full);
  flush(now);
  return {id, SendOutcome::sent};
}

// ---- what to do next

std::optional<Output> Connection::poll_output() {
  if (outputs_.empty()) return std::nullopt;
  std::optional<Output> first{std::move(outputs_.front())};
  outputs_.pop_front();
  return first;
}

Metrics Connection::metrics(const Instant& now) const {
  Metrics metrics = metrics_;
  metrics.quality = round_trips_.quality();
  metrics.queued_messages = outbox_.messages();
  metrics.queued_bytes = outbox_.bytes();
  if (phase_ == Phase::ready) metrics.uptime = (now.monotonic - link_->usable_at).count();
  return metrics;
}

// ---- outputs, phases, status

void Connection::log(LogLevel level, std::string_view text) {
  if (level >= options_.log_level) emit(Log{level, std::string{text}});
}

void Connection::enter(const Instant& now, Phase to, Trigger trigger, std::string_view cause) {
  assert(is_legal(phase_, trigger, to));
  const Phase from = std::exchange(phase_, to);
  if (records_.size() == transition_records_max) records_.pop_front();
  records_.push_back({now.wall, from, to, trigger, attempt_, std::string{cause}});
  if (options_.log_level <= LogLevel::info) {
    std::string line{to_string(from)};
    line.append(" -> ").append(to_string(to)).append(": ").append(to_string(trigger));
    if (!cause.empty()) line.append(" (").append(cause).append(")");
    if (to == Phase::waiting && attempt_ > 0) {
      line.append(", attempt ");
      append_decimal(line, static_cast<std::uint64_t>(attempt_));
    }
    log(LogLevel::info, line);
  }
  publish(now);
}

// Says what is; a snapshot leaves only when something in it changed.
void Connection::publish(const Instant& now) {
  Status next;
  next.state = public_state(phase_, episode_);
  next.phase = phase_;
  next.reason = public_reason(phase_, episode_, signed_out_);
  next.attempt = attempt_;
  next.max_attempts = options_.backoff.max_attempts;
  next.next_retry_at = next_retry_at_;
  next.since = next.state == status_.state && last_seen_ ? status_.since : now.wall;
  next.error = error_;
  next.can_retry = keepline::can_retry(phase_);
  if (const auto* endpoint = std::get_if<Endpoint>(&endpoint_)) {
    next.endpoint = endpoint->shown;
    next.environment = endpoint->environment;
  }
  if (next == status_) return;
  status_ = std::move(next);
  emit(StatusChanged{status_});
}

// ---- messages

void Connection::settle_all(const Instant& now, const std::vector<MessageId>& messages,
                            SendOutcome outcome) {
  for (const MessageId message : messages) emit(Settle{message, outcome, now.wall});
}

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
bool Connection::send_control(const Instant& now, std::string text) {
  if (!fits_socket(text.size())) return false;
  emit_frame(now, std::move(text));
  return true;
}

bool Connection::fits_socket(std::size_t bytes) const {
  return link_->buffered == 0 || link_->buffered + bytes <= socket_buffer_max - ping_reserve;
}

// What went out is measured soon: an estimate that only grew would end in a socket that looks full.
void Connection::emit_frame(const Instant& now, std::string text) {
  link_->buffered += text.size();
  watch_capacity(now, capacity_pause);
  emit(SendFrame{link_->socket, std::move(text)});
}

void Connection::watch_capacity(const Instant& now, Duration pause) {
  arm(Timer::capacity, std::min(at(Timer::capacity), now.monotonic + pause));
}

void Connection::hand_over(const Instant& now, MessageId message, std::string frame) {
  last_message_ = now.monotonic;
  ++metrics_.sent;
  emit_frame(now, std::move(frame));
  emit(Settle{message, SendOutcome::sent, now.wall});
}

void Connection::flush(const Instant& now) {
  if (phase_ != Phase::ready) return;
  settle_all(now, outbox_.expire(now), SendOutcome::expired);
  while (!outbox_.empty() && fits_socket(outbox_.front().frame.size())) {
    QueuedMessage first = outbox_.pop();
    hand_over(now, first.id, std::move(first.frame));
  }
  if (!outbox_.empty()) {
    watch_capacity(now, capacity_pause);
  } else if (link_->buffered > 0) {
    watch_capacity(now, idle_capacity_pause);
  }
}

// Tells a server that filters what this page wants: now, or when the last word is old enough.
void Connection::announce(const Instant& now) {
  if (phase_ != Phase::ready || !link_->can_subscribe) return;
  if (!link_->announced.empty() && now.monotonic < link_->announced_at + announce_pause) {
    arm(Timer::announce, link_->announced_at + announce_pause);
    return;
  }
  std::string list = "{\"events\":[";
  for (const std::string_view pattern : routes_.announced()) {
    if (list.back() != '[') list += ',';
    append_quoted(list, pattern);
  }
  list += "]}";
  if (list == link_->announced) return;
  if (!send_control(now, frame_text("subscribe", {}, now, list))) {
    arm(Timer::announce, now.monotonic + announce_pause);
    return;
  }
  link_->announced = std::move(list);
  link_->announced_at = now.monotonic;
}

}  // namespace keepline
