// Strict judgement: what of a frame that JSON.parse takes is not to be delivered, and where it
// stands.
#include <doctest/doctest.h>

#include <string>

#include "catalogue.hpp"
#include "frame_judge.hpp"
#include "json_path.hpp"
#include "text.hpp"

using namespace keepline;

namespace {

const EnvelopeNames names;

Judgement judge(const std::string& frame) { return judge_frame(frame, names); }

Judgement invalid(std::string path, std::string expected) {
  return {Fit::invalid, std::move(path), std::move(expected), Malformed::none};
}

Judgement update(const std::string& more) {
  return judge(R"({"type":"call_update","data":{"callId":"c","status":"busy")" + more + "}}");
}

Judgement any(const std::string& data) {
  return judge(R"({"type":"invoice_paid","data":)" + data + "}");
}

std::string sample(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::text:
      return "\"\"";
    case FieldType::time:
      return "\"2026-11-22T10:00:00Z\"";
    case FieldType::count:
      return "0";
    case FieldType::url:
      return "\"https://example.com/\"";
    case FieldType::choice:
      return quote(field.choices.back());
    case FieldType::text_list:
      return "[]";
  }
  return {};
}

// A payload of the event with one value put in place of a field's own, or with that field left out.
std::string payload(const EventSpec& event, std::string_view changed = {},
                    std::string_view value = {}) {
  std::string out;
  for (const FieldSpec& field : event.fields) {
    const bool change = field.name == changed;
    if (change && value.empty()) continue;
    out += out.empty() ? "{" : ",";
    out += quote(field.name) + ":" + (change ? std::string(value) : sample(field));
  }
  return out + "}";
}

Judgement judge_payload(const EventSpec& event, const std::string& data) {
  return judge("{\"type\":" + quote(event.type) + ",\"data\":" + data + "}");
}

}  // namespace

