// The head of a frame: what routes it, and what makes it none of ours.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "scans.hpp"

using namespace keepline;
using test::OwnedScan;
using test::Reading;
using test::scan;

namespace {

constexpr std::string_view mark = "\xEF\xBB\xBF";

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

Malformed why(std::string_view frame) {
  const OwnedScan got = scan(frame);
  CHECK((got.result == ScanResult::malformed) == (got.why != Malformed::none));
  return got.why;
}

std::string type_of(std::string_view frame) {
  const OwnedScan got = scan(frame);
  return got.result == ScanResult::found ? got.type : std::string(to_string(got.why));
}

std::optional<std::uint64_t> seq_of(std::string value) {
  return scan(R"({"type":"a","seq":)" + std::move(value) + "}").seq;
}

std::optional<double> ts_of(std::string value) {
  return scan(R"({"type":"a","ts":)" + std::move(value) + "}").ts;
}

}  // namespace

TEST_SUITE("envelope") {
  TEST_CASE("type, seq, id and ts are read up to data") {
    const OwnedScan got =
        scan(R"({"type":"new_call","seq":7,"id":"x","ts":1763805600000.5,"data":{)");
    CHECK(got.result == ScanResult::found);
    CHECK(got.type == "new_call");
    CHECK(got.seq == 7);
    CHECK(got.id == "x");
    CHECK(got.ts == 1763805600000.5);
  }

  TEST_CASE("the scan ends at data once the type is known, and leaves the payload to the parser") {
    const OwnedScan got = scan(R"({"type":"a","data": this is not JSON)");
    CHECK(got.result == ScanResult::found);
    CHECK(got.offset == std::string_view(R"({"type":"a","data": )").size());
    CHECK_FALSE(scan(R"({"type":"a","data":1,"seq":7})").seq.has_value());
  }

  TEST_CASE("data may come before the type; then everything is read") {
    const OwnedScan got =
        scan(R"({"data":{"type":"b","x":[1,{"seq":2}]},"seq":5,"type":"a","id":"i"})");
    CHECK(got.type == "a");
    CHECK(got.seq == 5);
    CHECK(got.id == "i");
    CHECK(why(R"({"data":{"x":tru},"type":"a"})") == Malformed::not_json);
    CHECK(why(R"({"data":1,"type":"a"}x)") == Malformed::not_json);
  }

  TEST_CASE("the names of the members are configurable, also in escapes") {
    const EnvelopeNames names{"event", "payload", "n", "key", "at"};
    const std::string frame =
        R"({"type":"no","\u0065vent":"yes","n":3,"key":"k","at":4,"id":"no","payload":{}})";
    const OwnedScan got = scan(frame, Reading::complete, names);
    CHECK(got.type == "yes");
    CHECK(got.seq == 3);
    CHECK(got.id == "k");
    CHECK(got.ts == 4);
    const EnvelopeNames unicode{"\xC3\xA9v\xF0\x9F\x98\x80", "data", "seq", "id", "ts"};
    CHECK(scan(R"({"\u00e9v\ud83d\ude00":"yes"})", Reading::complete, unicode).type == "yes");
    CHECK(scan("{\"\xC3\xA9v\xF0\x9F\x98\x80\":\"yes\"}", Reading::complete, unicode).type ==
          "yes");
    CHECK(scan(R"({"\u00e9v\ud83d":"yes"})", Reading::complete, unicode).why == Malformed::no_type);
  }

  TEST_CASE("a name that only begins like one of ours is another name") {
    CHECK(why(R"({"typ":"a"})") == Malformed::no_type);
    CHECK(why(R"({"types":"a"})") == Malformed::no_type);
    CHECK(why(R"({"\u0074yp":"a"})") == Malformed::no_type);
    CHECK(why(R"({"\u0074ypes":"a"})") == Malformed::no_type);
    CHECK(why(R"({"TYPE":"a"})") == Malformed::no_type);
  }

  TEST_CASE("a type is decoded through every escape that JSON has") {
    CHECK(type_of(R"({"type":"call\u005fupdate"})") == "call_update");
    CHECK(type_of(R"({"type":"\"\\\/\b\f\n\r\t"})") == "\"\\/\b\f\n\r\t");
    CHECK(type_of(R"({"type":"\u00e9\u20AC\ud83d\ude00"})") ==
          "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    CHECK(type_of(R"({"type":"a\u0000b"})") == std::string("a\0b", 3));
    CHECK(type_of(R"({"type":"__proto__"})") == "__proto__");
  }

  TEST_CASE("an escape that JSON does not have is malformed") {
    for (const std::string text :
         {R"({"type":"\x41"})", R"({"type":"\u00g0"})", R"({"type":"\u12"})", R"({"type":"\'"})",
          R"({"type":"\U0041"})", R"({"a":"\q","type":"b"})"}) {
      CHECK(why(text) == Malformed::not_json);
    }
  }

  TEST_CASE("a type with an unpaired surrogate is malformed, for no UTF-8 says the same") {
    CHECK(why(R"({"type":"\ud800"})") == Malformed::not_utf8);
    CHECK(why(R"({"type":"\udc00"})") == Malformed::not_utf8);
    CHECK(why(R"({"type":"\ud800\u0041"})") == Malformed::not_utf8);
    CHECK(why(R"({"type":"\ud800\ud800\udc00"})") == Malformed::not_utf8);
    CHECK(why(R"({"type":"\ud800x"})") == Malformed::not_utf8);
  }

  TEST_CASE("a type whose bytes are not UTF-8 is malformed") {
    CHECK(why("{\"type\":\"\xFF\"}") == Malformed::not_utf8);
    CHECK(why("{\"type\":\"\xC0\xAF\"}") == Malformed::not_utf8);
    CHECK(why("{\"type\":\"\xED\xA0\x80\"}") == Malformed::not_utf8);
    CHECK(why("{\"type\":\"\\n\xC3\"}") == Malformed::not_utf8);
  }

  TEST_CASE("a type has 1 to 64 bytes of UTF-8, however it was spelled") {
    CHECK(why(R"({"type":""})") == Malformed::type_empty);
    CHECK(type_of(R"({"type":"x"})") == "x");
    CHECK(type_of("{\"type\":\"" + std::string(64, 'x') + "\"}") == std::string(64, 'x'));
    CHECK(why("{\"type\":\"" + std::string(65, 'x') + "\"}") == Malformed::type_too_long);
    CHECK(type_of("{\"type\":\"" + repeated("\\u0078", 64) + "\"}") == std::string(64, 'x'));
    CHECK(why("{\"type\":\"" + repeated("\\u0078", 65) + "\"}") == Malformed::type_too_long);
    CHECK(type_of("{\"type\":\"" + repeated("\\ud83d\\ude00", 16) + "\"}").size() == 64);
    CHECK(why("{\"type\":\"" + repeated("\\ud83d\\ude00", 16) + "x\"}") ==
          Malformed::type_too_long);
    CHECK(why("{\"type\":\"x" + repeated("\xC3\xA9", 32) + "\"}") == Malformed::type_too_long);
  }

  TEST_CASE("what is not an object, or has no string for a type, is malformed and says why") {
    for (const std::string text :
         {"null", "42", "-1", "\"type\"", "[]", "true", " [{\"type\":\"a\"}]"}) {
      CHECK(why(text) == Malformed::not_an_object);
    }
    for (const std::string text :
         {"", "   ", "pong", "undefined", "{type:\"a\"}", "{'type':'a'}"}) {
      CHECK(why(text) == Malformed::not_json);
    }
    CHECK(why("{}") == Malformed::no_type);
    CHECK(why(" { } ") == Malformed::no_type);
    CHECK(why(R"({"data":{}})") == Malformed::no_type);
    for (const char* const value : {"7", "null", "true", "{\"a\":1}", "[\"a\"]"}) {
      CHECK(why(std::string("{\"type\":") + value + "}") == Malformed::type_not_a_string);
    }
  }

  TEST_CASE("white space is space, tab, line feed and carriage return, and nothing else") {
    CHECK(type_of(" \t\r\n{ \t\r\n\"type\" \t\r\n: \t\r\n\"a\" \t\r\n, \"b\" : 1 \t\r\n} \t\r\n") ==
          "a");
    for (const char* const space : {"\v", "\f", "\xC2\xA0", "\xE2\x80\xA8"}) {
      CHECK(why(std::string(space) + R"({"type":"a"})") == Malformed::not_json);
      CHECK(why(R"({"type":"a"})" + std::string(space)) == Malformed::not_json);
    }
    CHECK(why(std::string("{\"type\":\"a\"}\0", 13)) == Malformed::not_json);
  }

  TEST_CASE("a leading byte order mark is malformed, one inside a string is text") {
    CHECK(why(std::string(mark) + R"({"type":"a"})") == Malformed::byte_order_mark);
    CHECK(why(" " + std::string(mark) + R"({"type":"a"})") == Malformed::not_json);
    CHECK(type_of("{\"type\":\"" + std::string(mark) + "\"}") == mark);
    CHECK(scan(mark.substr(0, 1), Reading::head).result == ScanResult::need_more);
    CHECK(scan(mark.substr(0, 2), Reading::head).result == ScanResult::need_more);
    CHECK(scan(mark, Reading::head).why == Malformed::byte_order_mark);
    CHECK(why(mark.substr(0, 2)) == Malformed::not_json);
  }

  TEST_CASE("control characters in strings are malformed, DEL is not") {
    for (char c = 0; c < 0x20; ++c) {
      CHECK(why(std::string("{\"type\":\"a") + c + "\"}") == Malformed::not_json);
      CHECK(why(std::string("{\"b\":\"") + c + "\",\"type\":\"a\"}") == Malformed::not_json);
      CHECK(why(std::string("{\"b") + c + "\":1,\"type\":\"a\"}") == Malformed::not_json);
    }
    CHECK(type_of("{\"type\":\"a\x7F\"}") == "a\x7F");
  }

  TEST_CASE("broken structure before data is malformed") {
    for (const std::string text :
         {R"({"type":"a",})", R"({,"type":"a"})", R"({"type""a"})", R"({"type":"a" "b":1})",
          R"({"type":"a"}})", R"({"type":"a"}x)", R"({"type":"a"]})", R"({"type":"a","b":[1,]})",
          R"({"type":"a","b":[,1]})", R"({"type":"a","b":{"c"}})", R"({"type":"a","b":[1 2]})",
          R"({"type":"a","b":{1:2}})", R"({"type":"a","b":nul})", R"({"type":"a","b":NaN})",
          R"({"type":"a","b":[}})", R"({"type":"a","b":})", R"({"type":"a","b"})",
          R"({"type":})"}) {
      CAPTURE(text);
      CHECK(why(text) == Malformed::not_json);
    }
  }

  TEST_CASE("a number is what JSON's grammar says") {
    for (const std::string good :
         {"0", "-0", "1", "10", "1.5", "0.5", "-1.25e+3", "1E9", "1e-9", "0e0"}) {
      CAPTURE(good);
      CHECK(type_of("{\"n\":" + good + ",\"type\":\"a\"}") == "a");
    }
    for (const std::string bad :
         {"01", "-", "+1", ".5", "1.", "1.e1", "1e", "1e+", "0x1", "--1", "1_0"}) {
      CAPTURE(bad);
      CHECK(why("{\"n\":" + bad + ",\"type\":\"a\"}") == Malformed::not_json);
      CHECK(why("{\"type\":\"a\",\"ts\":" + bad + "}") == Malformed::not_json);
    }
  }

  TEST_CASE("seq is an integer from 1 to 2^53 - 1 by its value, not its spelling") {
    CHECK(seq_of("1") == 1);
    CHECK(seq_of("9007199254740991") == 9007199254740991);
    CHECK(seq_of("7.0") == 7);
    CHECK(seq_of("7e0") == 7);
    CHECK(seq_of("70e-1") == 7);
    CHECK(seq_of("0.7E+1") == 7);
    CHECK(seq_of("7.00000000000000000000000000001") == 7);  // as JSON.parse rounds it
    for (const std::string other : {"0", "-0", "-1", "1.5", "9007199254740992", "1e16", "1e999",
                                    "\"7\"", "null", "true", "[7]", "{\"a\":7}"}) {
      CAPTURE(other);
      CHECK_FALSE(seq_of(other).has_value());
    }
  }

  TEST_CASE("ts is any number that a double holds") {
    CHECK(ts_of("1763805600000") == 1763805600000);
    CHECK(ts_of("-1.5") == -1.5);
    CHECK(ts_of("0.1") == 0.1);
    CHECK(ts_of("1763805600000.123456789") == 1763805600000.123456789);
    CHECK(ts_of("1.7976931348623157e308") == 1.7976931348623157e308);
    CHECK(ts_of("5e-324") == 5e-324);
    CHECK(ts_of("1e-999") == 0);
    CHECK(ts_of("123456789012345678901234567890") == 123456789012345678901234567890.0);
    CHECK_FALSE(ts_of("1e999").has_value());
    CHECK_FALSE(ts_of("\"1\"").has_value());
    CHECK_FALSE(ts_of("1" + std::string(number_max_bytes, '0')).has_value());
  }

  TEST_CASE("an id has at most 64 bytes of UTF-8, else it is absent") {
    const auto id_of = [](const std::string& value) {
      return scan(R"({"type":"a","id":)" + value + "}").id;
    };
    CHECK(id_of(R"("7")") == "7");
    CHECK(id_of(R"("\u0037\n")") == "7\n");
    CHECK(id_of("\"" + std::string(64, 'i') + "\"") == std::string(64, 'i'));
    CHECK(id_of("\"" + std::string(65, 'i') + "\"").empty());
    CHECK(id_of("\"" + repeated("\\u0069", 65) + "\"").empty());
    for (const std::string other :
         {"7", "null", "\"\\ud800\"", "\"\xFF\"", "{\"id\":\"x\"}", "[]"}) {
      CHECK(id_of(other).empty());
    }
    // Room is apart from the type's: neither overwrites the other.
    const OwnedScan both = scan(R"({"type":"\u0061","id":"\u0062"})");
    CHECK(both.type == "a");
    CHECK(both.id == "b");
  }

  TEST_CASE("of a repeated seq, id or ts the last counts, as in JSON.parse") {
    const OwnedScan got =
        scan(R"({"type":"a","seq":1,"seq":2,"id":"x","id":"y","ts":1,"ts":"late"})");
    CHECK(got.seq == 2);
    CHECK(got.id == "y");
    CHECK_FALSE(got.ts.has_value());
    CHECK_FALSE(scan(R"({"type":"a","seq":1,"seq":"x"})").seq.has_value());
    CHECK(scan(R"({"type":"a","id":"x","id":7})").id.empty());
  }

  TEST_CASE("the first type routes; another one, where it is seen, makes the frame malformed") {
    CHECK(type_of(R"({"type":"a","type":"b","data":1})") == "a");
    CHECK(scan(R"({"type":"a","type":"b","data":1})", Reading::whole).why ==
          Malformed::type_differs);
    CHECK(scan(R"({"type":"a","data":1,"type":"b"})", Reading::whole).why ==
          Malformed::type_differs);
    CHECK(why(R"({"type":"a","type":"b"})") == Malformed::type_differs);
    CHECK(why(R"({"type":"a","type":7})") == Malformed::type_differs);
    CHECK(type_of(R"({"type":"a","type":"\u0061"})") == "a");
    CHECK(type_of(R"({"type":"a","type":"b","type":"a"})") == "a");
    CHECK(why(R"({"type":7,"type":"a"})") == Malformed::type_not_a_string);
  }

  TEST_CASE("a head that ends before the type asks for more, one that ends after it routes") {
    const std::string_view frame = R"({"x":[1,{"y":"z\n"}],"type":"a","seq":12,"id":"i","data":0})";
    const std::size_t known = frame.find(",\"seq\"");
    for (std::size_t size = 0; size < frame.size(); ++size) {
      CAPTURE(size);
      const OwnedScan got = scan(frame.substr(0, size), Reading::head);
      CHECK(got.result == (size < known ? ScanResult::need_more : ScanResult::found));
      CHECK(got.why == Malformed::none);
    }
    const auto cut_after = [&](std::string_view piece) {
      return scan(frame.substr(0, frame.find(piece) + piece.size()), Reading::head);
    };
    // A number at the end of a head might go on.
    CHECK_FALSE(cut_after("\"seq\":12").seq.has_value());
    CHECK(cut_after("\"seq\":12,").seq == 12);
    CHECK(cut_after("\"id\":\"i").id.empty());
    CHECK(cut_after("\"id\":\"i\"").id == "i");
  }

  TEST_CASE("a head that is its type and no more says what it says before a space") {
    const EnvelopeNames plain;
    const EnvelopeNames odd{"a\\b", "data", "seq", "id", "ts"};
    const std::string most = R"({"type":")" + std::string(64, 'x');
    const std::string heads[] = {R"({"type":"new_call")",
                                 R"({"type":"")",
                                 R"({"type":")",
                                 R"({"type" "new_call")",
                                 R"({"data":"new_call")",
                                 R"({"typ":"new_call")",
                                 R"({"\u0074ype":"new_call")",
                                 R"({"type":"new\u005fcall")",
                                 "{\"type\":\"\xC3\xA9\"",
                                 "{\"type\":\"\xC3\"",
                                 "{\"type\":\"a\nb\"",
                                 R"({"a\b":"new_call")",
                                 R"({"a\\b":"new_call")",
                                 most + "\"",
                                 most + "x\""};
    for (const EnvelopeNames& names : {plain, odd}) {
      for (const std::string& head : heads) {
        CAPTURE(head);
        const OwnedScan glance = scan(head, Reading::head, names);
        const OwnedScan walk = scan(head + " ", Reading::head, names);
        CHECK(glance.result == walk.result);
        CHECK(glance.why == walk.why);
        CHECK(glance.type == walk.type);
      }
    }
    CHECK(scan(heads[0], Reading::head).offset == heads[0].size());
  }

  TEST_CASE("a complete frame that ends early is malformed") {
    const std::string_view frame = R"({"x":[1,{"y":"z\u0041"}],"type":"a","seq":12})";
    for (std::size_t size = 0; size < frame.size(); ++size) {
      CAPTURE(size);
      CHECK(why(frame.substr(0, size)) == Malformed::not_json);
    }
  }

  TEST_CASE("a head that is already wrong is malformed whatever would follow") {
    CHECK(scan("{\"type\":7", Reading::head).why == Malformed::type_not_a_string);
    CHECK(scan("[", Reading::head).why == Malformed::not_an_object);
    CHECK(scan("{\"type\":\"a\",}", Reading::head).why == Malformed::not_json);
    CHECK(scan("{}", Reading::head).why == Malformed::no_type);
    CHECK(scan("{\"type\":\"a\"}x", Reading::head).why == Malformed::not_json);
    CHECK(scan("{\"type\":\"a\"} ", Reading::head).result == ScanResult::found);
  }

  TEST_CASE("values are stepped over to a depth of 512 and refused beyond it") {
    const auto nested = [](std::size_t depth) {
      return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + ",\"type\":\"a\"}";
    };
    CHECK(type_of(nested(scan_depth_max)) == "a");
    CHECK(why(nested(scan_depth_max + 1)) == Malformed::too_deep);
    const auto mixed = [](std::size_t depth) {
      return "{\"x\":" + repeated("{\"k\":[", depth) + repeated("]}", depth) + ",\"type\":\"a\"}";
    };
    CHECK(type_of(mixed(scan_depth_max / 2)) == "a");
    CHECK(why(mixed(scan_depth_max / 2 + 1)) == Malformed::too_deep);
    CHECK(scan("{\"x\":" + std::string(100000, '['), Reading::head).why == Malformed::too_deep);
    // Behind the type nobody looks into data.
    CHECK(type_of("{\"type\":\"a\",\"data\":" + std::string(100000, '[')) == "a");
  }

  TEST_CASE("a whole reading proves the payload too") {
    CHECK(scan(R"({"type":"a","data":{"b":[1,2,{}]}})", Reading::whole).result ==
          ScanResult::found);
    CHECK(scan(R"({"type":"a","data":{"a":"b})", Reading::whole).why == Malformed::not_json);
    CHECK(scan(R"({"type":"a","data":1}garbage)", Reading::whole).why == Malformed::not_json);
    CHECK(scan("{\"type\":\"a\",\"data\":\"\xFF\"}", Reading::whole).why == Malformed::not_utf8);
    CHECK(scan(R"({"type":"a","data":"\ud800"})", Reading::whole).result == ScanResult::found);
    CHECK(scan(R"({"type":"a","data":1e999})", Reading::whole).result == ScanResult::found);
  }

  TEST_CASE("bare ping and pong are exactly that, and whole") {
    CHECK(bare_text("ping", true) == BareText::ping);
    CHECK(bare_text("pong", true) == BareText::pong);
    for (const std::string other : {"", "pin", "pings", " pong", "pong\n", "PONG", "\"pong\""}) {
      CHECK(bare_text(other, true) == BareText::none);
    }
    CHECK(bare_text("pong", false) == BareText::none);
  }

  TEST_CASE("every reason has its own name") {
    CHECK(to_string(Malformed::none) == "none");
    CHECK(to_string(Malformed::not_utf8) == "not_utf8");
    CHECK(to_string(Malformed::too_deep) == "too_deep");
    CHECK(to_string(Malformed::too_large) == "too_large");
  }
}
