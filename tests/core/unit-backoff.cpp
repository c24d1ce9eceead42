// Windows of delays: as the specification has them, ordered, and never past the cap.
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "backoff.hpp"
#include "vectors.hpp"

using namespace keepline;

namespace {

BackoffOptions options_of(const nlohmann::json& json) {
  BackoffOptions out;
  for (const auto& [name, value] : json.items()) {
    if (name == "strategy") {
      REQUIRE(value == "full-jitter");
      out.strategy = BackoffStrategy::full_jitter;
    } else if (name == "initialMs") {
      out.initial = milliseconds(value.get<double>());
    } else if (name == "factor") {
      out.factor = value.get<double>();
    } else if (name == "jitter") {
      out.jitter = value.get<double>();
    } else if (name == "maxAttempts") {
      out.max_attempts = value.get<int>();
    } else {
      FAIL("unknown option ", name);
    }
  }
  return out;
}

DelayWindow window(double min, double max) { return {milliseconds(min), milliseconds(max)}; }

void check_order(const BackoffOptions& options) {
  DelayWindow last{};
  for (int attempt = 1; attempt <= options.max_attempts; ++attempt) {
    const auto now = backoff_window(options, attempt);
    REQUIRE(now.has_value());
    REQUIRE(now->min <= now->max);
    REQUIRE(now->max <= options.max);
    REQUIRE(now->min >= last.min);
    REQUIRE(now->max >= last.max);
    last = *now;
  }
  CHECK_FALSE(backoff_window(options, options.max_attempts + 1).has_value());
}

}  // namespace

TEST_SUITE("backoff") {
  TEST_CASE("every case of the specification") {
    for (const auto& vector : test::vectors("backoff.json")) {
      CAPTURE(vector.dump());
      const auto got = backoff_window(options_of(vector["options"]), vector["attempt"].get<int>());
      CHECK(got.has_value() != vector.value("exhausted", false));
      if (got) {
        CHECK(got->min.count() == vector["minMs"].get<double>());
        CHECK(got->max.count() == vector["maxMs"].get<double>());
      }
    }
  }

  TEST_CASE("windows only grow, and none passes the cap, whatever the options") {
    for (const double factor : {1.0, 1.1, 1.5, 2.0, 3.0, 10.0}) {
      for (const double jitter : {0.0, 0.01, 0.3, 1.0}) {
        for (const double initial : {100.0, 1000.0, 29999.0, 30000.0}) {
          BackoffOptions options;
          options.factor = factor;
          options.jitter = jitter;
          options.initial = milliseconds(initial);
          options.max_attempts = 60;
          CAPTURE(factor);
          CAPTURE(jitter);
          CAPTURE(initial);
          check_order(options);
          options.strategy = BackoffStrategy::full_jitter;
          check_order(options);
        }
      }
    }
  }

  TEST_CASE("a window that just reaches the cap is not moved, one that passes it is") {
    BackoffOptions options;
    options.jitter = 0.5;
    options.initial = milliseconds(20000);
    CHECK(backoff_window(options, 1) == window(20000, 30000));
    options.initial = milliseconds(20001);
    CHECK(backoff_window(options, 1) == window(20000, 30000));
    options.initial = milliseconds(19999);
    CHECK(backoff_window(options, 1) == window(19999, 29998.5));
  }

  TEST_CASE("the cap keeps its spread, so that a herd that reached it stays spread") {
    const auto capped = backoff_window(BackoffOptions{}, 10);
    REQUIRE(capped.has_value());
    CHECK(capped->max.count() - capped->min.count() > 6900);
  }

  TEST_CASE("a billion attempts do not overflow") {
    BackoffOptions options;
    options.max_attempts = std::numeric_limits<int>::max();
    options.jitter = 0;
    for (const double factor : {1.0, 1.0000001, 2.0, 10.0}) {
      options.factor = factor;
      for (const int attempt : {1000000000, std::numeric_limits<int>::max()}) {
        const auto got = backoff_window(options, attempt);
        REQUIRE(got.has_value());
        CHECK(got->max.count() == (factor == 1 ? 1000 : 30000));
        CHECK(got->min == got->max);
      }
    }
  }

  TEST_CASE("without attempts the first is already exhausted") {
    BackoffOptions options;
    options.max_attempts = 0;
    CHECK_FALSE(backoff_window(options, 1).has_value());
  }

  TEST_CASE("full jitter starts at 250 ms, or at a base that is smaller") {
    BackoffOptions options;
    options.strategy = BackoffStrategy::full_jitter;
    options.initial = milliseconds(249);
    CHECK(backoff_window(options, 1) == window(249, 249));
    options.initial = milliseconds(251);
    CHECK(backoff_window(options, 1) == window(250, 251));
  }

  TEST_CASE("a hint longer than our own wait is obeyed, with the server's spread") {
    CHECK(hinted_window(window(1000, 1300), {milliseconds(5000), milliseconds(2000)}) ==
          window(5000, 7000));
  }

  TEST_CASE("a hint shorter than our own wait does not shorten it") {
    CHECK(hinted_window(window(4000, 5200), {milliseconds(0), milliseconds(0)}) ==
          window(4000, 4000));
    CHECK(hinted_window(window(4000, 5200), {milliseconds(500), milliseconds(10000)}) ==
          window(4000, 14000));
  }

  TEST_CASE("what a dial took until its timeout counts towards the wait after it") {
    const DelayWindow first = window(1000, 1300);
    const auto left = [&](DelayWindow own, double waited) {
      return remaining_window(own, first, milliseconds(waited));
    };
    CHECK(left(window(8000, 10400), 5000) == window(3000, 5400));
    CHECK(left(window(8000, 10400), 7500) == window(1000, 2900));
    CHECK(left(window(4000, 5200), 5000) == first);
    CHECK(left(first, 15000) == first);
  }

  TEST_CASE("the slow probe comes within half of its interval on either side") {
    CHECK(probe_window(milliseconds(60000)) == window(30000, 90000));
  }

  TEST_CASE("what is drawn from a window lies in it") {
    Random random(99);
    for (int attempt = 1; attempt <= 10; ++attempt) {
      const auto from = backoff_window(BackoffOptions{}, attempt);
      REQUIRE(from.has_value());
      for (int i = 0; i < 1000; ++i) {
        const Duration delay = random.between(from->min, from->max);
        REQUIRE(delay >= from->min);
        REQUIRE(delay <= from->max);
      }
    }
  }
}
