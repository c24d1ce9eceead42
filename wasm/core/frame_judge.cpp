// Strict judgement of whole frames: what walk_json comes by against what the catalogue says. Knows
// no event by name.
#include <array>
#include <bitset>
#include <set>
#include <utility>

#include "catalogue.hpp"
#include "event_decode.hpp"
#include "field_rules.hpp"

namespace keepline {
namespace {

constexpr std::string_view unique_name = "a name that is not repeated";

std::string expectation(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::text:
      return "string";
    case FieldType::time:
      return "RFC 3339 time with Z";
    case FieldType::count:
      return "integer >= 0";
    case FieldType::url:
      return "absolute http(s) URL";
    case FieldType::choice: {
      std::string out = "one of ";
      for (const std::string_view each : field.choices) out.append(each).append(", ");
      out.resize(out.size() - 2);
      return out;
    }
    case FieldType::text_list:
      return "array of strings";
  }
  return {};
}

bool is_choice(const FieldSpec& field, std::string_view text) {
  for (const std::string_view each : field.choices) {
    if (each == text) return true;
  }
  return false;
}

bool fits(const FieldSpec& field, const JsonItem& item) {
  const bool string = item.kind == JsonKind::string;
  switch (field.type) {
    case FieldType::text:
      return string;
    case FieldType::time:
      return string && is_time(item.text);
    case FieldType::count:
      return item.kind == JsonKind::number && is_count(item.number);
    case FieldType::url:
      return string && is_web_url(item.text);
    case FieldType::choice:
      return string && is_choice(field, item.text);
    case FieldType::text_list:
      return item.kind == JsonKind::array;  // its elements come one by one
  }
  return false;
}

// Judges the envelope's names and, of a catalogue type, the payload.
class FrameJudge final : public JsonVisitor {
 public:
  FrameJudge(const EnvelopeNames& names, const EventSpec* spec) : names_(names), spec_(spec) {}

  bool visit(const JsonItem& item) override {
    if (item.depth == 1) return visit_envelope(item);
    if (!in_payload_) return true;
    if (item.depth == 2) return visit_field(item);
    if (item.depth == 3 && list_ && item.kind != JsonKind::string) return expect("string");
    return true;
  }

  bool leave(std::size_t depth) override {
    if (depth == 1 && in_payload_) return check_missing();
    return depth > 0 || spec_ == nullptr || seen_envelope_[data_at] || miss(names_.data, "object");
  }

  const std::string& expected() const { return expected_; }
  const std::string& missing() const { return missing_; }

 private:
  static constexpr std::size_t data_at = 1;

  bool expect(std::string what) {
    expected_ = std::move(what);
    return false;
  }

  bool miss(std::string_view name, std::string what) {
    missing_ = name;
    return expect(std::move(what));
  }

  bool visit_envelope(const JsonItem& item) {
    in_payload_ = false;
    const std::array<std::string_view, 5> known = {names_.type, names_.data, names_.seq, names_.id,
                                                   names_.ts};
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (item.name != known[i]) continue;
      if (seen_envelope_[i]) return expect(std::string(unique_name));
      seen_envelope_[i] = true;
      if (i != data_at || spec_ == nullptr) return true;
      in_payload_ = item.kind == JsonKind::object;
      return in_payload_ || expect("object");
    }
    return true;
  }

  bool visit_field(const JsonItem& item) {
    list_ = false;
    for (std::size_t i = 0; i < spec_->fields.size(); ++i) {
      const FieldSpec& field = spec_->fields[i];
      if (item.name != field.name) continue;
      if (seen_fields_[i]) return expect(std::string(unique_name));
      seen_fields_[i] = true;
      list_ = field.type == FieldType::text_list;
      return fits(field, item) || expect(expectation(field));
    }
    // Beyond the catalogue: delivered too, so it must not be ambiguous either.
    return extra_.emplace(item.name).second || expect(std::string(unique_name));
  }

  bool check_missing() {
    for (std::size_t i = 0; i < spec_->fields.size(); ++i) {
      const FieldSpec& field = spec_->fields[i];
      if (!field.optional && !seen_fields_[i]) return miss(field.name, expectation(field));
    }
    return true;
  }

  const EnvelopeNames& names_;
  const EventSpec* spec_;
  std::bitset<5> seen_envelope_;
  std::bitset<event_fields_max> seen_fields_;
  std::set<std::string> extra_;
  bool in_payload_ = false;
  bool list_ = false;  // inside an array of strings
  std::string expected_;
  std::string missing_;
};

Judgement invalid(std::string path, std::string expected) {
  return {Fit::invalid, std::move(path), std::move(expected), Malformed::none};
}

Judgement too_deep() {
  return invalid("depth", "at most " + std::to_string(json_depth_max) + " levels");
}

}  // namespace

bool can_judge() { return true; }

Judgement judge_frame(std::string_view frame, const EnvelopeNames& names) {
  EnvelopeScratch scratch;
  const Scan scan = scan_whole(frame, names, scratch);
  if (scan.result != ScanResult::found) {
    // Past what the scan follows nobody knows whether the frame is JSON; too deep it is either way.
    if (scan.why == Malformed::too_deep) return too_deep();
    return {Fit::malformed, {}, {}, scan.why};
  }
  FrameJudge judge(names, find_event(scan.envelope.type));
  JsonWalk walk = walk_json(frame, judge);
  switch (walk.end) {
    case JsonWalkEnd::finished:
      return {};
    case JsonWalkEnd::stopped:
      if (!judge.missing().empty()) {
        if (!walk.path.empty()) walk.path += '.';
        walk.path += judge.missing();
      }
      return invalid(std::move(walk.path), judge.expected());
    case JsonWalkEnd::refused:
    case JsonWalkEnd::too_deep:
      return too_deep();
    case JsonWalkEnd::out_of_range:
      return invalid(std::move(walk.path), "number within double");
    case JsonWalkEnd::not_text:
      return invalid(std::move(walk.path), "text without unpaired surrogates");
  }
  return {};
}

}  // namespace keepline
