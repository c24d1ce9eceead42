// Control messages, hints and quoting: what a server says about the link itself.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "control_data.hpp"
#include "text.hpp"

using namespace keepline;

namespace {

constexpr Duration none = milliseconds(-1);

std::string frame(const std::string& data) { return R"({"type":"x","data":)" + data + "}"; }

// Whether it is a `connected` of the protocol.
bool greets(std::string_view text, std::string_view within = "data") {
  return ControlData(text, within).has_string(Member::connection_id);
}

Features features(const std::string& list) {
  const std::string text = frame(R"({"features":)" + list + "}");
  return ControlData(text, "data").features();
}

std::optional<RetryHint> hint_in(std::string_view reason) { return ControlData(reason, {}).hint(); }

RetryHint hint(double after, double spread) { return {milliseconds(after), milliseconds(spread)}; }

}  // namespace

TEST_SUITE("control data") {
  TEST_CASE("a greeting carries ids, intervals, features and a position") {
    const std::string text = frame(
        R"({"connectionId":"k","userId":"u","tenantId":"t","serverTime":"2026-11-22T10:00:00Z",
            "heartbeatMs":20000,"tokenExpiresInMs":60000.5,"features":["ack","x"],"position":"e.9","ackWindowMs":60000})");
    const ControlData data(text, "data");
    CHECK(data.has_string(Member::connection_id));
    CHECK(data.text(Member::user_id) == "u");
    CHECK(data.text(Member::tenant_id) == "t");
    CHECK(data.duration(Member::heartbeat) == milliseconds(20000));
    CHECK(data.duration(Member::token_expires_in) == milliseconds(60000.5));
    CHECK(data.features().have(Feature::ack));
    CHECK_FALSE(data.features().have(Feature::reauth));
    CHECK(data.position(Member::position) == read_position("e.9"));
    CHECK(data.duration(Member::ack_window) == milliseconds(60000));
  }

  TEST_CASE("what is missing or of another form is absent") {
    const std::string text = frame(
        R"({"connectionId":7,"userId":7,"tenantId":null,"heartbeatMs":"20000",
            "tokenExpiresInMs":-1,"position":"nowhere","from":{"a":1},"to":"e\u002e1"})");
    for (const std::string& each : {text, frame("{}"), frame("[]"), std::string{}}) {
      CAPTURE(each);
      const ControlData data(each, "data");
      CHECK_FALSE(data.has_string(Member::connection_id));
      CHECK(data.text(Member::user_id).empty());
      CHECK(data.text(Member::tenant_id).empty());
      CHECK(data.duration(Member::heartbeat) < Duration{0});
      CHECK(data.duration(Member::token_expires_in) < Duration{0});
      CHECK_FALSE(data.position(Member::position));
      CHECK_FALSE(data.position(Member::from));
      CHECK_FALSE(data.position(Member::to));
      CHECK(data.gap_reason() == GapReason::unavailable);
      CHECK(data.raw(Member::sent).empty());
    }
    CHECK(greets(frame(R"({"connectionId":""})")));
    CHECK_FALSE(greets(frame(R"({"connectionId":null})")));
  }

  TEST_CASE("features are the strings of a list, and nothing else") {
    CHECK(features(R"(["subscribe","reauth","resume","ack","batch"])").bits == 31);
    CHECK(features(R"([7,null,"reauth"])").have(Feature::reauth));
    CHECK(features(R"(["\u0061ck"])").have(Feature::ack));
    for (const std::string other : {R"("subscribe")", R"([["subscribe"],{"a":"reauth"},7])",
                                    R"({"a":"subscribe"})", "[]", "null"}) {
      CAPTURE(other);
      CHECK(features(other) == Features{});
    }
    CHECK_FALSE(features(R"(["Subscribe"])").have(Feature::subscribe));
  }

  TEST_CASE("data is an object under its configured name, at the top alone") {
    CHECK(ControlData(R"({"type":"x","data": {"code":"busy"} })", "data").object() ==
          R"({"code":"busy"})");
    for (const std::string other :
         {"null", "\"connectionId\"", R"(["connectionId"])", R"([{"connectionId":"k"}])",
          R"({"data":{"connectionId":"k"}})", R"({"x":{"connectionId":"k"}})"}) {
      CAPTURE(other);
      CHECK_FALSE(greets(frame(other)));
    }
    CHECK(ControlData(R"({"type":"x"})", "data").object().empty());
    CHECK_FALSE(greets(R"({"type":"connected","connectionId":"k"})"));
    CHECK(greets(R"({"payload":{"connectionId":"k"}})", "payload"));
    CHECK_FALSE(greets(R"({"payload":{"connectionId":"k"}})"));
    CHECK_FALSE(greets(R"({"a":{"b":{"connectionId":"k"}}})", "a.b"));
    CHECK(greets(R"({"a.b":{"connectionId":"k"}})", "a.b"));
  }

  TEST_CASE("of duplicates the last counts, as in JSON.parse") {
    CHECK_FALSE(greets(frame(R"({"connectionId":"k","connectionId":7})")));
    const ControlData twice(
        R"({"data":{"connectionId":"k","userId":"u"},"type":"x","data":{"connectionId":"l"}})",
        "data");
    CHECK(twice.text(Member::connection_id) == "l");
    CHECK(twice.text(Member::user_id).empty());
    CHECK(twice.object() == R"({"connectionId":"l"})");
    const ControlData gone(R"({"data":{"connectionId":"k"},"data":1})", "data");
    CHECK_FALSE(gone.has_string(Member::connection_id));
    CHECK(gone.object().empty());
  }

  TEST_CASE("what JSON.parse refuses says nothing, also where the library is lenient") {
    const std::string text = frame(R"({"connectionId":"k"})");
    CHECK(greets(text));
    CHECK(greets(" " + text + "\n"));
    CHECK_FALSE(greets("\xEF\xBB\xBF" + text));
    CHECK_FALSE(greets(text + std::string("\0", 1)));
    CHECK_FALSE(greets(text + std::string("\0x", 2)));
    CHECK_FALSE(greets(text + "x"));
    CHECK_FALSE(greets("[" + text + "]"));
    for (std::size_t size = 0; size < text.size(); ++size)
      CHECK_FALSE(greets(text.substr(0, size)));
  }

  TEST_CASE("a hint is an object with a number retryAfterMs >= 0") {
    CHECK(hint_in(R"({"retryAfterMs":500,"spreadMs":10000})") == hint(500, 10000));
    CHECK(hint_in(R"( { "spreadMs" : 4000 , "retryAfterMs" : 1.5 } )") == hint(1.5, 4000));
    CHECK(hint_in(R"({"retryAfterMs":20000})") == hint(20000, 6000));
    CHECK(hint_in(R"({"retryAfterMs":0})") == hint(0, 1000));
    CHECK(hint_in(R"({"retryAfterMs":-0})") == hint(0, 1000));
    CHECK(hint_in(R"({"retryAfterMs":18446744073709551616})") == hint(300000, 90000));
    CHECK(hint_in(R"({"retryAfterMs":1,"x":{"retryAfterMs":2},"y":[{"retryAfterMs":3}]})") ==
          hint(1, 1000));
    for (const std::string other :
         {"", "restarting", "null", "5", "[1]", "{}", R"({"spreadMs":5})", R"({"retryAfterMs":-5})",
          R"({"retryAfterMs":"1"})", R"({"retryAfterMs":null})", R"({"retryAfterMs":[1]})",
          R"({"retryAfterMs":500,"spre)", "{bad", R"([{"retryAfterMs":1}])",
          R"({"data":{"retryAfterMs":1}})", R"({"retryAfterMs":1}x)", R"({"retryAfterMs":NaN})"}) {
      CAPTURE(other);
      CHECK_FALSE(hint_in(other).has_value());
    }
  }

  TEST_CASE("a spread that is no number counts as missing, a negative one as none") {
    CHECK(hint_in(R"({"retryAfterMs":500,"spreadMs":"9"})") == hint(500, 1000));
    CHECK(hint_in(R"({"retryAfterMs":500,"spreadMs":null})") == hint(500, 1000));
    CHECK(hint_in(R"({"retryAfterMs":500,"spreadMs":-9})") == hint(500, 0));
  }

  TEST_CASE("a hint stands in data as well") {
    const std::string text = frame(R"({"retryAfterMs":500,"spreadMs":10})");
    CHECK(ControlData(text, "data").hint() == hint(500, 10));
    CHECK_FALSE(ControlData(R"({"type":"x","retryAfterMs":5})", "data").hint());
    CHECK_FALSE(ControlData(frame("{}"), "data").hint());
  }

  TEST_CASE("a duration is a number of at least nothing") {
    for (const auto& [json, wanted] : std::initializer_list<std::pair<const char*, Duration>>{
             {"60000", milliseconds(60000)}, {"0", Duration{0}}, {"-1", none}, {"\"1\"", none}}) {
      const std::string text = frame(R"({"expiresInMs":)" + std::string(json) + "}");
      CHECK(ControlData(text, "data").duration(Member::expires_in) == wanted);
    }
  }

  TEST_CASE("nesting deeper than is followed is no control message, whatever it says") {
    const auto nested = [](std::size_t levels) {
      return frame(R"({"connectionId":"k","x":)" + std::string(levels, '[') +
                   std::string(levels, ']') + "}");
    };
    CHECK(greets(nested(scan_depth_max - 2)));
    CHECK_FALSE(greets(nested(scan_depth_max - 1)));
    CHECK_FALSE(greets(nested(100000)));
  }

  TEST_CASE("a quoted text is a JSON string that says the same") {
    CHECK(quote("") == R"("")");
    CHECK(quote("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(quote("\n\x01\x1F\x7F") == "\"\\u000a\\u0001\\u001f\x7F\"");
    CHECK(quote(std::string_view("\0", 1)) == R"("\u0000")");
    CHECK(quote("\xC3\xA9\xF0\x9F\x98\x80") == "\"\xC3\xA9\xF0\x9F\x98\x80\"");
    for (int c = 0; c < 0x80; ++c) {
      const std::string text(3, static_cast<char>(c));
      CHECK(nlohmann::json::parse(quote(text)).get<std::string>() == text);
    }
  }

  TEST_CASE("a JSON object is what JSON.parse takes and makes an object of") {
    for (const std::string good :
         {"{}", " {\"a\":1} \n", R"({"a":"\ud800"})", R"({"a":1e999})", R"({"a":1,"a":2})"}) {
      CAPTURE(good);
      CHECK(is_json_object(good));
    }
    for (const std::string bad : {"", "[]", "null", "{", "{}}", "{} x", "{\"a\":\"\xFF\"}", "{a:1}",
                                  "\xEF\xBB\xBF{}", "{\"a\":01}"}) {
      CAPTURE(bad);
      CHECK_FALSE(is_json_object(bad));
    }
  }

  TEST_CASE("what a server says of its stream is read member by member") {
    const std::string text =
        frame(R"({"from":"a.1","to":"b.2","at":"b.3","sent":57,"reason":"slow","spreadMs":8000})");
    const ControlData data(text, "data");
    CHECK(data.position(Member::from) == read_position("a.1"));
    CHECK(data.position(Member::to) == read_position("b.2"));
    CHECK(data.position(Member::at) == read_position("b.3"));
    CHECK(data.raw(Member::sent) == "57");
    CHECK(data.gap_reason() == GapReason::slow);
    CHECK(data.duration(Member::spread) == seconds(8));
  }

  TEST_CASE("an answer to a message is the server's words as they are written") {
    const std::string text = frame(R"({"outcome":"done","result": {"n":1} })");
    CHECK(ControlData(text, "data").raw(Member::outcome) == R"("done")");
    CHECK(ControlData(text, "data").raw(Member::result) == R"({"n":1})");
  }
}
