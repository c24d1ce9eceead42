// Options as a page passes them: what is taken, and what a wrong one is told.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "event_decode.hpp"
#include "option_table.hpp"

using namespace keepline;

namespace {

Options options(std::string_view json) {
  const auto got = decode_options(json);
  REQUIRE(std::holds_alternative<Options>(got));
  return std::get<Options>(got);
}

// "option problem", or "taken".
std::string refusal(const std::string& json) {
  const auto got = decode_options(json);
  const auto* const error = std::get_if<OptionError>(&got);
  return error == nullptr ? "taken" : error->option + " " + error->problem;
}

// {"backoff":{"jitter":value}} for "backoff.jitter".
std::string only(std::string_view name, std::string_view value) {
  const std::size_t dot = name.find('.');
  const std::string leaf(name.substr(dot == std::string_view::npos ? 0 : dot + 1));
  std::string inner = "{\"" + leaf + "\":" + std::string(value) + "}";
  if (dot == std::string_view::npos) return inner;
  return "{\"" + std::string(name.substr(0, dot)) + "\":" + inner + "}";
}

std::string number_text(double value) {
  std::string out = std::to_string(value);
  return std::floor(value) == value ? out.substr(0, out.find('.')) : out;
}

bool names_option(const std::string& refused, std::string_view name) {
  return refused.substr(0, name.size() + 1) == std::string(name) + " ";
}

}  // namespace

