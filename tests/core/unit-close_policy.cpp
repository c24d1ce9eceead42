// What a close means.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "close_policy.hpp"
#include "vectors.hpp"

using namespace keepline;

namespace {

constexpr CloseVerdict retry{};

CloseVerdict judge(std::uint16_t code) { return judge_close(code, "", false); }

}  // namespace

TEST_SUITE("close policy") {
  TEST_CASE("every case of the specification") {
    for (const auto& vector : test::vectors("close_policy.json")) {
      CAPTURE(vector.dump());
      const auto reason = vector["reason"].get<std::string>();
      const CloseVerdict got = judge_close(vector["code"].get<std::uint16_t>(), reason,
                                           vector.value("sentInLastSecond", false));
      CHECK(to_string(got.action) == vector["action"].get<std::string>());
      CHECK(got.error.has_value() == vector.contains("error"));
      if (got.error) CHECK(to_string(*got.error) == vector["error"].get<std::string>());
      CHECK(got.hint.has_value() == vector.contains("hint"));
      if (got.hint) {
        CHECK(got.hint->retry_after.count() == vector["hint"]["retryAfterMs"].get<double>());
        CHECK(got.hint->spread.count() == vector["hint"]["spreadMs"].get<double>());
      }
    }
  }

  TEST_CASE("every code has a verdict, and a verdict names an error exactly when it stops") {
    for (int code = 0; code <= 65535; ++code) {
      const CloseVerdict got = judge(static_cast<std::uint16_t>(code));
      REQUIRE((got.action == CloseAction::stop) == got.error.has_value());
    }
  }

  TEST_CASE("of 4400-4499 only rejection, heartbeat, size and rate limit do not stop") {
    int going_on = 0;
    for (std::uint16_t code = 4400; code <= 4499; ++code) {
      if (judge(code).action != CloseAction::stop) ++going_on;
    }
    CHECK(going_on == 4);
    CHECK(judge(4401).action == CloseAction::reauthenticate);
    CHECK(judge(4408) == retry);
    CHECK(judge(4413) == retry);
    CHECK(judge(4429) == retry);
    CHECK(judge(4399) == retry);
    CHECK(judge(4500) == retry);
  }

  TEST_CASE("a message just sent stops only the codes that speak of size") {
    CHECK(judge_close(1006, "", true) == retry);
    CHECK(judge_close(1009, "", true).error == ErrorKind::message_too_big);
    CHECK(judge_close(4413, "", true).error == ErrorKind::message_too_big);
  }

  TEST_CASE("a hint is heard only with the codes that carry one") {
    const std::string_view hint = R"({"retryAfterMs":500,"spreadMs":100})";
    CHECK(judge_close(1012, hint, false).hint.has_value());
    CHECK(judge_close(1013, hint, false).hint.has_value());
    CHECK(judge_close(4429, hint, false).hint.has_value());
    CHECK_FALSE(judge_close(1006, hint, false).hint.has_value());
    CHECK_FALSE(judge_close(4401, hint, false).hint.has_value());
    CHECK_FALSE(judge_close(4503, hint, false).hint.has_value());
  }

  TEST_CASE("hints are clamped on both sides and NaN is nothing") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(make_hint(-1, -1) == RetryHint{milliseconds(0), milliseconds(0)});
    CHECK(make_hint(300000, 300000) == RetryHint{hint_max, hint_max});
    CHECK(make_hint(300000.5, infinity) == RetryHint{hint_max, hint_max});
    CHECK(make_hint(nan, nan) == RetryHint{milliseconds(0), milliseconds(0)});
  }

  TEST_CASE("a missing spread is three tenths of the clamped wait, at least a second") {
    CHECK(make_hint(0, std::nullopt).spread == milliseconds(1000));
    CHECK(make_hint(3333, std::nullopt).spread == milliseconds(1000));
    CHECK(make_hint(4000, std::nullopt).spread == milliseconds(1200));
    CHECK(make_hint(1e99, std::nullopt).spread == milliseconds(90000));
  }

  TEST_CASE("a subprotocol has only the characters of a token") {
    CHECK(is_subprotocol("keepline.v1"));
    CHECK(is_subprotocol("bearer.eyJhbGciOiJSUzI1NiJ9.e30.c2ln-_"));
    CHECK(is_subprotocol("!#$%&'*+-.^_`|~09azAZ"));
    CHECK_FALSE(is_subprotocol(""));
    using namespace std::string_literals;
    for (const char c : "()<>@,;:\\\"/[]?={} \t\r\n\x7F\x80\xFF\0"s) {
      CAPTURE(static_cast<int>(c));
      CHECK_FALSE(is_subprotocol(std::string("a") + c));
    }
  }
}
