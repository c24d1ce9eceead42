#include "cursor.hpp"

#include <algorithm>

#include "text.hpp"

namespace keepline {

static_assert(remembered_ids == 256, "next_id_ wraps by itself");

IdMark mark_of(std::string_view raw_id) {
  return !raw_id.empty() && raw_id.front() == '"' ? hash_of(raw_id) : 0;
}

bool Cursor::is_repeated(const StreamPlace& place) const {
  if (place.seq <= taken_.seq) return true;
  return former_ids_ > 0 && place.id != 0 &&
         std::find(ids_.begin(), ids_.end(), place.id) != ids_.end();
}

void Cursor::take(const StreamPlace& place) {
  if (place.id != 0) {
    ids_[next_id_++] = place.id;
    if (former_ids_ > 0) --former_ids_;
  }
  Position to = taken_;
  to.seq = place.seq;
  adopt(to);
}

void Cursor::adopt(const Position& to) {
  if (!taken_.shares_epoch(to)) {
    if (taken_) former_ids_ = remembered_ids;
  } else if (to.seq <= taken_.seq) {
    return;
  }
  taken_ = to;
  asked_ = false;
}

void Cursor::forget() {
  taken_ = {};
  asked_ = false;
  ids_.fill(0);
  former_ids_ = 0;
}

}  // namespace keepline
