// How the event stream goes on from link to link, and how messages end that wait for an answer.
//
// All of it, on a link whose server lists `resume`:
//   1. After `connected`, and behind `subscribe`: ask_resume() asks from what the cursor has taken,
//      or begins at the position of `connected`. A position from which a link was asked in vain is
//      not asked from again; the stretch is told as a gap.
//   2. The verdict, within five seconds: handle_resumed() lets the replay come, handle_gap() tells
//      what is missing and goes on behind it. Before it no event with a seq is taken. Then
//      Reconnected is told, with what was missed.
//   3. handle_position() moves the cursor over what was not meant for this user, ends the replay,
//      and compares what the server counts as sent with what came.
#include <utility>

#include "connection.hpp"
#include "text.hpp"

namespace keepline {
namespace {

// Ten characters of five random bits each: what no other page load of this user has.
constexpr int page_characters = 10;
// Names of 64 bytes with escapes, and a position.
constexpr std::size_t resume_max_bytes = 1024;
constexpr std::string_view id_alphabet = "0123456789abcdefghijklmnopqrstuv";

}  // namespace

Delivery Connection::stream_state() const {
  if (!link_ || !link_->is_live() || !link_->start) return Delivery::none;
  const Resume& resume = link_->resume;
  if (resume.is_interrupted()) return Delivery::interrupted;
  const bool asks = resume.began() ? resume.from().has_value() : cursor_.taken().has_value();
  return asks && resume.stage() != Resume::Stage::live ? Delivery::catching_up : Delivery::live;
}

bool Connection::resume_from(std::string_view position) {
  const auto from = read_position(position);
  if (!from || cursor_.taken() || follows()) return false;
  cursor_.adopt(*from);
  return true;
}

// ---- asking

void Connection::ask_resume(const Instant& now) {
  if (!link_->start || follows()) return;
  // Then the next look at the socket comes back here.
  if (!link_->window.fits(resume_max_bytes)) {
    link_->window.look_within(now, capacity_pause);
    return;
  }
  const Position start = *link_->start;
  std::optional<Position> from = cursor_.taken();
  if (from && !cursor_.may_ask()) {
    tell_gap(now, {from, start, GapReason::unanswered});
    from.reset();
  }
  if (from) {
    cursor_.asked();
  } else {
    cursor_.adopt(start);
  }
  link_->resume.begin(from, start);
  link_->at(LinkTimer::verdict) = now.monotonic + verdict_timeout;
  std::string data = "{\"from\":";
  if (from) {
    append_quoted(data, to_text(*from));
  } else {
    data += "null";
  }
  emit_frame(now, frame_text("resume", {}, now, data += '}'));
}

// The link is another user's from here on: what it was asked is nobody's any more.
void Connection::begin_anew_on_link() {
  if (!follows()) return;
  link_->resume = {};
  link_->at(LinkTimer::verdict) = never;
  if (!link_->start) return;
  cursor_.adopt(*link_->start);
  link_->resume.begin(std::nullopt, *link_->start);
  link_->resume.replay(*link_->start);
}

void Connection::tell_reconnected(const Instant& now, Missed missed) {
  if (outage_.since) {
    emit(Reconnected{elapsed(*outage_.since, now), outage_.identity_changed, missed});
  }
  outage_ = {};
}

void Connection::tell_gap(const Instant& now, const Gap& gap) {
  ++metrics_.gaps;
  log_rarely(now, LogTopic::gap, LogLevel::info,
             std::string{"events are missing: "}.append(to_string(gap.reason)));
  emit(gap);
}

// ---- what the server says

void Connection::handle_resumed(const Instant& now, const StreamWord& word) {
  Resume& resume = link_->resume;
  if (resume.has_verdict()) {
    resume.mend(word.from);
    return;
  }
  if (!word.to) return;
  if (!resume.is_answered_by(word.from, *word.to)) {
    StreamWord gap = word;
    gap.from = resume.from();
    gap.reason = GapReason::invalid;
    handle_gap(now, gap);
    return;
  }
  link_->at(LinkTimer::verdict) = never;
  resume.replay(*word.to);
  const bool nothing = resume.stage() == Resume::Stage::live;
  if (nothing) cursor_.answered();
  const Missed missed = nothing ? Missed::none : Missed::replayed;
  tell_reconnected(now, resume.from() ? missed : Missed::unknown);
}

void Connection::handle_gap(const Instant& now, const StreamWord& word) {
  if (!word.to && !word.is_open) return;
  Resume& resume = link_->resume;
  const bool is_verdict = !resume.has_verdict();
  Gap gap{cursor_.taken(), word.to, word.reason, word.spread};
  if (word.from) gap.from = word.from;
  if (resume.is_interrupted()) gap.from = resume.open_gap();
  tell_gap(now, gap);
  if (word.to) {
    cursor_.adopt(*word.to);
    resume.go_on(*word.to);
  } else {
    resume.interrupt(word.from);
  }
  if (!is_verdict) return;
  link_->at(LinkTimer::verdict) = never;
  tell_reconnected(now, Missed::unknown);
}

void Connection::handle_position(const Instant& now, const StreamWord& word) {
  Resume& resume = link_->resume;
  if (!resume.takes_events() || !word.at || !word.at->shares_epoch(*cursor_.taken())) return;
  const std::uint64_t missed = word.sent ? resume.miss(*word.sent) : 0;
  if (missed > 0) {
    metrics_.lost_on_link += missed;
    tell_gap(now, {resume.sure(), word.at, GapReason::lost});
  }
  resume.assure(*word.at);
  cursor_.cover(*word.at);
  if (resume.reach(word.at->seq)) cursor_.answered();
}

// Nothing says what became of the stretch that was asked for: it is missing.
void Connection::give_up_verdict(const Instant& now) {
  Resume& resume = link_->resume;
  const Position start = resume.start();
  if (resume.from()) {
    tell_gap(now, {resume.from(), start, GapReason::unanswered});
    cursor_.adopt(start);
  }
  resume.go_on(start);
  tell_reconnected(now, Missed::unknown);
  publish(now);
}

// Whether an event comes out of turn or came before; then it counts as one that nobody wants.
bool Connection::is_refused(StreamPlace& place) {
  if (place.seq == 0) return false;
  if (!link_->resume.takes_events()) {
    ++metrics_.dropped;
    place = {};
    return true;
  }
  if (!cursor_.is_repeated(place)) return false;
  ++metrics_.duplicates;
  place.id = 0;
  return true;
}

// An event is not delivered, and yet it has come.
void Connection::pass_over(const Instant& now, const StreamPlace& place) {
  if (place.seq > 0) link_->resume.count_event();
  take_event(now, place);
  count_frame(now);
}

void Connection::take_event(const Instant& now, const StreamPlace& place) {
  if (place.seq == 0) return;
  cursor_.take(place);
  if (!link_->resume.reach(place.seq)) return;
  cursor_.answered();
  publish(now);
}

void Connection::handle_backlog_lost(const Instant& now) {
  const Input input(*this, now);
  if (!cursor_.taken() || cursor_.handed() == cursor_.taken()) return;
  tell_gap(now, {cursor_.handed(), cursor_.taken(), GapReason::lost});
  cursor_.lose_backlog();
}

// ---- messages that wait for an answer

std::string Connection::next_ack_id() {
  std::string id;
  std::uint64_t bits = last_.page;
  for (int at = 0; at < page_characters; ++at, bits >>= 5) id += id_alphabet[bits & 31U];
  append_decimal(id += '-', ++last_.acked);
  return id;
}

// The first of the queue, which wants an answer. False where it must wait for other answers.
bool Connection::flush_acked(const Instant& now) {
  if (!can_ack()) {
    settle_all(now, outbox_.pop(), SendOutcome::unsupported);
    return true;
  }
  if (!outbox_.may_launch()) return false;
  if (!outbox_.front().sent_at) ++metrics_.sent;
  link_->window.sent_message(now);
  emit_frame(now, outbox_.launch(now).frame);
  return true;
}

void Connection::settle_answered(const Instant& now, std::string_view id, SendOutcome outcome,
                                 std::string_view detail) {
  if (id.empty() || !can_ack()) return;
  for (const QueuedMessage& message : outbox_.answered(id)) {
    emit(Settle{message.id, outcome, now.wall, *message.sent_at, message.ack_id,
                std::string{detail}});
    flush(now);
  }
}

}  // namespace keepline
