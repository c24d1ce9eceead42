// How the event stream goes on from link to link.
//
// All of it, on a link whose server lists `resume` and says where it stands:
//   1. With `connected` begin_stream() decides from where: from what the cursor has taken, or at
//      the position of `connected`. A position from which a link was asked in vain is not asked
//      from again; the stretch is told as a gap. ask_resume() asks, behind `subscribe`.
//   2. The verdict, within five seconds: handle_resumed() lets the replay come, handle_gap() tells
//      what is missing and goes on behind it. Before it no event with a seq is taken. Then
//      Reconnected is told, with what was missed.
//   3. handle_position() moves the cursor over what was not meant for this user, ends the replay,
//      and compares what the server counts as sent with what came.
#include <algorithm>

#include "connection.hpp"
#include "text.hpp"

namespace keepline {

Delivery Connection::stream_state() const {
  if (!follows() || !link_->is_live()) return Delivery::none;
  const Resume& resume = link_->resume;
  if (resume.is_interrupted()) return Delivery::interrupted;
  return resume.is_catching_up() ? Delivery::catching_up : Delivery::live;
}

bool Connection::resume_from(std::string_view position) {
  const Position from = read_position(position);
  if (!from || cursor_.taken() || follows()) return false;
  cursor_.adopt(from);
  return true;
}

// ---- asking

// Where the link becomes another user's, it is not asked a second time: it goes on from `start`.
void Connection::begin_stream(const Instant& now, const Position& start) {
  Resume& resume = link_->resume;
  const bool asked = resume.stage() > Resume::Stage::owed;
  resume = {};
  link_->at(LinkTimer::verdict) = never;
  if (!start) return;
  const bool asks = cursor_.may_ask();
  if (!asks) {
    if (cursor_.taken()) tell_gap(now, cursor_.taken(), start, GapReason::unanswered);
    cursor_.adopt(start);
  }
  resume.begin(asks, cursor_.taken(), start);
  if (asked) resume.replay(start);
}

void Connection::ask_resume(const Instant& now) {
  Resume& resume = link_->resume;
  if (resume.stage() != Resume::Stage::owed) return;
  std::string data = "{\"from\":";
  if (resume.asks()) {
    append_quoted(data, to_text(resume.sure()));
  } else {
    data += "null";
  }
  if (!send_control(now, "resume", {}, data += '}')) {
    // Then the next look at the socket comes back here.
    link_->window.look_within(now, capacity_pause);
    return;
  }
  if (resume.asks()) cursor_.asked();
  resume.asked();
  link_->at(LinkTimer::verdict) = now.monotonic + verdict_timeout;
}

// The server has said how the stream goes on, or never will.
void Connection::tell_reconnected(const Instant& now, Missed missed) {
  link_->at(LinkTimer::verdict) = never;
  if (outage_.since) {
    emit(Reconnected{elapsed(*outage_.since, now), outage_.identity_changed, missed});
  }
  outage_ = {};
}

void Connection::tell_gap(const Instant& now, const Position& from, const Position& to,
                          GapReason reason, Duration spread) {
  ++metrics_.gaps;
  log_rarely(now, LogTopic::gap, LogLevel::info,
             std::string{"events are missing: "}.append(to_string(reason)));
  emit(Gap{from, to, reason, spread});
}

// ---- what the server says

void Connection::handle_resumed(const Instant& now, const ControlData& data) {
  Resume& resume = link_->resume;
  const Position from = data.position(Member::from);
  const Position to = data.position(Member::to);
  resume.mend(from);
  if (resume.stage() == Resume::Stage::asked && to) {
    if (!resume.is_answered_by(from, to)) {
      handle_gap(now, {}, to, GapReason::invalid, {});
      return;
    }
    resume.replay(to);
    const bool nothing = resume.stage() == Resume::Stage::live;
    if (nothing) cursor_.answered();
    const Missed missed = nothing ? Missed::none : Missed::replayed;
    tell_reconnected(now, resume.asks() ? missed : Missed::unknown);
  }
  publish(now);
}

// Also where no word came: nothing says then what became of the stretch that was asked for.
void Connection::handle_gap(const Instant& now, const Position& from, const Position& to,
                            GapReason reason, Duration spread) {
  Resume& resume = link_->resume;
  const Resume::Stage stage = resume.stage();
  if (stage < Resume::Stage::asked) return;
  const Position first = resume.is_interrupted() ? resume.sure() : from ? from : cursor_.taken();
  // What began at the server's own position misses nothing.
  if (first != to) tell_gap(now, first, to, reason, std::clamp(spread, Duration{0}, hint_max));
  if (to) cursor_.adopt(to);
  resume.go_on(first, to);
  if (stage == Resume::Stage::asked) tell_reconnected(now, Missed::unknown);
  publish(now);
}

void Connection::handle_position(const Instant& now, const Position& at,
                                 std::optional<std::uint64_t> sent) {
  Resume& resume = link_->resume;
  if (!resume.takes_events() || !at || !at.shares_epoch(cursor_.taken())) return;
  const std::uint64_t missed = sent ? resume.miss(*sent) : 0;
  if (missed > 0) {
    metrics_.lost_on_link += missed;
    tell_gap(now, resume.sure(), at, GapReason::lost);
  }
  resume.assure(at);
  cursor_.adopt(at);
  reach(now, at.seq);
}

// An event has come, whoever wants it. Whether it did in its turn and for the first time.
bool Connection::take_place(const Instant& now, const StreamPlace& place) {
  if (!link_->resume.takes_events()) {
    ++metrics_.dropped;
    return false;
  }
  link_->resume.count_event();
  if (cursor_.is_repeated(place)) {
    ++metrics_.duplicates;
    return false;
  }
  cursor_.take(place);
  reach(now, place.seq);
  return true;
}

void Connection::reach(const Instant& now, std::uint64_t seq) {
  if (!link_->resume.reach(seq)) return;
  cursor_.answered();
  publish(now);
}

}  // namespace keepline
