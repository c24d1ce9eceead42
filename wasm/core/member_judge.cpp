#include "member_judge.hpp"

#include <algorithm>
#include <array>

#include "field_rules.hpp"

namespace keepline {
namespace {

constexpr std::size_t data_at = 1;  // among the names of the envelope
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
      return string && std::find(field.choices.begin(), field.choices.end(), item.text) !=
                           field.choices.end();
    case FieldType::text_list:
      return item.kind == JsonKind::array;  // its elements come one by one
  }
  return false;
}

}  // namespace

bool MemberJudge::take(const JsonItem& item) {
  if (item.depth == 1) return take_envelope(item);
  if (!in_payload_) return true;
  if (item.depth == 2) return take_field(item);
  if (item.depth == 3 && list_ && item.kind != JsonKind::string) return expect("string");
  return true;
}

bool MemberJudge::leave(std::size_t depth) {
  if (depth == 1 && in_payload_) return check_missing();
  if (depth > 0 || spec_ == nullptr || seen_envelope_[data_at]) return true;
  missing_ = names_.data;
  return expect("object");
}

bool MemberJudge::expect(std::string_view what) {
  expected_ = what;
  return false;
}

bool MemberJudge::expect(const FieldSpec& field) {
  expected_ = expectation(field);
  return false;
}

bool MemberJudge::take_envelope(const JsonItem& item) {
  in_payload_ = false;
  const std::array<std::string_view, 5> known = {names_.type, names_.data, names_.seq, names_.id,
                                                 names_.ts};
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (item.name != known[i]) continue;
    if (seen_envelope_[i]) return expect(unique_name);
    seen_envelope_[i] = true;
    if (i != data_at || spec_ == nullptr) return true;
    in_payload_ = item.kind == JsonKind::object;
    return in_payload_ || expect("object");
  }
  return true;
}

bool MemberJudge::take_field(const JsonItem& item) {
  list_ = false;
  for (std::size_t i = 0; i < spec_->fields.size(); ++i) {
    const FieldSpec& field = spec_->fields[i];
    if (item.name != field.name) continue;
    if (seen_fields_[i]) return expect(unique_name);
    seen_fields_[i] = true;
    list_ = field.type == FieldType::text_list;
    return fits(field, item) || expect(field);
  }
  // Beyond the catalogue: delivered too, so it must not be ambiguous either.
  return extra_.emplace(item.name).second || expect(unique_name);
}

bool MemberJudge::check_missing() {
  for (std::size_t i = 0; i < spec_->fields.size(); ++i) {
    const FieldSpec& field = spec_->fields[i];
    if (field.optional || seen_fields_[i]) continue;
    missing_ = field.name;
    return expect(field);
  }
  return true;
}

}  // namespace keepline
