#include "cursor.hpp"

#include <algorithm>

namespace keepline {

static_assert(remembered_ids == 256, "next_id_ wraps by itself");

// FNV-1a.
IdMark mark_of(std::string_view raw_id) {
  if (raw_id.empty() || raw_id.front() != '"') return 0;
  IdMark mark = 0xcbf29ce484222325ULL;
  for (const char each : raw_id) {
    mark ^= static_cast<unsigned char>(each);
    mark *= 0x100000001b3ULL;
  }
  return mark;
}

bool Cursor::is_repeated(const StreamPlace& place) const {
  if (!taken_) return false;
  if (place.seq <= taken_->seq) return true;
  if (former_ids_ == 0 || place.id == 0) return false;
  return std::find(ids_.begin(), ids_.end(), place.id) != ids_.end();
}

void Cursor::take(const StreamPlace& place) {
  if (!taken_) return;
  taken_->seq = std::max(taken_->seq, place.seq);
  if (place.id != 0) {
    ids_[next_id_++] = place.id;
    if (former_ids_ > 0) --former_ids_;
  }
  follow();
}

void Cursor::cover(const Position& at) {
  if (!taken_ || !taken_->shares_epoch(at)) return;
  taken_->seq = std::max(taken_->seq, at.seq);
  follow();
}

void Cursor::adopt(const Position& to) {
  const bool same_epoch = taken_ && taken_->shares_epoch(to);
  if (same_epoch && to.seq < taken_->seq) return;
  if (taken_ && !same_epoch) former_ids_ = remembered_ids;
  taken_ = to;
  adopted_at_ = delivered_;
  follow();
}

void Cursor::forget() {
  taken_.reset();
  handed_.reset();
  asked_.reset();
  ids_.fill(0);
  former_ids_ = 0;
}

void Cursor::undelivered() {
  --delivered_;
  follow();
}

void Cursor::handed_over(std::uint64_t count, std::uint64_t seq) {
  handed_count_ = std::max(handed_count_, std::min(count, delivered_));
  follow();
  // What was delivered before the stream went on elsewhere belongs to what was before: the mark
  // stays.
  if (!taken_ || handed_count_ <= adopted_at_ || seq == 0 || seq >= taken_->seq) return;
  if (handed_ && handed_->shares_epoch(*taken_) && handed_->seq >= seq) return;
  handed_ = Position{taken_->epoch, seq};
}

// Where nothing is on its way.
void Cursor::follow() {
  if (!deferred_ || handed_count_ >= delivered_) handed_ = taken_;
}

}  // namespace keepline