TEST_SUITE("option decode") {
  TEST_CASE("nothing given means the defaults") {
    CHECK(options("{}") == Options{});
    CHECK(options(R"({"backoff":{},"heartbeat":{},"queue":{},"names":{}})") == Options{});
  }

  TEST_CASE("every kind of option is set, nested ones too") {
    Options expected;
    expected.path = "/live";
    expected.url = "wss://example.com/ws";
    expected.allow_insecure = true;
    expected.token_timeout = milliseconds(1000.5);
    expected.backoff.strategy = BackoffStrategy::full_jitter;
    expected.backoff.jitter = 0.25;
    expected.backoff.max_attempts = 3;
    expected.heartbeat.format = HeartbeatFormat::off;
    expected.queue.overflow = Overflow::drop_oldest;
    expected.queue.max_messages = 5;
    expected.names.type = "event";
    expected.validate = Validate::strict;
    CHECK(options(R"({"path":"/live","url":"wss://example.com/ws","allowInsecure":true,
        "tokenTimeoutMs":1000.5,"backoff":{"strategy":"full-jitter","jitter":0.25,"maxAttempts":3},
        "heartbeat":{"format":"off"},"queue":{"overflow":"drop-oldest","maxMessages":5.0},
        "names":{"type":"event"},"validate":"strict"})") == expected);
  }

  TEST_CASE("every option takes its bounds and nothing beyond them") {
    for (const OptionRow& row : option_table()) {
      const bool number = row.type == OptionType::integer || row.type == OptionType::number;
      if (!number) continue;
      CAPTURE(std::string(row.name));
      // Options bounded by another one are looked at with that one.
      if (row.at_most.empty() && row.name != "backoff.maxMs") {
        CHECK(refusal(only(row.name, number_text(row.min))) == "taken");
      }
      if (row.at_most.empty()) CHECK(refusal(only(row.name, number_text(row.max))) == "taken");
      CHECK(names_option(refusal(only(row.name, number_text(row.max + 1))), row.name));
      CHECK(names_option(refusal(only(row.name, number_text(row.min - 1))), row.name));
      const std::string between = refusal(only(row.name, number_text(row.min + 0.5)));
      if (row.type == OptionType::integer) CHECK(names_option(between, row.name));
    }
  }

  TEST_CASE("no option takes a value of another kind") {
    for (const OptionRow& row : option_table()) {
      CAPTURE(std::string(row.name));
      for (const char* const value : {"null", "[]", "{}", "[1]"}) {
        CHECK(names_option(refusal(only(row.name, value)), row.name));
      }
      if (row.type != OptionType::boolean) {
        CHECK(names_option(refusal(only(row.name, "true")), row.name));
      } else {
        CHECK(names_option(refusal(only(row.name, "1")), row.name));
      }
      CHECK(names_option(
          refusal(only(row.name, row.type == OptionType::string ? "7" : "\"nonsense\"")),
          row.name));
    }
  }

  TEST_CASE("every choice is taken by its name") {
    for (const OptionRow& row : option_table()) {
      for (std::size_t i = 0; i < row.choices.size(); ++i) {
        const Options got = options(only(row.name, quote(row.choices[i])));
        CHECK(row.get(got) == static_cast<double>(i));
      }
    }
  }

  TEST_CASE("a refusal says what would be right") {
    CHECK(refusal(R"({"backoff":{"jitter":2}})") == "backoff.jitter must be a number from 0 to 1");
    CHECK(refusal(R"({"tokenTimeoutMs":1})") ==
          "tokenTimeoutMs must be a number from 1000 to 120000");
    CHECK(refusal(R"({"queue":{"maxMessages":1.5}})") ==
          "queue.maxMessages must be an integer from 0 to 10000");
    CHECK(refusal(R"({"allowInsecure":"yes"})") == "allowInsecure must be true or false");
    CHECK(refusal(R"({"validate":"maybe"})") ==
          R"(validate must be one of "off", "report", "strict")");
    CHECK(refusal(R"({"names":{"type":""}})") ==
          "names.type must be a string, its length in bytes from 1 to 64");
    CHECK(refusal(R"({"backoff":7})") == "backoff must be an object");
    CHECK(
        refusal(R"({"backoff":{"slowProbeMs":1}})").find("must be a number 0, or from 5000 to ") !=
        std::string::npos);
  }

  TEST_CASE("a slow probe of 0 is off") {
    CHECK(options(R"({"backoff":{"slowProbeMs":0}})").backoff.slow_probe == milliseconds(0));
    CHECK(options(R"({"backoff":{"slowProbeMs":5000}})").backoff.slow_probe == milliseconds(5000));
  }

  TEST_CASE("an unknown name is refused by its full name") {
    CHECK(refusal(R"({"tokenTimeout":5})") == "tokenTimeout is not an option");
    CHECK(refusal(R"({"backoff":{"initial":5}})") == "backoff.initial is not an option");
    CHECK(refusal(R"({"backoff.jitter":0.1})") == "backoff.jitter is not an option");
    CHECK(refusal(R"({"backoff":{"x.y":0.1}})") == "backoff.x.y is not an option");
    CHECK(refusal(R"({"":1})") == " is not an option");
    CHECK(refusal(R"({"__proto__":{}})") == "__proto__ is not an option");
    CHECK(refusal(R"({"back":{}})") == "back is not an option");
  }

  TEST_CASE("the first wait must not exceed the longest, in whichever order they come") {
    CHECK(refusal(R"({"backoff":{"initialMs":5000,"maxMs":5000}})") == "taken");
    CHECK(refusal(R"({"backoff":{"initialMs":5001,"maxMs":5000}})") ==
          "backoff.initialMs must not exceed backoff.maxMs");
    CHECK(refusal(R"({"backoff":{"maxMs":5000,"initialMs":5001}})") ==
          "backoff.initialMs must not exceed backoff.maxMs");
    CHECK(refusal(R"({"backoff":{"maxMs":500}})") ==
          "backoff.initialMs must not exceed backoff.maxMs");
  }

  TEST_CASE("two members of the envelope cannot have one name") {
    CHECK(refusal(R"({"names":{"type":"data","data":"type"}})") == "taken");
    CHECK(refusal(R"({"names":{"type":"data"}})") == "names.data must differ from names.type");
    CHECK(refusal(R"({"names":{"seq":"ts"}})") == "names.ts must differ from names.seq");
  }

  TEST_CASE("what is not one JSON object with readable values is refused") {
    for (const std::string json : {"", "null", "[]", "7", "{", "{}x", "{'path':1}"}) {
      CAPTURE(json);
      CHECK(refusal(json) == " must be given as one JSON object");
    }
    CHECK(refusal(R"({"backoff":{"jitter":1e999}})") ==
          "backoff.jitter must be a number that a double can hold");
    CHECK(refusal(R"({"path":"\ud800"})") == "path must not hold half of a surrogate pair");
  }
}
