#include "books_stream.hpp"

#include <algorithm>
#include <cstdlib>

#include "resume.hpp"
#include "stream_server.hpp"

namespace keepline::sim {
namespace {

constexpr Duration grain = milliseconds(1);

std::string member(std::string_view frame, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const auto at = frame.find(key);
  if (at == std::string_view::npos) return {};
  frame.remove_prefix(at + key.size());
  return std::string(frame.substr(0, frame.find('"')));
}

std::uint64_t seq_in(std::string_view position) { return read_position(position).seq; }

std::uint64_t number_of(std::string_view ask_id) {
  return std::strtoull(std::string(ask_id.substr(ask_id.rfind('-') + 1)).c_str(), nullptr, 10);
}

}  // namespace

void StreamBooks::note_published(std::uint32_t epoch, std::uint64_t seq) {
  if (epoch != epoch_) {
    open_.clear();
    lost_.clear();
  }
  epoch_ = epoch;
  head_ = seq;
  open_.insert(seq);
}

// A link that loses events in its middle and ends before its server says how many it sent is no
// link that there is: what the client had passed over by then is excused. The rest must come.
void StreamBooks::note_link() {
  for (const std::uint64_t seq : lost_) {
    if (claim_ && seq <= claim_.seq) open_.erase(seq);
  }
  lost_.clear();
  spoilt_ = false;
  forged_ = false;
  sent_here_.clear();
  asked_at_.reset();
  verdict_ = false;
}

void StreamBooks::note_coming(std::string_view frame) {
  if (frame.starts_with(R"({"type":"ack")")) acked_.insert(member(frame, "id"));
  // They may stand in the count for those that were lost.
  forged_ = forged_ || seq_of(frame) > head_;
  if (frame.find(R"("seq":)") != std::string_view::npos && seq_of(frame) == 0) spoilt_ = true;
}

void StreamBooks::note(const Output& output, const Instant& now, bool by_frame) {
  if (const auto* gap = std::get_if<Gap>(&output)) gaps_.push_back(*gap);
  if (const auto* frame = std::get_if<SendFrame>(&output)) {
    if (frame->text.starts_with(R"({"type":"resume")")) note_resume(frame->text, now);
    if (frame->text.starts_with(R"({"type":"ask")")) note_ask(frame->text);
  }
  if (std::holds_alternative<IdentityChanged>(output)) {
    // Where a link becomes another's in its middle it was asked already, and begins anew by itself.
    switched_ = !(by_frame && asked_at_);
    claim_ = {};
    last_delivered_ = 0;
    open_ask_.clear();
    asks_.clear();
    lost_.clear();
  }
  if (const auto* settle = std::get_if<Settle>(&output); settle != nullptr && !settle->id.empty()) {
    const bool done =
        settle->outcome == SendOutcome::done || settle->outcome == SendOutcome::repeated;
    if (done && !acked_.contains(settle->id)) {
      complain(Invariant::applied_once, "a message is done that the server did not answer");
    }
    settled_.insert(settle->id);
    asks_.erase(settle->id);
    std::erase(sent_here_, settle->id);
  }
}

void StreamBooks::note_resume(std::string_view frame, const Instant& now) {
  if (asked_at_) complain(Invariant::no_loop, "a link was asked twice how the stream goes on");
  const std::string from = member(frame, "from");
  if (!from.empty() && from == open_ask_) {
    complain(Invariant::no_loop, "a position was asked from that had been asked from in vain");
  }
  if (switched_ && !from.empty()) {
    complain(Invariant::switch_drops, "another user's position was asked from");
  }
  switched_ = false;
  asked_at_ = now;
  open_ask_ = from;
  replay_until_ = 0;
}

void StreamBooks::note_ask(std::string_view frame) {
  const std::string id = member(frame, "id");
  if (settled_.contains(id)) {
    complain(Invariant::applied_once, "a message was sent again that had ended");
  }
  const auto [known, first] = asks_.emplace(id, frame);
  if (!first && known->second != frame) {
    complain(Invariant::applied_once, "two messages bear one id");
  }
  if (!sent_here_.empty() && number_of(sent_here_.back()) >= number_of(id)) {
    complain(Invariant::applied_once, "what was sent again came out of order");
  }
  sent_here_.push_back(id);
  if (sent_here_.size() > in_flight_max) {
    complain(Invariant::bounds, "more than 32 messages wait for the server's word");
  }
}

void StreamBooks::note_frame(std::string_view frame, bool delivered, const Instant& now) {
  const bool resumed = frame.starts_with(R"({"type":"resumed")");
  if (asked_at_ && (resumed || frame.starts_with(R"({"type":"gap")"))) {
    if (resumed) replay_until_ = seq_in(member(frame, "to"));
    if (!resumed || member(frame, "from") == member(frame, "to")) open_ask_.clear();
    verdict_ = true;
  }
  if (frame.starts_with(R"({"type":"position")")) {
    announced_ = verdict_;
    if (replay_until_ > 0 && seq_in(member(frame, "at")) >= replay_until_) open_ask_.clear();
  }
  const std::uint64_t seq = seq_of(frame);
  if (seq == 0) return;
  if (replay_until_ > 0 && seq >= replay_until_) open_ask_.clear();
  if (delivered) note_delivered(seq, now);
}

void StreamBooks::note_delivered(std::uint64_t seq, const Instant& now) {
  const bool given_up =
      asked_at_ && now.monotonic + grain >= asked_at_->monotonic + verdict_timeout;
  if (asked_at_ && !verdict_ && !given_up) {
    complain(Invariant::verdict_first, "an event was delivered before the verdict");
  }
  if (!asked_at_) return;
  if (seq <= last_delivered_) {
    complain(Invariant::one_order, "an event was delivered twice, or behind a later one");
  }
  last_delivered_ = seq;
  open_.erase(seq);
}

// What the client says it has: of that, all was delivered, or it was told of.
void StreamBooks::check_claim(const Position& claim) {
  for (const Gap& gap : gaps_) {
    if (!gap.to) continue;
    open_.erase(open_.begin(), open_.upper_bound(gap.to.seq));
    lost_.erase(lost_.begin(), lost_.upper_bound(gap.to.seq));
  }
  if (!claim || !wants_) {
    if (claim) open_.erase(open_.begin(), open_.upper_bound(claim.seq));
    return;
  }
  const bool began = !claim_;
  if (!began && !claim_.shares_epoch(claim) && gaps_.empty()) {
    complain(Invariant::delivered_or_told, "the log began anew and nobody was told");
  }
  const auto up_to = open_.upper_bound(claim.seq);
  for (auto seq = open_.begin(); !began && seq != up_to; ++seq) {
    // A server that makes events up moves whoever has given up waiting for its verdict.
    if (forged_ || (lost_.contains(*seq) && (!announced_ || spoilt_))) continue;
    complain(Invariant::delivered_or_told, "an event was passed over and nobody was told");
    break;
  }
  for (auto seq = open_.begin(); seq != up_to;) {
    seq = !lost_.contains(*seq) || began ? open_.erase(seq) : std::next(seq);
  }
}

void StreamBooks::end(const Connection& connection) {
  check_claim(connection.position());
  claim_ = connection.position();
  gaps_.clear();
  announced_ = false;
}

}  // namespace keepline::sim
