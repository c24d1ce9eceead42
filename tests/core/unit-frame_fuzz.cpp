// Many thousand frames, well-formed and broken, against another reader of JSON: what the scan says
// of a frame must be what a parse of it says. Seeded, so every run is the same.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "event_decode.hpp"
#include "random.hpp"
#include "scans.hpp"

using namespace keepline;
using nlohmann::json;
using test::OwnedScan;
using test::Reading;
using test::scan;

namespace {

constexpr std::uint64_t seed = 20261122;
constexpr int mutations = 20000;
constexpr int generated = 5000;

std::size_t below(Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random.next() % bound);
}

template <std::size_t Count>
std::string pick(Random& random, const std::array<const char*, Count>& from) {
  return from[below(random, Count)];
}

constexpr std::array<const char*, 9> frames = {
    R"({"type":"new_call","seq":7,"id":"x1","ts":1763805600000,"data":{"a":[1,{"b":"c"}]}})",
    R"({ "type" : "a" , "seq" : 9007199254740991 , "id" : "\u0041\n" , "ts" : 1.5e3 })",
    R"({"ts":-0.25,"x":{"type":"no","y":[[],{},"}]"]},"type":"call\u005fupdate","id":"","seq":1})",
    "{\"n\\u00e9\":\"\xC3\xA9\xF0\x9F\x98\x80\",\"type\":\"\\ud83d\\ude00\",\"seq\":2.0,\"data\":"
    "null}",
    R"({"data":{"x":1},"type":"late","id":"z","seq":3})",
    R"({"type":"a","type":"a","seq":1,"seq":2,"id":"p","id":"q","ts":1,"ts":2})",
    R"({"type":"b","a":true,"c":false,"d":null,"e":-0,"f":1E-7,"g":"\\\"\/\b\f\r\t"})",
    R"({"type":"call_update","data":{"callId":"c1","status":"busy","durationSec":1e1}})",
    R"({"type":"conference-ready","data":{"conferenceId":"f","callId":"c","participants":["a","b"]}})",
};

constexpr std::array<const char*, 34> pieces = {"{",
                                                "}",
                                                "[",
                                                "]",
                                                ",",
                                                ":",
                                                "\"",
                                                "\\",
                                                "\\u",
                                                "\\u0061",
                                                "\\ud800",
                                                "\\udc00",
                                                "0",
                                                "1",
                                                "-",
                                                ".",
                                                "e",
                                                "E+",
                                                "1e999",
                                                "9007199254740992",
                                                "true",
                                                "nul",
                                                " ",
                                                "\n",
                                                "\t",
                                                "\x01",
                                                "\x7F",
                                                "\xC3",
                                                "\xA9",
                                                "\xEF\xBB\xBF",
                                                "\"type\":\"b\",",
                                                "\"seq\":8,",
                                                "\"data\":{},",
                                                "\"id\":7,"};

std::string mutate(Random& random, std::string frame) {
  for (std::size_t times = 1 + below(random, 3); times > 0; --times) {
    const std::size_t at = below(random, frame.size() + 1);
    switch (below(random, 4)) {
      case 0:
        frame.insert(at, pick(random, pieces));
        break;
      case 1:
        frame.erase(at, 1 + below(random, 4));
        break;
      case 2:
        if (at < frame.size()) frame[at] = static_cast<char>(random.next() & 0xFF);
        break;
      default:
        frame.replace(at, 1, pick(random, pieces));
    }
  }
  return frame;
}

std::string space(Random& random) {
  return pick(random, std::array<const char*, 6>{"", "", "", " ", "\n", "\r\t "});
}

