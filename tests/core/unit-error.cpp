// Every error has a name, says what happened, and says what to do next.
#include <doctest/doctest.h>

#include <cctype>
#include <set>
#include <string>

#include "error.hpp"

using namespace keepline;

namespace {

bool remedy_names(ErrorKind kind, std::string_view what) {
  return describe(kind).remedy.find(what) != std::string_view::npos;
}

}  // namespace

TEST_SUITE("error") {
  TEST_CASE("every kind has a name, a message, and a remedy unless there is nothing to do") {
    std::set<std::string_view> names;
    std::set<std::string_view> messages;
    for (int i = 0; i < error_kind_count; ++i) {
      const auto kind = static_cast<ErrorKind>(i);
      const ErrorText text = describe(kind);
      CAPTURE(std::string(to_string(kind)));
      CHECK_FALSE(to_string(kind).empty());
      names.insert(to_string(kind));
      messages.insert(text.message);
      REQUIRE(text.message.size() > 20);
      CHECK(text.message.back() == '.');
      const bool is_no_fault = kind == ErrorKind::restarting || kind == ErrorKind::token_expired;
      REQUIRE(text.remedy.empty() == is_no_fault);
      if (is_no_fault) continue;
      CHECK(text.remedy.size() > 20);
      CHECK(text.remedy.back() == '.');
      CHECK(text.message.size() <= 90);
      CHECK(text.remedy.size() <= 320);
    }
    CHECK(names.size() == error_kind_count);
    CHECK(messages.size() == error_kind_count);
  }

  TEST_CASE("a message has no word that only a developer knows") {
    for (int i = 0; i < error_kind_count; ++i) {
      const std::string_view message = describe(static_cast<ErrorKind>(i)).message;
      CAPTURE(std::string(message));
      for (const char sign : message) {
        CHECK(sign != '`');
        CHECK(sign != '(');
        CHECK_FALSE(std::isdigit(static_cast<unsigned char>(sign)));
      }
      for (const std::string_view word :
           {"token", "WebSocket", "WebAssembly", "wasm", "Security-Policy", "CSP", "HTTP",
            "ws:", "subprotocol", "origin", "tenant", "endpoint", "option", "client", "code"}) {
        CAPTURE(std::string(word));
        CHECK(message.find(word) == std::string_view::npos);
      }
      // One sentence.
      CHECK(message.find('.') == message.size() - 1);
    }
  }

  TEST_CASE("no kind stands behind the last one") {
    CHECK(to_string(static_cast<ErrorKind>(error_kind_count - 1)) == "disconnected");
    CHECK(to_string(static_cast<ErrorKind>(error_kind_count)).empty());
    CHECK(describe(static_cast<ErrorKind>(error_kind_count)).message.empty());
  }

  TEST_CASE("a remedy names what the reader must touch") {
    CHECK(remedy_names(ErrorKind::endpoint_invalid, "`path`"));
    CHECK(remedy_names(ErrorKind::insecure_endpoint, "`allowInsecure: true`"));
    CHECK(remedy_names(ErrorKind::insecure_endpoint, "loopback"));
    CHECK(remedy_names(ErrorKind::endpoint_blocked, "`connect-src`"));
    CHECK(remedy_names(ErrorKind::token_unavailable, "`tokenTimeoutMs`"));
    CHECK(remedy_names(ErrorKind::token_invalid, "'Bearer '"));
    CHECK(remedy_names(ErrorKind::auth_rejected, "`tokenChanged()`"));
    CHECK(remedy_names(ErrorKind::connect_timeout, "`requireConnected`"));
    CHECK(remedy_names(ErrorKind::heartbeat_timeout, "`pong`"));
    CHECK(remedy_names(ErrorKind::exhausted, "`backoff.slowProbeMs`"));
    CHECK(remedy_names(ErrorKind::wasm_unavailable, "'wasm-unsafe-eval'"));
    CHECK(remedy_names(ErrorKind::wasm_unavailable, "`wasmUrl`"));
    CHECK(remedy_names(ErrorKind::wasm_unavailable, "`wasmBinary`"));
  }

  TEST_CASE("the remedy of a bare 1006 tells of subprotocols and of hidden HTTP answers") {
    CHECK(remedy_names(ErrorKind::network, "subprotocols"));
    CHECK(remedy_names(ErrorKind::network, "`keepline.v1`"));
    CHECK(remedy_names(ErrorKind::network, "401"));
    CHECK(remedy_names(ErrorKind::network, "431"));
  }
}
