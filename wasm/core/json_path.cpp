#include "json_path.hpp"

#include <algorithm>

#include "text.hpp"
#include "utf8.hpp"

namespace keepline {

void JsonPath::append(std::string_view piece) {
  piece = clip_utf8(piece, names_.size() - size_);
  std::copy(piece.begin(), piece.end(), names_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += piece.size();
}

void JsonPath::name(std::string_view name) {
  size_ = levels_[depth_ - 1].start;
  if (depth_ > 1) append(".");
  append(name);
}

void JsonPath::begin_value() {
  if (depth_ > 0) ++levels_[depth_ - 1].values;
}

void JsonPath::end_value() { size_ = levels_[depth_ - 1].start; }

void JsonPath::open(bool array) { levels_[depth_++] = {size_, 0, array}; }

std::string JsonPath::text() const {
  std::string out;
  for (std::size_t i = 0; i < depth_; ++i) {
    const Level& level = levels_[i];
    if (level.array) {
      out += '[';
      append_decimal(out, level.values - 1);
      out += ']';
      continue;
    }
    const std::size_t end = i + 1 < depth_ ? levels_[i + 1].start : size_;
    out.append(names_.data() + level.start, end - level.start);
  }
  out.resize(clip_utf8(out, path_max_bytes).size());
  return out;
}

}  // namespace keepline