std::string random_value(Random& random, int depth) {
  constexpr std::array<const char*, 22> scalars = {
      "0",
      "-0",
      "7",
      "7.0",
      "70e-1",
      "1.5",
      "-3",
      "1e3",
      "9007199254740991",
      "9007199254740992",
      "1763805600000.125",
      "0.1",
      "1e308",
      "123456789012345678901234567890",
      "true",
      "false",
      "null",
      "\"\"",
      "\"abc\"",
      "\"\\u0061\\ud83d\\ude00\"",
      "\"\xC3\xA9\"",
      "\"0123456789012345678901234567890123456789012345678901234567890123\""};
  if (depth == 0 || below(random, 3) > 0) return pick(random, scalars);
  const bool object = below(random, 2) == 0;
  std::string out = object ? "{" : "[";
  for (std::size_t i = below(random, 4); i > 0; --i) {
    out +=
        space(random) + (object ? "\"k\" :" : "") + random_value(random, depth - 1) + space(random);
    if (i > 1) out += ",";
  }
  return out + (object ? "}" : "]");
}

std::string random_frame(Random& random) {
  constexpr std::array<const char*, 12> members = {
      "\"type\"", "\"type\"", "\"t\\u0079pe\"", "\"data\"", "\"seq\"", "\"s\\u0065q\"",
      "\"id\"",   "\"ts\"",   "\"x\"",          "\"typ\"",  "\"\"",    "\"\\u0000\""};
  std::string out = space(random) + "{";
  const std::size_t count = 1 + below(random, 6);
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? space(random) : "," + space(random);
    out += pick(random, members) + space(random) + ":" + space(random);
    out += below(random, 2) == 0 ? "\"name\"" : random_value(random, 3);
    out += space(random);
  }
  return out + "}" + space(random);
}

std::optional<std::uint64_t> seq_in(const json& frame) {
  const auto member = frame.find("seq");
  if (member == frame.end() || !member->is_number()) return std::nullopt;
  const double value = member->get<double>();
  if (value < 1 || value > seq_max || std::floor(value) != value) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::string id_in(const json& frame) {
  const auto member = frame.find("id");
  if (member == frame.end() || !member->is_string()) return {};
  const auto id = member->get<std::string>();
  return id.size() <= id_max_bytes ? id : std::string{};
}

std::optional<double> ts_in(const json& frame) {
  const auto member = frame.find("ts");
  if (member == frame.end() || !member->is_number()) return std::nullopt;
  return member->get<double>();
}

// The parsed type, where it is one.
std::optional<std::string> type_in(const json& frame) {
  if (!frame.is_object()) return std::nullopt;
  const auto member = frame.find("type");
  if (member == frame.end() || !member->is_string()) return std::nullopt;
  auto type = member->get<std::string>();
  if (type.empty() || type.size() > type_max_bytes) return std::nullopt;
  return type;
}

// Where the other reader is known to differ from JSON.parse: it skips a byte order mark, ends at a
// zero byte, and refuses unpaired surrogates and numbers past double.
bool lenient_on(const std::string& text) {
  return text.find('\0') != std::string::npos || text.find("\xEF\xBB\xBF") == 0;
}

bool stricter_on(const std::string& text) {
  return text.find("\\u") != std::string::npos || text.find_first_of("eE") != std::string::npos;
}

// The whole reading keeps the last of duplicates, as the parse does: all members must agree.
void check_whole(const std::string& text, const json& parsed, const OwnedScan& whole) {
  if (whole.result == ScanResult::found) {
    if (parsed.is_discarded()) {
      CHECK(stricter_on(text));
      return;
    }
    CHECK(type_in(parsed) == whole.type);
    CHECK(seq_in(parsed) == whole.seq);
    CHECK(id_in(parsed) == whole.id);
    CHECK(ts_in(parsed) == whole.ts);
    return;
  }
  CHECK(whole.result == ScanResult::malformed);
  if (parsed.is_discarded()) return;
  // The first type was none, or said something else than the last.
  const bool first_type_decides =
      whole.why == Malformed::type_differs || whole.why == Malformed::type_not_a_string ||
      whole.why == Malformed::type_empty || whole.why == Malformed::type_too_long;
  CHECK((first_type_decides || !type_in(parsed).has_value()));
  CHECK(whole.why != Malformed::not_json);
}

void check_routing(const OwnedScan& complete, const OwnedScan& whole) {
  if (whole.result == ScanResult::found) {
    CHECK(complete.result == ScanResult::found);
    CHECK(complete.type == whole.type);
  }
}

void check_judgement(const std::string& text, const json& parsed, const OwnedScan& whole) {
  const Judgement judged = judge_frame(text, EnvelopeNames{});
  CHECK((judged.fit == Fit::malformed) == (whole.result == ScanResult::malformed));
  CHECK(judged.why == whole.why);
  if (judged.fit == Fit::valid) CHECK_FALSE(parsed.is_discarded());
}

void check_frame(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  const OwnedScan whole = scan(text, Reading::whole);
  if (!lenient_on(text)) check_whole(text, parsed, whole);
  check_routing(scan(text), whole);
  check_judgement(text, parsed, whole);
}

// Each cut of a frame: as a head it asks for more, or routes to the same type, or was wrong
// already.
void check_cuts(const std::string& text) {
  const OwnedScan complete = scan(text);
  bool routed = false;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const OwnedScan head = scan(std::string_view(text).substr(0, size), Reading::head);
    if (head.result == ScanResult::malformed) {
      CHECK(complete.result == ScanResult::malformed);
      continue;
    }
    CHECK((head.result == ScanResult::found || !routed));  // what is known stays known
    routed = routed || head.result == ScanResult::found;
    if (head.result == ScanResult::found && complete.result == ScanResult::found) {
      CHECK(head.type == complete.type);
    }
    // A complete frame that ends here is one that the shorter head routes, or it is malformed.
    const OwnedScan ended = scan(std::string_view(text).substr(0, size));
    CHECK(ended.result != ScanResult::need_more);
    if (ended.result == ScanResult::found) CHECK(ended.type == head.type);
  }
  if (complete.result == ScanResult::found) CHECK(routed);
}

}  // namespace

