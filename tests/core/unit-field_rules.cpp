// Times, URLs and counts of catalogue fields, at their edges.
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "field_rules.hpp"

using namespace keepline;

TEST_SUITE("field rules") {
  TEST_CASE("a time is an RFC 3339 date-time with Z") {
    for (const std::string good :
         {"2026-11-22T10:00:00Z", "2026-11-22T10:00:00.1Z", "2026-11-22T10:00:00.123456789012Z",
          "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-22T00:00:00.000Z"}) {
      CAPTURE(good);
      CHECK(is_time(good));
    }
    for (const std::string bad : {"",
                                  "Z",
                                  "2026-11-22",
                                  "2026-11-22T10:00:00",
                                  "2026-11-22 10:00:00Z",
                                  "2026-11-22t10:00:00Z",
                                  "2026-11-22T10:00:00z",
                                  "2026-11-22T10:00Z",
                                  "2026-11-22T10:00:00+00:00",
                                  "2026-11-22T10:00:00.Z",
                                  "2026-11-22T10:00:00.1.2Z",
                                  "2026-11-22T10:00:00,5Z",
                                  "2026-11-22T10:00:00Z ",
                                  " 2026-11-22T10:00:00Z",
                                  "26-11-22T10:00:00Z",
                                  "2026-1-22T10:00:00Z",
                                  "+2026-11-22T10:00:00Z",
                                  "2026-11-22T10:00:00ZZ",
                                  "2026-11-22T1O:00:00Z",
                                  "1763805600000"}) {
      CAPTURE(bad);
      CHECK_FALSE(is_time(bad));
    }
  }

  TEST_CASE("a time is on a day that exists") {
    CHECK(is_time("2026-01-31T00:00:00Z"));
    CHECK_FALSE(is_time("2026-01-32T00:00:00Z"));
    CHECK(is_time("2026-04-30T00:00:00Z"));
    CHECK_FALSE(is_time("2026-04-31T00:00:00Z"));
    CHECK_FALSE(is_time("2026-00-10T00:00:00Z"));
    CHECK_FALSE(is_time("2026-13-10T00:00:00Z"));
    CHECK_FALSE(is_time("2026-10-00T00:00:00Z"));
    CHECK(is_time("2024-02-29T00:00:00Z"));
    CHECK_FALSE(is_time("2026-02-29T00:00:00Z"));
    CHECK_FALSE(is_time("1900-02-29T00:00:00Z"));
    CHECK(is_time("2000-02-29T00:00:00Z"));
    CHECK_FALSE(is_time("2000-02-30T00:00:00Z"));
  }

  TEST_CASE("hours end at 23, minutes at 59, seconds at 59 but for a leap second") {
    CHECK_FALSE(is_time("2026-11-22T24:00:00Z"));
    CHECK_FALSE(is_time("2026-11-22T10:60:00Z"));
    CHECK_FALSE(is_time("2026-11-22T10:00:60Z"));
    CHECK(is_time("1990-12-31T23:59:60Z"));
    CHECK(is_time("2012-06-30T23:59:60.5Z"));
    CHECK_FALSE(is_time("1990-12-31T23:59:61Z"));
    CHECK_FALSE(is_time("1990-12-30T23:59:60Z"));
    CHECK_FALSE(is_time("1990-12-31T22:59:60Z"));
  }

  TEST_CASE("a URL is absolute, http or https, and has a host") {
    for (const std::string good :
         {"https://example.com", "http://example.com/", "HTTPS://Example.com/a?b=c#d",
          "https://example.com:8443/x", "https://example.com:/x", "http://127.0.0.1:80",
          "https://[::1]:443/x", "https://user:pw@example.com/x", "https://a@b@example.com/",
          "https://example.com/\xC3\xA9", "https://m\xC3\xBCnchen.example/", "https://x?y",
          "https://x#y", "https://example.com/a@b:c"}) {
      CAPTURE(good);
      CHECK(is_web_url(good));
    }
    for (const std::string bad : {"",
                                  "example.com",
                                  "//example.com/x",
                                  "/x",
                                  "javascript:alert(1)",
                                  "ftp://example.com/",
                                  "https:",
                                  "https:/",
                                  "https://",
                                  "https:///x",
                                  "https://:80/",
                                  "https://?x",
                                  "https://#x",
                                  "https://user@",
                                  "https://user@:80/",
                                  "https://[]/",
                                  "https://[::1/",
                                  "https://[::1]x/",
                                  "https://example.com:65536/",
                                  "https://example.com:x/",
                                  "https://example.com:-1/",
                                  "https://example.com:99999999999999999999/",
                                  "https:example.com",
                                  "https://example.com/a b",
                                  " https://example.com/",
                                  "https://example.com/\n",
                                  "https://example.com/\x7F",
                                  "https://example.com\\x",
                                  "https:\\\\example.com/",
                                  "httpsx://example.com/",
                                  "data:text/html,x",
                                  "blob:https://example.com/x"}) {
      CAPTURE(bad);
      CHECK_FALSE(is_web_url(bad));
    }
    CHECK_FALSE(is_web_url(std::string("https://example.com/\0", 21)));
    CHECK(is_web_url("https://example.com:65535/"));
  }

  TEST_CASE("a count is an integer that a double tells from its neighbours") {
    CHECK(is_count(0));
    CHECK(is_count(-0.0));
    CHECK(is_count(17));
    CHECK(is_count(9007199254740991));
    CHECK_FALSE(is_count(9007199254740992));
    CHECK_FALSE(is_count(-1));
    CHECK_FALSE(is_count(1.5));
    CHECK_FALSE(is_count(1e300));
    CHECK_FALSE(is_count(std::numeric_limits<double>::infinity()));
    CHECK_FALSE(is_count(std::numeric_limits<double>::quiet_NaN()));
  }
}
