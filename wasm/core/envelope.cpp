#include "envelope.hpp"

#include <cmath>

#include "json_number.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// How much of a frame there is to look at, and how far to look.
enum class Extent : std::uint8_t {
  head,      // cut somewhere; stop at data
  complete,  // all of it; stop at data
  whole,     // all of it, to its end
};

std::optional<double> short_number_in(std::string_view raw) {
  if (!is_number(raw) || raw.size() > number_max_bytes) return std::nullopt;
  return read_number(raw);
}

bool begins_value(char c) {
  constexpr std::string_view first = "{[\"-0123456789tfn";
  return first.find(c) != std::string_view::npos;
}

// One walk over a frame's top-level members. The steps return whether to go on; the one that says
// no has left the answer in scan_.
class EnvelopeWalk {
 public:
  EnvelopeWalk(std::string_view text, Extent extent, const EnvelopeNames& names,
               EnvelopeScratch& scratch)
      : text_(text), cursor_(text), extent_(extent), names_(names), scratch_(scratch) {}

  Scan run() {
    if (enter()) {
      while (member() && separator()) {
      }
    }
    scan_.offset = cursor_.offset();
    return scan_;
  }

 private:
  bool enter();
  bool member();
  bool separator();
  bool take_type();
  bool take_repeated_type();
  bool take_raw(std::string_view& raw);
  bool skip_value();

  bool finish();
  bool found();
  bool malformed(Malformed why);
  bool stop(JsonStep step);

  std::string_view text_;
  JsonCursor cursor_;
  Extent extent_;
  const EnvelopeNames& names_;
  EnvelopeScratch& scratch_;
  Scan scan_;
  bool type_known_ = false;
  bool type_differs_ = false;
};

bool EnvelopeWalk::found() {
  scan_.result = ScanResult::found;
  return false;
}

bool EnvelopeWalk::malformed(Malformed why) {
  scan_ = {ScanResult::malformed, {}, why, 0};
  return false;
}

bool EnvelopeWalk::stop(JsonStep step) {
  switch (step) {
    case JsonStep::done:
      return true;
    case JsonStep::wrong:
      return malformed(Malformed::not_json);
    case JsonStep::too_deep:
      return malformed(Malformed::too_deep);
    case JsonStep::cut:
      break;
  }
  if (extent_ != Extent::head) return malformed(Malformed::not_json);
  if (type_known_) {
    scan_.envelope.cut = true;
    return found();
  }
  scan_.result = ScanResult::need_more;
  return false;
}

bool EnvelopeWalk::enter() {
  cursor_.skip_space();
  if (cursor_.at_end()) return stop(JsonStep::cut);
  if (!cursor_.take('{')) {
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) {
      return malformed(Malformed::byte_order_mark);
    }
    const bool may_become_mark = byte_order_mark.substr(0, text_.size()) == text_;
    if (may_become_mark && extent_ == Extent::head) return stop(JsonStep::cut);
    return malformed(begins_value(cursor_.front()) ? Malformed::not_an_object
                                                   : Malformed::not_json);
  }
  cursor_.skip_space();
  return cursor_.take('}') ? finish() : true;
}

bool EnvelopeWalk::separator() {
  cursor_.skip_space();
  if (cursor_.at_end()) return stop(JsonStep::cut);
  if (cursor_.take('}')) return finish();
  if (!cursor_.take(',')) return stop(JsonStep::wrong);
  cursor_.skip_space();
  return true;
}

// Behind the closing brace: only white space may follow.
bool EnvelopeWalk::finish() {
  cursor_.skip_space();
  if (!cursor_.at_end()) return malformed(Malformed::not_json);
  if (!type_known_) return malformed(Malformed::no_type);
  return type_differs_ ? malformed(Malformed::type_differs) : found();
}

bool EnvelopeWalk::member() {
  JsonString name;
  if (const JsonStep step = cursor_.take_name(name); step != JsonStep::done) return stop(step);
  if (says(name, names_.type)) return type_known_ ? take_repeated_type() : take_type();
  if (says(name, names_.data)) {
    return type_known_ && extent_ != Extent::whole ? found() : skip_value();
  }
  if (says(name, names_.seq)) return take_raw(scan_.envelope.raw_seq);
  if (says(name, names_.id)) return take_raw(scan_.envelope.raw_id);
  if (says(name, names_.ts)) return take_raw(scan_.envelope.raw_ts);
  return skip_value();
}

