// Text from outside: bounded, escaped, without secrets; frames without their content.
#include <doctest/doctest.h>

#include <string>

#include "redact.hpp"
#include "utf8.hpp"

using namespace keepline;

namespace {

const std::string ellipsis = "\xE2\x80\xA6";
const std::string replacement = "\xEF\xBF\xBD";

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); text.remove_prefix(read_utf8(text).bytes)) ++count;
  return count;
}

bool is_utf8(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(read_utf8(text).bytes)) {
    if (!read_utf8(text).valid) return false;
  }
  return true;
}

std::string sketch(std::string_view frame) { return sketch_frame(frame, frame.size()); }

}  // namespace

TEST_SUITE("utf-8") {
  TEST_CASE("every length of code point is read") {
    CHECK(read_utf8("a").code_point == U'a');
    CHECK(read_utf8("\xC3\xA9").code_point == 0xE9);
    CHECK(read_utf8("\xE2\x82\xAC").code_point == 0x20AC);
    CHECK(read_utf8("\xF0\x9F\x98\x80").code_point == 0x1F600);
    CHECK(read_utf8("\xF4\x8F\xBF\xBF").code_point == 0x10FFFF);
    CHECK(read_utf8("\xF4\x8F\xBF\xBF").bytes == 4);
  }

  TEST_CASE(
      "overlong forms, surrogates, stray bytes and what is past the last code point are invalid") {
    for (const std::string_view bad :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
      CHECK_FALSE(read_utf8(bad).valid);
      CHECK(read_utf8(bad).bytes == 1);
    }
  }

  TEST_CASE("a sequence that breaks off is as long as what was valid of it") {
    CHECK(read_utf8("\xE2\x82").bytes == 2);
    CHECK(read_utf8("\xF0\x9F\x98z").bytes == 3);
    CHECK(read_utf8("\xC3").bytes == 1);
  }
}

TEST_SUITE("safe text") {
  TEST_CASE("plain text stays as it is, in any script") {
    CHECK(safe_text("") == "");
    CHECK(safe_text("server restarts at 10:00, sorry!") == "server restarts at 10:00, sorry!");
    CHECK(safe_text("caf\xC3\xA9 \xF0\x9F\x98\x80") == "caf\xC3\xA9 \xF0\x9F\x98\x80");
  }

  TEST_CASE("control characters become escapes, so that nobody forges a log line") {
    CHECK(safe_text("a\nb\r\tc") == "a\\u000ab\\u000d\\u0009c");
    CHECK(safe_text(std::string_view("a\0b", 3)) == "a\\u0000b");
    CHECK(safe_text("\x1B[31m") == "\\u001b[31m");
    CHECK(safe_text("\x7F\xC2\x85") == "\\u007f\\u0085");
    CHECK(safe_text("\xE2\x80\xA8") == "\\u2028");
  }

  TEST_CASE("bidirectional controls become escapes, so that nobody turns text around") {
    CHECK(safe_text("\xE2\x80\xAE") == "\\u202e");
    CHECK(safe_text("\xE2\x80\xAA\xE2\x81\xA6\xE2\x81\xA9") == "\\u202a\\u2066\\u2069");
    CHECK(safe_text("\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C") == "\\u200e\\u200f\\u061c");
    // Their neighbours are ordinary.
    CHECK(safe_text("\xE2\x80\x90\xE2\x80\xAF") == "\xE2\x80\x90\xE2\x80\xAF");
    CHECK(safe_text("\xD8\x9B") == "\xD8\x9B");
  }

  TEST_CASE("each invalid sequence becomes one replacement character") {
    CHECK(safe_text("a\xFFz") == "a" + replacement + "z");
    CHECK(safe_text("\xE2\x82") == replacement);
    CHECK(safe_text("\xED\xA0\x80") == replacement + replacement + replacement);
  }

  TEST_CASE("64 characters stay, of 65 there are 63 and an ellipsis") {
    const std::string fits(64, '.');
    CHECK(safe_text(fits) == fits);
    CHECK(safe_text(fits + ".") == std::string(63, '.') + ellipsis);
  }

  TEST_CASE("the cut counts characters and falls between code points") {
    std::string euros;
    for (int i = 0; i < 70; ++i) euros += "\xE2\x82\xAC";
    const std::string got = safe_text(euros);
    CHECK(characters(got) == 64);
    CHECK(is_utf8(got));
    CHECK(got.substr(got.size() - ellipsis.size()) == ellipsis);
  }

  TEST_CASE("an escape that does not fit whole is left out") {
    const std::string got = safe_text(std::string(60, '.') + "\n\n");
    CHECK(got == std::string(60, '.') + ellipsis);
    CHECK(safe_text(std::string(58, '.') + "\n") == std::string(58, '.') + "\\u000a");
    CHECK(safe_text(std::string(58, '.') + "\n.") == std::string(58, '.') + ellipsis);
  }

  TEST_CASE("a JWT is cut out, wherever it stands and however it was cut short") {
    const std::string jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl";
    CHECK(safe_text(jwt) == "[redacted]");
    CHECK(safe_text("bad token " + jwt + ", sorry") == "bad token [redacted], sorry");
    CHECK(safe_text("\"" + jwt + "\"") == "\"[redacted]\"");
    for (std::size_t size = 22; size < jwt.size(); ++size) {
      CHECK(safe_text(jwt.substr(0, size)) == "[redacted]");
    }
    CHECK(safe_text("eyJhbGciOiJub25lIn0.e30.") == "[redacted]");
  }

  TEST_CASE("a token that begins before the cut does not leave its head behind") {
    const std::string got = safe_text(std::string(50, ' ') + std::string(200, 'a'));
    CHECK(got == std::string(50, ' ') + "[redacted]");
    CHECK(safe_text(std::string(60, ' ') + std::string(200, 'a')) ==
          std::string(60, ' ') + ellipsis);
  }

  TEST_CASE("whatever follows bearer and a dot is cut out, with all that a subprotocol may hold") {
    CHECK(safe_text("bearer.abc") == "[redacted]");
    CHECK(safe_text("keepline.v1, bearer.a+b/c~d==") == "keepline.v1, [redacted]");
    CHECK(safe_text("Bearer.abc") == "[redacted]");
    CHECK(safe_text("bearer of bad news") == "bearer of bad news");
  }

  TEST_CASE("a run of 32 base64url characters is cut out, one of 31 stays") {
    CHECK(safe_text(std::string(32, 'x')) == "[redacted]");
    CHECK(safe_text(std::string(31, 'x')) == std::string(31, 'x'));
    CHECK(safe_text("key=" + std::string(30, '_') + "-Z9" + "+/==") == "key=[redacted]");
  }

  TEST_CASE("three long parts joined by dots are a token, host names and versions are not") {
    CHECK(safe_text("header.payload.signature") == "[redacted]");
    CHECK(safe_text("crm.example.com") == "crm.example.com");
    CHECK(safe_text("dialpax.replit.app") == "dialpax.replit.app");
    CHECK(safe_text("v1.20.300") == "v1.20.300");
    CHECK(safe_text("192.168.100.200") == "192.168.100.200");
    CHECK(safe_text("well... then") == "well... then");
  }

  TEST_CASE("whatever comes in, what comes out is short, valid and free of controls") {
    std::string noise;
    unsigned state = 1;
    for (int i = 0; i < 4000; ++i) {
      state = state * 1664525U + 1013904223U;
      noise += static_cast<char>(state >> 24);
      if (i % 40 != 39) continue;
      const std::string got = safe_text(noise);
      CHECK(characters(got) <= 64);
      CHECK(is_utf8(got));
      for (const char c : got) CHECK(static_cast<unsigned char>(c) >= 0x20);
      noise.clear();
    }
  }
}

