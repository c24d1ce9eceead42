// Text from outside: bounded, escaped, without secrets; frames without their content.
#include <doctest/doctest.h>

#include <string>

#include "random.hpp"
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
    CHECK(safe_text("forebear of bad news") == "forebear of bad news");
  }

  TEST_CASE("a run of 32 base64url characters is cut out, one of 31 stays") {
    CHECK(safe_text(std::string(32, 'x')) == "[redacted]");
    CHECK(safe_text(std::string(31, 'x')) == std::string(31, 'x'));
    CHECK(safe_text("key=" + std::string(30, '_') + "-Z9" + "+/==") == "key=[redacted]");
  }

  TEST_CASE("the word after bearer is cut out, whatever it is and however it is written") {
    CHECK(safe_text("Bearer x") == "Bearer [redacted]");
    CHECK(safe_text("got Bearer abcdefghijklmnopqrstuvwxyz1, sorry") ==
          "got Bearer [redacted], sorry");
    CHECK(safe_text("bearer  secret") == "bearer  [redacted]");
    CHECK(safe_text("the bearer token expired") == "the bearer [redacted] expired");
    CHECK(safe_text("BEARER\tA-b_c") == "BEARER\\u0009[redacted]");
    CHECK(safe_text("bearer+abc") == "bearer+[redacted]");
    CHECK(safe_text("Bearer%20abc") == "Bearer%[redacted]");
    CHECK(safe_text("Bearer p\xC3\xA4"
                    "ss w") == "Bearer [redacted] w");
    CHECK(safe_text("authorization: bearer x") == "authorization: bearer [redacted]");
    CHECK(safe_text("Authorization: Basic dXNlcjpw") == "Authorization: Basic [redacted]");
    CHECK(safe_text(R"({"Authorization":"Bearer abc def"})") ==
          R"({"Authorization":"[redacted]"})");
  }

  TEST_CASE("what is said of bearers and of authorization stays readable") {
    for (const std::string_view said :
         {"401 from the bearer", "not a bearer, but a cookie", "basic auth is off",
          "authorization: denied by policy", "unknown scheme \"Bearer\" in it"}) {
      CHECK(safe_text(said) == said);
    }
  }

  TEST_CASE("the value of a member, parameter or header that names a secret is cut out") {
    CHECK(safe_text("token=abc") == "token=[redacted]");
    CHECK(safe_text("/ws?access_token=abc&user=7") == "/ws?access_token=[redacted]");
    CHECK(safe_text("refreshToken = abc now") == "refreshToken = [redacted] now");
    CHECK(safe_text("X-Api-Key: k42-x") == "X-Api-Key: [redacted]");
    CHECK(safe_text("password: hunter2!") == "password: [redacted]");
    CHECK(safe_text("AWS_SECRET_ACCESS_KEY=a/b") == "AWS_SECRET_ACCESS_KEY=[redacted]");
    CHECK(safe_text("Cookie: sid=s%3Aabc") == "Cookie: [redacted]");
    CHECK(safe_text("token%3Dabc") == "token%[redacted]");
    CHECK(safe_text(R"({"token":"abc","n":1})") == R"({"token":"[redacted]","n":1})");
    CHECK(safe_text(R"({"pwd": "two words"})") == R"({"pwd": "[redacted]"})");
    CHECK(safe_text(R"({\"secret\":\"abc\"})") == R"({\"secret\":\"[redacted]"})");
    CHECK(safe_text("secret='it") == "secret='[redacted]");
  }

  TEST_CASE("a name that explains instead of telling its value stays readable") {
    for (const std::string_view said :
         {"invalid token: expired", "token: JWT expired", "token:malformed.",
          "session: closed (idle)", "token, then none", "no token", "token=", "key: ", "tokens: 3x",
          "ticket:created", "session 42 of 7", "the \"token\" is missing"}) {
      CHECK(safe_text(said) == said);
    }
  }

  TEST_CASE("standard base64 of 32 and more characters is cut out, padding included") {
    const std::string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    CHECK(safe_text(secret) == "[redacted]");
    CHECK(safe_text("got " + secret + " here") == "got [redacted] here");
    CHECK(safe_text("q83vEjRW/5q8+N4SNFZ4mrzdL/Y=") == "q83vEjRW/5q8+N4SNFZ4mrzdL/Y=");
    CHECK(safe_text("q83vEjRW/5q8+N4SNFZ4mrzdL/Yabc==") == "[redacted]");
    CHECK(safe_text("MTIz+NDU2/Nzg5MDEyMzQ1Njc4+TAx/Mj") == "[redacted]");
  }

  TEST_CASE("a pair of keys is cut out with its first half") {
    CHECK(safe_text("AKIAIOSFODNN7EXAMPLE") == "[redacted]");
    CHECK(safe_text("ASIAIOSFODNN7EXAMPLE") == "[redacted]");
    CHECK(safe_text("AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY x") ==
          "[redacted] x");
    CHECK(safe_text("AKIAIOSFODNN7EXAMPLE, wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") ==
          "[redacted], [redacted]");
    CHECK(safe_text("AKIAS ARE GREEN") == "AKIAS ARE GREEN");
  }

  TEST_CASE(
      "random base64 is cut out in either alphabet, and shorter runs where they are as random") {
    Random random(3);
    const auto make = [&random](std::string_view alphabet, std::size_t size) {
      std::string made;
      const auto letters = static_cast<double>(alphabet.size());
      while (made.size() < size) {
        made += alphabet[static_cast<std::size_t>(random.unit() * letters)];
      }
      return made;
    };
    const std::string common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    int kept = 0;
    int kept_short = 0;
    for (int round = 0; round < 1000; ++round) {
      CHECK(safe_text(make(common + "-_", 32)) == "[redacted]");
      const std::string standard = "a" + make(common + "+/", 39);
      kept += int{safe_text(standard) == standard};
      const std::string brief = make(common, 24);
      kept_short += int{safe_text(brief) == brief};
    }
    CHECK(kept < 10);
    CHECK(kept_short < 50);
  }

  TEST_CASE("credentials in a URL are cut out, its host and path stay") {
    CHECK(safe_text("wss://user:pw@crm.example.com/ws") == "wss://[redacted]@crm.example.com/ws");
    CHECK(safe_text("https://abc@example.com") == "https://[redacted]@example.com");
    CHECK(safe_text("https://example.com/@user/a@b") == "https://example.com/@user/a@b");
    CHECK(safe_text("mail anna@example.com // soon @ten") == "mail anna@example.com // soon @ten");
  }

  TEST_CASE("paths, files, hosts, versions and names of code stay readable") {
    for (const std::string_view said : {"https://crm.example.com/api/v1/Users/GetUserById/42/Items",
                                        "/ws/agents/42/events?since=17",
                                        "/users/5f3a9c81b7d4e6f0a1b2c3d4/orders/of/this/week",
                                        "/Users/Anna/Library/ApplicationSupport/Crm2/Cache",
                                        "tests/core/unit-frames_vectors.cpp",
                                        "at assets/index-B4kd93kX.js:12:3456",
                                        "main.3f2a9c81b7d4e6f0a1b2.js",
                                        "dialpax-api-7d9f8b6c5d-x2x4z",
                                        "ip-10-0-12-34.eu-west-1.compute.internal",
                                        "io.netty.Http2ConnectionHandler",
                                        "getUserByIdAndNameOrTag",
                                        "2026-11-27T05:22:03.000Z",
                                        "Chrome/120.0.6099.109 Safari/537.36",
                                        "keepline 1.2.3-rc.1+build.20261127",
                                        "a+b=c",
                                        "x=1&y=2",
                                        "SEC_ERROR_UNKNOWN_ISSUER",
                                        "net::ERR_HTTP2_PROTOCOL_ERROR",
                                        "UNKNOWN",
                                        "[redacted]"}) {
      CHECK(safe_text(said) == said);
    }
  }

  TEST_CASE("text that was made safe once is as safe the second time, and no longer") {
    for (const std::string_view text :
         {"token=\n", "token=\nabc", "token=\\", "Bearer \xE2\x80\xAE", "key='a b", "wss://a:b@c",
          "bearer bearer bearer", "token: \x01 x=1", "AKIAIOSFODNN7EXAMPLE, token=a"}) {
      const std::string once = safe_text(text);
      CHECK(safe_text(once) == once);
    }
  }

  TEST_CASE("host names and versions are no tokens, although dots join their parts") {
    CHECK(safe_text("backend.dialpax.internal") == "backend.dialpax.internal");
    CHECK(safe_text("Header.payload.sigNature") == "Header.payload.sigNature");
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