bool EnvelopeWalk::skip_value() { return stop(cursor_.take_value()); }

bool EnvelopeWalk::take_type() {
  if (cursor_.front() != '"') {
    const bool value = begins_value(cursor_.front());
    return malformed(value ? Malformed::type_not_a_string : Malformed::not_json);
  }
  JsonString type;
  if (const JsonStep step = cursor_.take_string(type); step != JsonStep::done) return stop(step);
  switch (decode_string(type, scratch_.type, scan_.envelope.type)) {
    case Decoded::too_long:
      return malformed(Malformed::type_too_long);
    case Decoded::not_text:
      return malformed(Malformed::not_utf8);
    case Decoded::fits:
      break;
  }
  if (scan_.envelope.type.empty()) return malformed(Malformed::type_empty);
  type_known_ = true;
  return true;
}

// JSON.parse keeps the last, so only the last decides whether the parsed type is the routed one.
bool EnvelopeWalk::take_repeated_type() {
  type_differs_ = true;
  if (cursor_.front() != '"') return skip_value();
  JsonString type;
  if (const JsonStep step = cursor_.take_string(type); step != JsonStep::done) return stop(step);
  type_differs_ = !says(type, scan_.envelope.type);
  return true;
}

bool EnvelopeWalk::take_raw(std::string_view& raw) {
  raw = {};  // of duplicates the last counts, also where it is cut
  const std::size_t start = cursor_.offset();
  if (!skip_value()) return false;
  raw = text_.substr(start, cursor_.offset() - start);
  return true;
}

// What a glance at an ordinary frame shows, {"type":"…" to its last byte, without the walk that
// would say the same. Empty where it is anything else.
std::string_view type_at_a_glance(std::string_view head, const EnvelopeNames& names) {
  JsonCursor cursor(head);
  JsonString name;
  JsonString type;
  const bool ordinary = cursor.take('{') && cursor.take_string(name) == JsonStep::done &&
                        !name.escaped && name.raw == names.type && cursor.take(':') &&
                        cursor.take_string(type) == JsonStep::done && cursor.at_end() &&
                        !type.escaped && type.raw.size() <= type_max_bytes && is_utf8(type.raw);
  return ordinary ? type.raw : std::string_view{};
}

}  // namespace

std::string_view to_string(Malformed why) {
  constexpr std::string_view names =
      "none,not_json,not_an_object,byte_order_mark,no_type,type_not_a_string,type_empty,"
      "type_too_long,type_differs,not_utf8,too_deep,too_large";
  static_assert(names_all(names, Malformed::too_large));
  return name_in(names, why);
}

std::optional<double> Envelope::ts() const { return short_number_in(raw_ts); }

std::optional<std::uint64_t> Envelope::seq() const {
  const auto value = short_number_in(raw_seq);
  if (!value || !(*value >= 1 && *value <= seq_max) || std::floor(*value) != *value) return {};
  return static_cast<std::uint64_t>(*value);
}

std::string_view Envelope::id(EnvelopeScratch& scratch) const {
  std::string_view decoded;
  const auto string = string_in(raw_id);
  if (!string || decode_string(*string, scratch.id, decoded) != Decoded::fits) return {};
  return decoded;
}

Scan scan_envelope(std::string_view head, bool complete, const EnvelopeNames& names,
                   EnvelopeScratch& scratch) {
  if (!complete) {
    Scan scan;
    scan.envelope.type = type_at_a_glance(head, names);
    if (!scan.envelope.type.empty()) {
      scan.result = ScanResult::found;
      scan.envelope.cut = true;
      scan.offset = head.size();
      return scan;
    }
  }
  return EnvelopeWalk(head, complete ? Extent::complete : Extent::head, names, scratch).run();
}

Scan scan_whole(std::string_view frame, const EnvelopeNames& names, EnvelopeScratch& scratch) {
  Scan scan = EnvelopeWalk(frame, Extent::whole, names, scratch).run();
  if (scan.result == ScanResult::found && !is_utf8(frame)) {
    scan = {ScanResult::malformed, {}, Malformed::not_utf8, 0};
  }
  return scan;
}

BareText bare_text(std::string_view head, bool complete) {
  if (!complete) return BareText::none;
  if (head == "ping") return BareText::ping;
  if (head == "pong") return BareText::pong;
  return BareText::none;
}

}  // namespace keepline
