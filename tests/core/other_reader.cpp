#include "other_reader.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "catalogue.hpp"
#include "frame_judge.hpp"
#include "json_path.hpp"
#include "scans.hpp"

namespace keepline::test {
namespace {

using nlohmann::json;

bool is_envelope_name(const std::string& name) {
  return name == "type" || name == "data" || name == "seq" || name == "id" || name == "ts";
}

// Watches one reading: the first `type` of the top level, how deep it goes, and numbers that are
// written too long for ours to read.
class Watch : public json::json_sax_t {
 public:
  std::optional<json> first_type;
  std::string last_name;
  std::string long_members;     // names of the top level whose number has over 64 characters
  std::set<std::string> names;  // of the top level
  bool repeats = false;         // a name of the envelope stands there twice
  std::size_t depth = 0;
  std::size_t depth_max = 0;
  Refused refused = Refused::no;

  bool null() override { return take(nullptr); }
  bool boolean(bool value) override { return take(value); }
  bool number_integer(number_integer_t value) override { return take(value); }
  bool number_unsigned(number_unsigned_t value) override { return take(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    if (depth == 1) {
      const bool is_long = text.size() > number_max_bytes;
      set_long(is_long);
    }
    return take(value);
  }
  bool string(string_t& value) override { return take(value); }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return enter(); }
  bool key(string_t& name) override {
    if (depth != 1) return true;
    last_name = name;
    if (!names.insert(name).second) repeats = repeats || is_envelope_name(name);
    return true;
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*size*/) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    const std::string_view what = error.what();
    const bool limit = error.id == 406 || what.find("surrogate") != std::string_view::npos;
    refused = limit ? Refused::by_reader : Refused::as_json;
    return false;
  }

  bool is_long(std::string_view name) const {
    return long_members.find("\n" + std::string(name) + "\n") != std::string::npos;
  }

 private:
  bool take(const json& value) {
    if (depth == 1 && last_name == "type" && !first_type) first_type = value;
    if (depth == 1 && !value.is_number_float()) set_long(false);
    return true;
  }
  // Of duplicates the last counts.
  void set_long(bool is_long) {
    const std::string entry = "\n" + last_name + "\n";
    if (const auto at = long_members.find(entry); at != std::string::npos) {
      long_members.erase(at, entry.size());
    }
    if (is_long) long_members += entry;
  }
  bool enter() {
    if (depth == 1 && last_name == "type" && !first_type) first_type = json::object();
    depth_max = std::max(depth_max, ++depth);
    return true;
  }
  bool leave() {
    --depth;
    return true;
  }
};

const json* member(const json& frame, const char* name) {
  const auto found = frame.find(name);
  return found == frame.end() ? nullptr : &*found;
}

Malformed fault_of(const json& frame, const Watch& watch) {
  if (!frame.is_object()) return Malformed::not_an_object;
  if (!watch.first_type) return Malformed::no_type;
  if (!watch.first_type->is_string()) return Malformed::type_not_a_string;
  const auto first = watch.first_type->get<std::string>();
  if (first.empty()) return Malformed::type_empty;
  if (first.size() > type_max_bytes) return Malformed::type_too_long;
  return *member(frame, "type") == *watch.first_type ? Malformed::none : Malformed::type_differs;
}

void read_members(OtherReading& reading, const Watch& watch) {
  reading.type = watch.first_type->get<std::string>();
  const json* seq = member(reading.value, "seq");
  if (seq != nullptr && seq->is_number() && !watch.is_long("seq")) {
    const double value = seq->get<double>();
    if (value >= 1 && value <= seq_max && std::floor(value) == value) {
      reading.seq = static_cast<std::uint64_t>(value);
    }
  }
  const json* id = member(reading.value, "id");
  if (id != nullptr && id->is_string() &&
      id->get_ref<const std::string&>().size() <= id_max_bytes) {
    reading.id = id->get<std::string>();
  }
  const json* ts = member(reading.value, "ts");
  if (ts != nullptr && ts->is_number() && !watch.is_long("ts")) reading.ts = ts->get<double>();
}

std::string told(Malformed why, const char* what) {
  return std::string(what).append(" (").append(to_string(why)).append(")");
}

std::string compare(const OtherReading& other, const OwnedScan& whole) {
  if (other.refused == Refused::as_json) {
    return whole.result == ScanResult::found ? "taken, and no reader would" : "";
  }
  if (other.refused == Refused::by_reader) return "";
  if (whole.result == ScanResult::malformed) {
    if (whole.why == Malformed::too_deep && other.depth > scan_depth_max) return "";
    return whole.why == other.why ? "" : told(whole.why, "refused for another reason than is");
  }
  if (other.why != Malformed::none) return told(other.why, "taken, and should not be");
  if (whole.type != other.type) return "another type";
  if (whole.seq != other.seq) return "another seq";
  if (whole.id != other.id) return "another id";
  if (whole.ts != other.ts) return "another ts";
  return "";
}

}  // namespace

