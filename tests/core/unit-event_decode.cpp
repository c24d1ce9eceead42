// Control messages, hints and quoting: what a server says about the link itself.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "event_decode.hpp"

using namespace keepline;

namespace {

const EnvelopeNames names;

std::optional<Connected> connected(const std::string& data) {
  return decode_connected(R"({"type":"connected","data":)" + data + "}", names);
}

std::optional<Duration> authed(const std::string& data) {
  return decode_authed(R"({"type":"authed","data":)" + data + "}", names);
}

std::optional<ServerError> server_error(const std::string& data) {
  return decode_server_error(R"({"type":"error","data":)" + data + "}", names);
}

RetryHint hint(double after, double spread) { return {milliseconds(after), milliseconds(spread)}; }

}  // namespace

TEST_SUITE("event decode") {
  TEST_CASE("connected carries ids, intervals and features") {
    const auto got = connected(
        R"({"connectionId":"k","userId":"u","tenantId":"t","serverTime":"2026-11-22T10:00:00Z",
            "heartbeatMs":20000,"tokenExpiresInMs":60000.5,"features":["subscribe","reauth","x"]})");
    REQUIRE(got.has_value());
    CHECK(*got == Connected{"k", "u", "t", milliseconds(20000), milliseconds(60000.5), true, true});
  }

  TEST_CASE("connected says how long the ids of messages are known, in any member") {
    const auto got = connected(
        R"({"connectionId":"k","userId":"u","tenantId":"t","heartbeatMs":1,"tokenExpiresInMs":2,)"
        R"("features":["ack"],"position":"e.1","ackWindowMs":600000})");
    REQUIRE(got.has_value());
    CHECK(got->ack_window == milliseconds(600000));
    CHECK(got->position.has_value());
    CHECK(connected(R"({"connectionId":"k","ackWindowMs":"600000"})") ==
          Connected{.connection_id = "k"});
  }

  TEST_CASE("connected needs a string connectionId and nothing else") {
    CHECK(connected(R"({"connectionId":"k"})") == Connected{.connection_id = "k"});
    CHECK(connected(R"({"connectionId":""})") == Connected{});
    for (const std::string other :
         {"{}", R"({"connectionId":7})", R"({"connectionId":null})", R"({"userId":"u"})", "null",
          "\"connectionId\"", R"(["connectionId"])", R"([{"connectionId":"k"}])",
          R"({"data":{"connectionId":"k"}})", R"({"x":{"connectionId":"k"}})"}) {
      CAPTURE(other);
      CHECK_FALSE(connected(other).has_value());
    }
    CHECK_FALSE(decode_connected(R"({"type":"connected"})", names).has_value());
    CHECK_FALSE(decode_connected(R"({"type":"connected","connectionId":"k"})", names).has_value());
  }

  TEST_CASE("members of connected in another form are taken as absent") {
    const auto got = connected(
        R"({"connectionId":"k","userId":7,"tenantId":null,"heartbeatMs":"20000",
            "tokenExpiresInMs":-1,"features":"subscribe"})");
    CHECK(got == Connected{.connection_id = "k"});
    CHECK_FALSE(connected(R"({"connectionId":"k","features":[["subscribe"],{"a":"reauth"},7]})")
                    ->can_subscribe);
    CHECK_FALSE(connected(R"({"connectionId":"k","features":{"a":"subscribe"}})")->can_subscribe);
    CHECK_FALSE(connected(R"({"connectionId":"k","features":["Subscribe"]})")->can_subscribe);
    CHECK(connected(R"({"connectionId":"k","features":[7,null,"reauth"]})")->can_reauth);
  }

  TEST_CASE("of duplicates the last counts, as in JSON.parse") {
    CHECK(connected(R"({"connectionId":"k","connectionId":"l"})")->connection_id == "l");
    CHECK_FALSE(connected(R"({"connectionId":"k","connectionId":7})").has_value());
    CHECK_FALSE(
        connected(R"({"connectionId":"k","features":["reauth"],"features":[]})")->can_reauth);
    CHECK(decode_connected(R"({"data":{"connectionId":"k","userId":"u"},"type":"connected",
                               "data":{"connectionId":"l"}})",
                           names) == Connected{.connection_id = "l"});
    CHECK_FALSE(decode_connected(R"({"data":{"connectionId":"k"},"data":1})", names).has_value());
  }

  TEST_CASE("the payload is found under its configured name only") {
    EnvelopeNames other;
    other.data = "payload";
    const std::string_view frame = R"({"type":"connected","payload":{"connectionId":"k"}})";
    CHECK(decode_connected(frame, other).has_value());
    CHECK_FALSE(decode_connected(frame, names).has_value());
    other.data = "a.b";
    CHECK_FALSE(decode_connected(R"({"a":{"b":{"connectionId":"k"}}})", other).has_value());
    CHECK(decode_connected(R"({"a.b":{"connectionId":"k"}})", other).has_value());
  }

  TEST_CASE("what JSON.parse refuses is no control message, also where the library is lenient") {
    const std::string frame = R"({"type":"connected","data":{"connectionId":"k"}})";
    CHECK(decode_connected(frame, names).has_value());
    CHECK(decode_connected(" " + frame + "\n", names).has_value());
    CHECK_FALSE(decode_connected("\xEF\xBB\xBF" + frame, names).has_value());
    CHECK_FALSE(decode_connected(frame + std::string("\0", 1), names).has_value());
    CHECK_FALSE(decode_connected(frame + std::string("\0x", 2), names).has_value());
    CHECK_FALSE(decode_connected(frame + "x", names).has_value());
    CHECK_FALSE(decode_connected("[" + frame + "]", names).has_value());
    CHECK_FALSE(connected("{\"connectionId\":\"\xFF\"}").has_value());
    for (std::size_t size = 0; size < frame.size(); ++size) {
      CHECK_FALSE(decode_connected(frame.substr(0, size), names).has_value());
    }
  }

  TEST_CASE("a hint is an object with a number retryAfterMs >= 0") {
    CHECK(decode_hint(R"({"retryAfterMs":500,"spreadMs":10000})") == hint(500, 10000));
    CHECK(decode_hint(R"( { "spreadMs" : 4000 , "retryAfterMs" : 1.5 } )") == hint(1.5, 4000));
    CHECK(decode_hint(R"({"retryAfterMs":20000})") == hint(20000, 6000));
    CHECK(decode_hint(R"({"retryAfterMs":0})") == hint(0, 1000));
    CHECK(decode_hint(R"({"retryAfterMs":-0})") == hint(0, 1000));
    CHECK(decode_hint(R"({"retryAfterMs":18446744073709551616})") == hint(300000, 90000));
    CHECK(decode_hint(R"({"retryAfterMs":1,"x":{"retryAfterMs":2},"y":[{"retryAfterMs":3}]})") ==
          hint(1, 1000));
    for (const std::string other :
         {"", "restarting", "null", "5", "[1]", "{}", R"({"spreadMs":5})", R"({"retryAfterMs":-5})",
          R"({"retryAfterMs":"1"})", R"({"retryAfterMs":null})", R"({"retryAfterMs":[1]})",
          R"({"retryAfterMs":500,"spre)", "{bad", R"([{"retryAfterMs":1}])",
          R"({"data":{"retryAfterMs":1}})", R"({"retryAfterMs":1}x)", R"({"retryAfterMs":NaN})"}) {
      CAPTURE(other);
      CHECK_FALSE(decode_hint(other).has_value());
    }
  }

  TEST_CASE("a spread that is no number counts as missing, a negative one as none") {
    CHECK(decode_hint(R"({"retryAfterMs":500,"spreadMs":"9"})") == hint(500, 1000));
    CHECK(decode_hint(R"({"retryAfterMs":500,"spreadMs":null})") == hint(500, 1000));
    CHECK(decode_hint(R"({"retryAfterMs":500,"spreadMs":-9})") == hint(500, 0));
  }

  TEST_CASE("going_away carries the same hint in its data") {
    CHECK(decode_going_away(R"({"type":"going_away","data":{"retryAfterMs":500,"spreadMs":10}})",
                            names) == hint(500, 10));
    CHECK_FALSE(decode_going_away(R"({"type":"going_away"})", names).has_value());
    CHECK_FALSE(decode_going_away(R"({"type":"going_away","retryAfterMs":5})", names).has_value());
    CHECK_FALSE(decode_going_away(R"({"type":"going_away","data":{}})", names).has_value());
  }

  TEST_CASE("authed carries how long the token lasts") {
    CHECK(authed(R"({"expiresInMs":60000})") == milliseconds(60000));
    CHECK(authed(R"({"expiresInMs":0})") == milliseconds(0));
    for (const std::string other : {"{}", R"({"expiresInMs":-1})", R"({"expiresInMs":"1"})", "7"}) {
      CHECK_FALSE(authed(other).has_value());
    }
  }

  TEST_CASE("an error carries code and message, empty where they are no strings") {
    CHECK(server_error(R"({"code":"bad","message":"no such event"})") ==
          ServerError{"bad", "no such event"});
    CHECK(server_error(R"({"code":7,"message":["x"]})") == ServerError{});
    CHECK(server_error("{}") == ServerError{});
    CHECK_FALSE(server_error("\"bad\"").has_value());
  }

  TEST_CASE("nesting deeper than is followed is no control message, whatever it says") {
    const auto frame = [](std::size_t levels) {
      return R"({"connectionId":"k","x":)" + std::string(levels, '[') + std::string(levels, ']') +
             "}";
    };
    CHECK(connected(frame(scan_depth_max - 2)).has_value());
    CHECK_FALSE(connected(frame(scan_depth_max - 1)).has_value());
    CHECK_FALSE(connected(frame(100000)).has_value());
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
    const EnvelopeNames names;
    const auto word = decode_stream(
        R"({"type":"gap","data":{"from":"a.1","to":"b.2","at":"b.3","sent":57,"reason":"slow","spreadMs":8000}})",
        names);
    REQUIRE(word);
    CHECK(word->from == read_position("a.1"));
    CHECK(word->to == read_position("b.2"));
    CHECK_FALSE(word->is_open);
    CHECK(word->at == read_position("b.3"));
    CHECK(word->sent == 57);
    CHECK(word->reason == GapReason::slow);
    CHECK(word->spread == seconds(8));
  }

  TEST_CASE("what is missing or of another form in it is absent, and a null end is an open one") {
    const EnvelopeNames names;
    CHECK(decode_stream(R"({"type":"gap","data":{}})", names) == StreamWord{});
    CHECK_FALSE(decode_stream(R"({"type":"gap"})", names));
    CHECK_FALSE(decode_stream(R"({"type":"gap","data":[]})", names));
    const auto odd = decode_stream(
        R"({"type":"gap","data":{"from":7,"to":null,"at":"a.","sent":-1,"reason":[],"spreadMs":1e12}})",
        names);
    REQUIRE(odd);
    CHECK_FALSE(odd->from);
    CHECK_FALSE(odd->to);
    CHECK(odd->is_open);
    CHECK_FALSE(odd->at);
    CHECK_FALSE(odd->sent);
    CHECK(odd->reason == GapReason::unavailable);
    CHECK(odd->spread == hint_max);
  }

  TEST_CASE("connected says where the stream stood and what the server can do") {
    const auto connected = decode_connected(
        R"({"type":"connected","data":{"connectionId":"c","features":["resume","ack","batch"],"position":"e.9"}})",
        {});
    REQUIRE(connected);
    CHECK(connected->can_resume);
    CHECK(connected->can_ack);
    CHECK(connected->can_batch);
    CHECK(connected->position == read_position("e.9"));
    const auto other = decode_connected(
        R"({"type":"connected","data":{"connectionId":"c","position":"nowhere"}})", {});
    CHECK_FALSE(other->position);
    CHECK_FALSE(other->can_resume);
  }

  TEST_CASE("an answer is the server's words as they are written") {
    const EnvelopeNames names;
    const std::string_view done =
        R"({"type":"ack","id":"a-1","data":{"outcome":"done","result":{"n":1}}})";
    CHECK(decode_ack(done, names).result == R"({"n":1})");
    CHECK_FALSE(decode_ack(done, names).repeat);
    CHECK(decode_ack(R"({"type":"ack","data":{"outcome":"repeat"}})", names).repeat);
    CHECK(decode_ack(R"({"type":"ack","data":{"outcome":"repeat"}})", names).result.empty());
    CHECK_FALSE(decode_ack(R"({"type":"ack"})", names).repeat);
    CHECK(data_in(R"({"type":"error","data": {"code":"busy"} })", names) == R"({"code":"busy"})");
    CHECK(data_in(R"({"type":"error"})", names).empty());
  }
}
