// Strict judgement of whole frames: nlohmann/json reads, in one pass and without building anything,
// and MemberJudge judges what it comes by. The only file of the core that includes that library,
// and only the larger of the package's modules holds it. Decides nothing about members.
//
// That reader differs from JSON.parse in four ways, and what is delivered is what JSON.parse makes:
// it skips a byte order mark (the routing scan before it does not), ends at a zero byte, and
// refuses unpaired surrogates and numbers past double, as strict judgement does too, but without
// saying whether the rest is JSON. So whatever it refuses is given to scan_whole, which knows.
#include "frame_judge.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "json_path.hpp"
#include "member_judge.hpp"

namespace keepline {
namespace {

using nlohmann::json;

// What that library calls as it reads; each answer says whether to go on.
class FrameReader {
 public:
  FrameReader(const EnvelopeNames& names, const EventSpec* spec) : judge_(names, spec) {}

  bool null() { return take({JsonKind::null}); }
  bool boolean(bool /*value*/) { return take({JsonKind::boolean}); }
  bool number_integer(json::number_integer_t value) {
    return take_number(static_cast<double>(value));
  }
  bool number_unsigned(json::number_unsigned_t value) {
    return take_number(static_cast<double>(value));
  }
  bool number_float(json::number_float_t value, const json::string_t& /*text*/) {
    return take_number(value);
  }
  bool string(const json::string_t& value) {
    return take({.kind = JsonKind::string, .text = value});
  }
  bool binary(const json::binary_t& /*value*/) { return false; }  // no JSON has it
  bool start_object(std::size_t /*size*/) { return open(JsonKind::object); }
  bool start_array(std::size_t /*size*/) { return open(JsonKind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const json::string_t& name) {
    path_.name(name);
    if (path_.depth() <= named_depth_max) name_ = name;
    return true;
  }

  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const json::exception& error) {
    constexpr int number_overflow = 406;
    path_.begin_value();
    fault_ =
        error.id == number_overflow ? "number within double" : "text without unpaired surrogates";
    return false;
  }

  // After a refusal of what JSON.parse would take.
  Judgement judgement() const {
    if (too_deep_) return too_deep();
    std::string path = path_.text();
    const std::string_view missing = judge_.missing();
    if (!path.empty() && !missing.empty()) path += '.';
    path += missing;
    const std::string_view expected = fault_.empty() ? judge_.expected() : fault_;
    return {Fit::invalid, std::move(path), std::string(expected), Malformed::none};
  }

  static Judgement too_deep() {
    std::string expected = "at most " + std::to_string(json_depth_max) + " levels";
    return {Fit::invalid, "depth", std::move(expected), Malformed::none};
  }

 private:
  static constexpr std::size_t named_depth_max = 2;  // deeper, the judge asks for no names

  bool begin(JsonItem item) {
    path_.begin_value();
    item.depth = path_.depth();
    item.name = name_;
    return judge_.take(item);
  }

  bool take(const JsonItem& item) {
    if (!begin(item)) return false;
    path_.end_value();
    return true;
  }

  bool take_number(double value) { return take({.kind = JsonKind::number, .number = value}); }

  bool open(JsonKind kind) {
    too_deep_ = path_.full();
    if (too_deep_ || !begin({kind})) return false;
    path_.open(kind == JsonKind::array);
    return true;
  }

  bool close() {
    path_.close();
    if (!judge_.leave(path_.depth())) return false;
    if (path_.depth() > 0) path_.end_value();
    return true;
  }

  MemberJudge judge_;
  JsonPath path_;
  json::string_t name_;  // of the value that comes next, and of the last one
  std::string_view fault_;
  bool too_deep_ = false;
};

bool read(std::string_view frame, FrameReader& reader) {
  return json::sax_parse(frame.data(), frame.data() + frame.size(), &reader) &&
         frame.find('\0') == std::string_view::npos;
}

Judgement refuse(Malformed why) {
  // Past what the scan follows nobody knows whether the frame is JSON; too deep it is either way.
  if (why == Malformed::too_deep) return FrameReader::too_deep();
  return {Fit::malformed, {}, {}, why};
}

}  // namespace

bool can_judge() { return true; }

Judgement judge_frame(std::string_view frame, const EnvelopeNames& names) {
  EnvelopeScratch scratch;
  // No further than the payload, where that comes last as it should: for the type.
  const Scan head = scan_envelope(frame, true, names, scratch);
  if (head.result != ScanResult::found) return refuse(head.why);
  FrameReader reader(names, find_event(head.envelope.type));
  if (read(frame, reader)) return {};
  const Scan whole = scan_whole(frame, names, scratch);
  if (whole.result != ScanResult::found) return refuse(whole.why);
  return reader.judgement();
}

}  // namespace keepline