OtherReading read_otherwise(const std::string& text) {
  OtherReading reading;
  // Its two leniencies: JSON.parse takes neither.
  if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string::npos) return reading;
  Watch watch;
  const bool accepted = json::sax_parse(text, &watch);
  reading.refused = accepted ? Refused::no : watch.refused;
  reading.depth = watch.depth_max;
  reading.repeats = watch.repeats;
  if (!accepted) return reading;
  reading.value = json::parse(text, nullptr, false);
  reading.why = fault_of(reading.value, watch);
  if (reading.why == Malformed::none) read_members(reading, watch);
  return reading;
}

std::string disagreement(const std::string& text) {
  const OwnedScan whole = scan(text, Reading::whole);
  if (std::string problem = compare(read_otherwise(text), whole); !problem.empty()) return problem;
  const OwnedScan complete = scan(text);
  if (complete.result == ScanResult::need_more) return "a whole frame asks for more";
  if (whole.result != ScanResult::found) return "";
  if (complete.result != ScanResult::found) return "read whole it is found, routed it is not";
  return complete.type == whole.type ? "" : "routed to another type than it has";
}

std::string disagreement_in_cuts(const std::string& text) {
  const OwnedScan complete = scan(text);
  bool routed = false;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const OwnedScan head = scan(std::string_view(text).substr(0, size), Reading::head);
    if (head.result == ScanResult::malformed) {
      if (complete.result != ScanResult::malformed) return "a good frame has a malformed head";
      continue;
    }
    // What is known stays known.
    if (routed && head.result != ScanResult::found) return "a longer head knows less";
    routed = routed || head.result == ScanResult::found;
    if (head.result == ScanResult::found && complete.result == ScanResult::found &&
        head.type != complete.type) {
      return "a head is routed elsewhere than its frame";
    }
    // A complete frame that ends here is one that the shorter head routes, or it is malformed.
    const OwnedScan ended = scan(std::string_view(text).substr(0, size));
    if (ended.result == ScanResult::need_more) return "a whole frame asks for more";
    if (ended.result == ScanResult::found && ended.type != head.type) return "cut, it is another";
  }
  return complete.result == ScanResult::found && !routed ? "no head of it is routed" : "";
}

std::string disagreement_in_judgement(const std::string& text) {
  const OwnedScan whole = scan(text, Reading::whole);
  const Judgement judged = judge_frame(text, EnvelopeNames{});
  if ((judged.fit == Fit::malformed) != (whole.result == ScanResult::malformed)) {
    return "judged malformed and scanned well, or the other way round";
  }
  if (judged.why != whole.why) return "malformed for two reasons";
  if (judged.fit == Fit::malformed) return "";
  if (judged.fit == Fit::invalid && judged.expected.empty()) return "invalid, and nothing expected";
  const OtherReading other = read_otherwise(text);
  const bool fits = other.refused == Refused::no && other.depth <= json_depth_max && !other.repeats;
  if (judged.fit == Fit::valid) return fits ? "" : "valid, and should not be";
  // Of a type outside the catalogue nothing else is looked at.
  return fits && find_event(whole.type) == nullptr ? "invalid, and nothing is wrong" : "";
}

}  // namespace keepline::test