TEST_SUITE("frame judge") {
  TEST_CASE("every catalogue event is valid with all its fields") {
    for (const EventSpec& event : catalogue()) {
      CAPTURE(std::string(event.type));
      CHECK(judge_payload(event, payload(event)) == Judgement{});
    }
  }

  TEST_CASE("every field is missed where it is required, and only there") {
    for (const EventSpec& event : catalogue()) {
      for (const FieldSpec& field : event.fields) {
        const std::string path = "data." + std::string(field.name);
        CAPTURE(path);
        const Judgement got = judge_payload(event, payload(event, field.name));
        CHECK(got.fit == (field.optional ? Fit::valid : Fit::invalid));
        CHECK(got.path == (field.optional ? "" : path));
        CHECK(got.expected.empty() == field.optional);
      }
    }
  }

  TEST_CASE("no field takes null, a boolean, an object, or a value of another kind") {
    for (const EventSpec& event : catalogue()) {
      for (const FieldSpec& field : event.fields) {
        const bool number = field.type == FieldType::count;
        for (const std::string value : {"null", "true", "{}", number ? "\"1\"" : "1"}) {
          const Judgement got = judge_payload(event, payload(event, field.name, value));
          CHECK(got.fit == Fit::invalid);
          CHECK(got.path == "data." + std::string(field.name));
        }
      }
    }
  }

  TEST_CASE("what was expected is said in words") {
    CHECK(update(R"(,"durationSec":-1)") == invalid("data.durationSec", "integer >= 0"));
    CHECK(update(R"(,"endedAt":"yesterday")") == invalid("data.endedAt", "RFC 3339 time with Z"));
    CHECK(update(R"(,"agentId":7)") == invalid("data.agentId", "string"));
    CHECK(judge(R"({"type":"recording_update","data":{"recordingId":"r","status":"gone"}})") ==
          invalid("data.status", "one of processing, completed, failed, deleted"));
    CHECK(
        judge(
            R"({"type":"recording_update","data":{"recordingId":"r","status":"failed","url":"x"}})") ==
        invalid("data.url", "absolute http(s) URL"));
    CHECK(judge(R"({"type":"connected","data":{"connectionId":"k","userId":"u","tenantId":"t",
                    "serverTime":"2026-11-22T10:00:00Z","features":"subscribe"}})") ==
          invalid("data.features", "array of strings"));
  }

  TEST_CASE("an integer is judged by its value, as JavaScript will see it") {
    for (const std::string good : {"0", "-0", "17.0", "1e3", "1.7e1", "9007199254740991"}) {
      CHECK(update(",\"durationSec\":" + good).fit == Fit::valid);
    }
    for (const std::string bad : {"1.5", "-1", "9007199254740992", "1e300", "1e-1"}) {
      CHECK(update(",\"durationSec\":" + bad).path == "data.durationSec");
    }
  }

  TEST_CASE("the elements of a list of strings are judged one by one") {
    const auto participants = [](const std::string& list) {
      return judge(R"({"type":"conference-ready","data":{"conferenceId":"f","callId":"c",)"
                   R"("participants":)" +
                   list + "}}");
    };
    CHECK(participants(R"(["a","b",""])").fit == Fit::valid);
    CHECK(participants(R"(["a",2])") == invalid("data.participants[1]", "string"));
    CHECK(participants(R"([["a"]])") == invalid("data.participants[0]", "string"));
    CHECK(participants(R"(["a","b",{"c":"d"}])") == invalid("data.participants[2]", "string"));
    CHECK(participants(R"({"0":"a"})") == invalid("data.participants", "array of strings"));
  }

  TEST_CASE("the payload of a catalogue event is an object and is there") {
    CHECK(judge(R"({"type":"call_update"})") == invalid("data", "object"));
    for (const std::string data : {"null", "[]", "\"x\"", "7", R"([{"callId":"c"}])"}) {
      CHECK(judge(R"({"type":"call_update","data":)" + data + "}") == invalid("data", "object"));
    }
  }

  TEST_CASE("a member's place in the frame does not matter, only its own level does") {
    CHECK(judge(R"({"data":{"status":"busy","callId":"c"},"type":"call_update"})") == Judgement{});
    CHECK(judge(R"({"type":"call_update","data":{"x":{"callId":"c"},"status":"busy"}})").path ==
          "data.callId");
    CHECK(judge(R"({"type":"call_update","callId":"c","data":{"status":"busy"}})").path ==
          "data.callId");
    CHECK(update(R"(,"x":{"status":7,"durationSec":-1},"y":[{"status":7}])").fit == Fit::valid);
    CHECK(judge(R"({"x":{"durationSec":-1},"type":"call_update",
                    "data":{"callId":"c","status":"busy"},"y":{"status":7}})") == Judgement{});
  }

  TEST_CASE("members of the envelope are not repeated, others may be") {
    const std::string valid = R"("data":{"callId":"c","status":"busy"}})";
    CHECK(judge(R"({"type":"call_update","type":"call_update",)" + valid).path == "type");
    CHECK(judge(R"({"type":"call_update","seq":1,"seq":1,)" + valid).path == "seq");
    CHECK(judge(R"({"type":"call_update","id":"a","\u0069d":"a",)" + valid).path == "id");
    CHECK(judge(R"({"type":"call_update","ts":1,)"
                R"("ts":2,)" +
                valid)
              .path == "ts");
    CHECK(judge(R"({"type":"call_update","data":1,)" + valid).path == "data");
    CHECK(judge(R"({"type":"a","data":1,"data":1})").path == "data");
    CHECK(judge(R"({"type":"call_update","x":1,"x":2,)" + valid) == Judgement{});
  }

  TEST_CASE("members of a catalogue payload are not repeated, in no spelling, known or not") {
    CHECK(update(R"(,"callId":"c")").path == "data.callId");
    CHECK(update(R"(,"\u0063allId":"c")").path == "data.callId");
    CHECK(update(R"(,"extra":1,"extra":1)").path == "data.extra");
    CHECK(update(R"(,"x":{"a":1,"a":2})").fit == Fit::valid);
    CHECK(any(R"({"a":1,"a":2})").fit == Fit::valid);
  }

  TEST_CASE("a type that is parsed as another one is malformed, not invalid") {
    const Judgement differs{Fit::malformed, {}, {}, Malformed::type_differs};
    CHECK(judge(R"({"type":"new_call","type":"call_update","data":null})") == differs);
    CHECK(judge(R"({"type":"a","data":1e999,"type":"b"})") == differs);
    CHECK(judge(R"({"type":"a","data":"\ud800","type":7})") == differs);
  }

  TEST_CASE("numbers that no double holds are invalid where they stand") {
    CHECK(any(R"({"amount":1e999})") == invalid("data.amount", "number within double"));
    CHECK(any(R"({"a":[0,{"b":-1e400}]})").path == "data.a[1].b");
    CHECK(any("1e309").path == "data");
    CHECK(any("[1e309]").path == "data[0]");
    CHECK(any(R"([{"a":1},2,1e309])").path == "data[2]");
    CHECK(any(R"([[],[[],1e309]])").path == "data[1][1]");
    CHECK(any(R"({"a":{"b":[1]},"":[0,{"":1e309}]})").path == "data.[1].");
    CHECK(any("1e308").fit == Fit::valid);
    CHECK(any("1e-999").fit == Fit::valid);
    CHECK(judge(R"({"type":"a","ts":1e999})").path == "ts");
  }

  TEST_CASE("unpaired surrogates are invalid where they stand") {
    CHECK(any(R"("\ud800")") == invalid("data", "text without unpaired surrogates"));
    CHECK(any(R"("\udc00\ud800")").path == "data");
    CHECK(any(R"(["a",["\ud83d\u0041"]])").path == "data[1][0]");
    CHECK(any(R"({"a":{"b":"\ud800x"}})").path == "data.a.b");
    CHECK(any(R"({"a":1,"b":{"\ud800":1}})").path == "data.b");
    CHECK(any(R"({"a":{"c":[1]},"\ud800":1})").path == "data");
    CHECK(judge(R"({"type":"a","\ud800":1})").path.empty());
    CHECK(judge(R"({"type":"a","id":"\ud800"})").path == "id");
    CHECK(any(R"("\ud83d\ude00")").fit == Fit::valid);
    CHECK(any(R"("\\ud800")").fit == Fit::valid);
  }

  TEST_CASE("what JSON.parse refuses is malformed, even behind something invalid") {
    for (const std::string bad : {R"({"type":"a","data":1e999)", R"({"type":"a","data":"\ud800",})",
                                  R"({"type":"a","data":1}x)", R"({"type":"a","data":01})",
                                  "{\"type\":\"a\",\"data\":\"\t\"}"}) {
      CAPTURE(bad);
      CHECK(judge(bad) == Judgement{Fit::malformed, {}, {}, Malformed::not_json});
    }
    CHECK(judge("{\"type\":\"a\",\"data\":\"\xFF\"}").why == Malformed::not_utf8);
    CHECK(judge("\xEF\xBB\xBF{\"type\":\"a\"}").why == Malformed::byte_order_mark);
    CHECK(judge(R"({"type":"a"})" + std::string("\0", 1)).why == Malformed::not_json);
    CHECK(judge("[]").why == Malformed::not_an_object);
    CHECK(judge("{}").why == Malformed::no_type);
  }

  TEST_CASE(
      "a zero byte is malformed wherever it stands, even where a reader takes it for the end") {
    const std::string zero(1, '\0');
    for (const std::string& bad :
         {zero + R"({"type":"a"})", R"({"type":"a"})" + zero, R"({"type":"a"} )" + zero + "}",
          R"({"type":"a","data":{}})" + zero + R"({"type":"a","data":{}})",
          R"({"type":"a","data":)" + zero + "}", R"({"type":"a)" + zero + R"("})"}) {
      CAPTURE(bad);
      CHECK(judge(bad) == Judgement{Fit::malformed, {}, {}, Malformed::not_json});
    }
  }

  TEST_CASE("64 levels fit, the frame being the first; one more does not, nor do a million") {
    const auto nested = [](std::size_t levels) {
      return std::string(levels, '[') + std::string(levels, ']');
    };
    const Judgement too_deep = invalid("depth", "at most 64 levels");
    CHECK(any(nested(json_depth_max - 1)).fit == Fit::valid);
    CHECK(any(nested(json_depth_max)) == too_deep);
    CHECK(any(nested(scan_depth_max)) == too_deep);
    CHECK(any(nested(1000000)) == too_deep);
    CHECK(any(std::string(1000, '[')).fit == Fit::invalid);
    CHECK(any(std::string(100, '[')).why == Malformed::not_json);
  }

  TEST_CASE("paths are in the frame's own names") {
    const EnvelopeNames other{"event", "payload", "n", "key", "at"};
    const auto path = [&](const char* frame) { return judge_frame(frame, other).path; };
    CHECK(path(R"({"event":"call_update","payload":{"callId":"c"}})") == "payload.status");
    CHECK(path(R"({"event":"call_update","data":{"callId":"c","status":"busy"}})") == "payload");
    CHECK(path(R"({"event":"a","event":"a"})") == "event");
    CHECK(path(R"({"event":"a","type":1,"type":2})").empty());
  }

  TEST_CASE("a path is bounded, however long the names are") {
    const std::string name = std::string(path_max_bytes - 6, 'n') + "\xC3\xA9";
    CHECK(any("{\"" + name + "\":1e999}").path == "data." + std::string(path_max_bytes - 6, 'n'));
    CHECK(any("{\"" + std::string(100000, 'n') + "\":[[{\"x\":1e999}]]}").path.size() ==
          path_max_bytes);
    CHECK(any("{\"" + std::string(1000, 'n') + "\":[1e999]}").path.size() == path_max_bytes);
    CHECK(any("{\"" + std::string(100000, 'n') + "\":1}").fit == Fit::valid);
  }

  TEST_CASE("a type outside the catalogue is judged by its JSON alone") {
    CHECK(judge(R"({"type":"invoice_paid"})") == Judgement{});
    CHECK(any("null") == Judgement{});
    CHECK(any(R"({"callId":7,"status":false})") == Judgement{});
    CHECK(judge(R"({"type":"__proto__","data":{"__proto__":{},"constructor":1}})") == Judgement{});
  }
}
