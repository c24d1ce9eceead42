// Many thousand frames, well-formed and broken, against another reader of JSON: what the scan says
// of a frame must be what a parse of it says. Seeded, so every run is the same.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "control_data.hpp"
#include "frame_judge.hpp"
#include "other_reader.hpp"
#include "random.hpp"
#include "scans.hpp"

using namespace keepline;
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

void check_frame(const std::string& text) {
  CHECK(test::disagreement(text) == "");
  CHECK(test::disagreement_in_judgement(text) == "");
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
    for (const char* const frame : frames) CHECK(test::disagreement_in_cuts(frame) == "");
    for (int i = 0; i < 300; ++i) {
      const std::string frame = mutate(random, pick(random, frames));
      CAPTURE(i);
      CAPTURE(frame);
      CHECK(test::disagreement_in_cuts(frame) == "");
    }
  }

  TEST_CASE("control decoding survives whatever it is given") {
    Random random(seed + 3);
    for (int i = 0; i < 2000; ++i) {
      const std::string text = mutate(random, pick(random, frames));
      CAPTURE(text);
      const ControlData data(text, "data");
      CHECK_FALSE(data.has_string(Member::connection_id));
      CHECK_FALSE(ControlData(text, {}).hint());
      CHECK(data.duration(Member::expires_in) < Duration{0});
    }
  }
}