TEST_SUITE("frame sketch") {
  TEST_CASE(
      "structure, literals and short member names stay; strings become lengths, digits marks") {
    CHECK(sketch(R"({"type":"new_call","data":{"from":"+15551234567","n":-12.5e3,"ok":true}})") ==
          R"({"type":"<8>","data":{"from":"<12>","n":-##.#e#,"ok":true}})");
    CHECK(sketch("[null, false ,\n\"x\"]") == "[null,false,\"<1>\"]");
    CHECK(sketch("") == "");
  }

  TEST_CASE("an escaped quote does not end a string") {
    CHECK(sketch(R"({"a":"x\"y\\","b":1})") == R"({"a":"<6>","b":#})");
  }

  TEST_CASE("a member name that could be data is replaced by its length") {
    CHECK(sketch(R"({"+15551234567":1})") == R"({"<12>":#})");
    CHECK(sketch(R"({"15551234567":1})") == R"({"<11>":#})");
    CHECK(sketch(R"({"anna@example.com":1})") == R"({"<16>":#})");
    CHECK(sketch(R"({"":1})") == R"({"<0>":#})");
    CHECK(sketch("{\"" + std::string(24, 'a') + "\":1}") == "{\"" + std::string(24, 'a') + "\":#}");
    CHECK(sketch("{\"" + std::string(25, 'a') + "\":1}") == R"({"<25>":#})");
  }

  TEST_CASE("a member name may stand before white space and a colon") {
    CHECK(sketch("{\"type\" : \"x\"}") == R"({"type":"<1>"})");
  }

  TEST_CASE("what is no JSON becomes its length") {
    CHECK(sketch("hello world") == "<5><5>");
    CHECK(sketch("bearer.abc") == "<10>");
    CHECK(sketch("0x1F") == "<4>");
    CHECK(sketch("\xFF\xFE") == "<2>");
    CHECK(sketch("{'a':1}") == "{<3>:#}");
    CHECK(sketch("\xEF\xBB\xBF{}") == "<3>{}");
  }

  TEST_CASE("a string without an end is marked by its missing quote") {
    CHECK(sketch(R"({"type":"new_c)") == R"({"type":"<5>)");
    CHECK(sketch("\"") == "\"<0>");
    CHECK(sketch("\"a\\") == "\"<2>");
  }

  TEST_CASE("a head that is not the whole frame says how long the frame is") {
    CHECK(sketch_frame(R"({"type":)", 5000) == R"({"type":)" + ellipsis + " <5000>");
  }

  TEST_CASE("a sketch never passes 256 bytes, and says so where it was cut") {
    const std::string frame(5000, '[');
    const std::string got = sketch(frame);
    CHECK(got.size() <= 256);
    CHECK(got.size() > 240);
    CHECK(got.substr(got.size() - 10) == ellipsis + " <5000>");
    CHECK(sketch_frame(std::string(100000, '"'), std::size_t(-1)).size() <= 256);
  }
}