TEST_SUITE("frame fuzz") {
  TEST_CASE("frames put together at random are read as a parse reads them") {
    Random random(seed);
    int found = 0;
    for (int i = 0; i < generated; ++i) {
      const std::string frame = random_frame(random);
      CAPTURE(i);
      CAPTURE(frame);
      check_frame(frame);
      if (scan(frame).result == ScanResult::found) ++found;
    }
    CHECK(found > generated / 5);  // else this proves little
  }

  TEST_CASE("mutated frames are read as a parse reads them") {
    Random random(seed + 1);
    int accepted = 0;
    for (int i = 0; i < mutations; ++i) {
      const std::string frame = mutate(random, pick(random, frames));
      CAPTURE(i);
      CAPTURE(frame);
      check_frame(frame);
      if (scan(frame, Reading::whole).result == ScanResult::found) ++accepted;
    }
    CHECK(accepted > mutations / 20);
    CHECK(accepted < mutations);
  }

  TEST_CASE("every cut of every frame agrees with the frame") {
    Random random(seed + 2);
    for (const char* const frame : frames) check_cuts(frame);
    for (int i = 0; i < 300; ++i) {
      const std::string frame = mutate(random, pick(random, frames));
      CAPTURE(i);
      CAPTURE(frame);
      check_cuts(frame);
    }
  }

  TEST_CASE("control decoding and options survive whatever they are given") {
    Random random(seed + 3);
    for (int i = 0; i < 2000; ++i) {
      const std::string text = mutate(random, pick(random, frames));
      CAPTURE(text);
      CHECK_FALSE(decode_connected(text, EnvelopeNames{}).has_value());
      CHECK_FALSE(decode_hint(text).has_value());
      CHECK_FALSE(decode_authed(text, EnvelopeNames{}).has_value());
      CHECK(std::holds_alternative<OptionError>(decode_options(text)));
    }
  }
}
