// The table of options: complete, consistent, and true to the defaults.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "option_table.hpp"

using namespace keepline;

namespace {

// The number of an option's row: what a host sets it by.
std::size_t number(std::string_view name) {
  std::size_t at = 0;
  while (at < option_table().size() && option_table()[at].name != name) ++at;
  REQUIRE_MESSAGE(at < option_table().size(), std::string(name));
  return at;
}

const OptionRow& row(std::string_view name) { return option_table()[number(name)]; }

bool takes(std::string_view name, double value) { return is_in_range(row(name), value); }

double value(std::string_view name) { return row(name).get(Options{}); }

// Just inside and just outside both ends.
void check_range(std::string_view name, double min, double max) {
  CAPTURE(std::string(name));
  CHECK(takes(name, min));
  CHECK(takes(name, max));
  CHECK_FALSE(takes(name, std::nextafter(min, -1e300)));
  CHECK_FALSE(takes(name, std::nextafter(max, 1e300)));
}

}  // namespace

TEST_SUITE("option table") {
  TEST_CASE("every option has a name of its own and one line of documentation") {
    std::set<std::string_view> names;
    for (const OptionRow& each : option_table()) {
      CAPTURE(std::string(each.name));
      CHECK(names.insert(each.name).second);
      const std::string_view doc = describe_option(each.name);
      REQUIRE(doc.size() > 10);
      CHECK(doc.size() <= 100);
      CHECK(doc.back() == '.');
      CHECK(doc.find('\n') == std::string_view::npos);
      CHECK(doc.find('|') == std::string_view::npos);
      CHECK(doc.find("*/") == std::string_view::npos);
    }
    CHECK(names.size() == 34);
  }

  TEST_CASE("an option that does not exist is not described") {
    for (const char* const name : {"", "backoff", "backoff.", "Path"}) {
      CHECK(describe_option(name).empty());
    }
  }

  TEST_CASE("every row can set what its type says, and nothing else") {
    for (const OptionRow& each : option_table()) {
      CAPTURE(std::string(each.name));
      const bool text = each.type == OptionType::string;
      const bool kept_as_text =
          each.kept == OptionKept::text || each.kept == OptionKept::maybe_text;
      CHECK(kept_as_text == text);
      CHECK(each.choices.empty() == (each.type != OptionType::choice));
      CHECK(each.min <= each.max);
    }
  }

  TEST_CASE("every default lies in its own range") {
    for (const OptionRow& each : option_table()) {
      CAPTURE(std::string(each.name));
      Options options;
      switch (each.type) {
        case OptionType::boolean:
          CHECK(each.get(options) == 0);
          break;
        case OptionType::integer:
          CHECK(each.get(options) == std::floor(each.get(options)));
          CHECK(is_in_range(each, each.get(options)));
          break;
        case OptionType::number:
          CHECK(is_in_range(each, each.get(options)));
          break;
        case OptionType::choice:
          CHECK(each.get(options) < static_cast<double>(each.choices.size()));
          break;
        case OptionType::string:
          CHECK(is_in_range(each, static_cast<double>(each.text(options).size())));
          break;
      }
    }
  }

  TEST_CASE("each setter changes its own member and no other") {
    for (const OptionRow& each : option_table()) {
      CAPTURE(std::string(each.name));
      Options options;
      if (each.type == OptionType::string) {
        each.text(options) = "changed";
        CHECK(each.text(options) == "changed");
      } else {
        const double other = each.get(options) == 1 ? 0 : 1;
        each.set(options, other);
        CHECK(each.get(options) == other);
      }
      CHECK_FALSE(options == Options{});
      for (const OptionRow& neighbour : option_table()) {
        if (&neighbour == &each || neighbour.type == OptionType::string) continue;
        CHECK(neighbour.get(options) == neighbour.get(Options{}));
      }
    }
  }

  TEST_CASE("a url is absent until it is set") {
    Options options;
    CHECK_FALSE(options.url.has_value());
    CHECK(row("url").text(options).empty());
    CHECK(options.url.has_value());
    row("url").text(options) = "/ws";
    CHECK(row("url").text(options) == "/ws");
  }

  TEST_CASE("the ranges of the specification") {
    check_range("tokenTimeoutMs", 1000, 120000);
    check_range("helloTimeoutMs", 0, 10000);
    check_range("connectTimeoutMs", 1000, 60000);
    check_range("backoff.initialMs", 100, 600000);
    check_range("backoff.factor", 1, 10);
    check_range("backoff.maxMs", 100, 600000);
    check_range("backoff.jitter", 0, 1);
    check_range("backoff.maxAttempts", 0, 10000);
    check_range("heartbeat.intervalMs", 1000, 600000);
    check_range("heartbeat.timeoutMs", 1000, 60000);
    check_range("heartbeat.probeMs", 500, 10000);
    check_range("queue.maxMessages", 0, 10000);
    check_range("queue.maxBytes", 0, 16777216);
    check_range("queue.ttlMs", 0, 3600000);
    check_range("maxMessageBytes", 1, 67108864);
    for (const std::string_view name :
         {"names.type", "names.data", "names.seq", "names.id", "names.ts"}) {
      check_range(name, 1, 64);
    }
  }

  TEST_CASE("the slow probe is off at zero or comes at least every five seconds") {
    CHECK(takes("backoff.slowProbeMs", 0));
    CHECK_FALSE(takes("backoff.slowProbeMs", 1));
    CHECK_FALSE(takes("backoff.slowProbeMs", 4999));
    CHECK(takes("backoff.slowProbeMs", 5000));
    CHECK(takes("backoff.slowProbeMs", 86400000));
    CHECK_FALSE(takes("backoff.slowProbeMs", 86400001));
  }

  TEST_CASE("what is not a finite number is in no range") {
    for (const OptionRow& each : option_table()) {
      CAPTURE(std::string(each.name));
      CHECK_FALSE(is_in_range(each, std::numeric_limits<double>::quiet_NaN()));
      CHECK_FALSE(is_in_range(each, std::numeric_limits<double>::infinity()));
      CHECK_FALSE(is_in_range(each, -std::numeric_limits<double>::infinity()));
    }
  }

  TEST_CASE("the defaults of the specification") {
    CHECK(value("tokenTimeoutMs") == 30000);
    CHECK(value("helloTimeoutMs") == 2000);
    CHECK(value("connectTimeoutMs") == 15000);
    CHECK(value("backoff.initialMs") == 1000);
    CHECK(value("backoff.factor") == 2);
    CHECK(value("backoff.maxMs") == 30000);
    CHECK(value("backoff.jitter") == 0.3);
    CHECK(value("backoff.maxAttempts") == 10);
    CHECK(value("backoff.slowProbeMs") == 60000);
    CHECK(value("heartbeat.intervalMs") == 30000);
    CHECK(value("heartbeat.timeoutMs") == 10000);
    CHECK(value("heartbeat.probeMs") == 2500);
    CHECK(value("queue.maxMessages") == 100);
    CHECK(value("queue.maxBytes") == 262144);
    CHECK(value("queue.ttlMs") == 30000);
    CHECK(value("maxMessageBytes") == 1048576);
  }

  TEST_CASE("choices are spelled as in TypeScript and stand in the order of their enum") {
    Options options;
    row("backoff.strategy").set(options, 1);
    CHECK(options.backoff.strategy == BackoffStrategy::full_jitter);
    CHECK(row("backoff.strategy").choices[1] == "full-jitter");
    row("heartbeat.format").set(options, 2);
    CHECK(options.heartbeat.format == HeartbeatFormat::off);
    CHECK(row("heartbeat.format").choices[2] == "off");
    row("queue.overflow").set(options, 1);
    CHECK(options.queue.overflow == Overflow::drop_oldest);
    CHECK(row("queue.overflow").choices[1] == "drop-oldest");
    row("validate").set(options, 2);
    CHECK(options.validate == Validate::strict);
    CHECK(row("validate").choices[2] == "strict");
    row("logLevel").set(options, 4);
    CHECK(options.log_level == LogLevel::silent);
    CHECK(row("logLevel").choices[4] == "silent");
  }

  TEST_CASE("an option that may not exceed another names one that exists and is a number") {
    int bounded = 0;
    for (const OptionRow& each : option_table()) {
      if (each.at_most.empty()) continue;
      ++bounded;
      CHECK(row(each.at_most).type == OptionType::number);
      CHECK(each.get(Options{}) <= row(each.at_most).get(Options{}));
    }
    CHECK(bounded == 1);
    CHECK(row("backoff.initialMs").at_most == "backoff.maxMs");
  }

  TEST_CASE("the names of an envelope's members must differ, and by default do") {
    std::set<std::string> defaults;
    Options options;
    for (const OptionRow& each : option_table()) {
      CAPTURE(std::string(each.name));
      CHECK(each.distinct == (each.name.substr(0, 6) == "names."));
      if (each.distinct) CHECK(defaults.insert(each.text(options)).second);
    }
    CHECK(defaults.size() == 5);
  }

  TEST_CASE("an option is set to what lies in its range, and to nothing of another kind") {
    for (std::size_t at = 0; at < option_table().size(); ++at) {
      const OptionRow& each = option_table()[at];
      CAPTURE(std::string(each.name));
      Options options;
      if (each.type == OptionType::string) {
        const std::string longest(static_cast<std::size_t>(each.max), 'x');
        CHECK(set_option(options, at, longest));
        CHECK(each.text(options) == longest);
        CHECK_FALSE(set_option(options, at, longest + "x"));
        CHECK(set_option(options, at, "") == (each.min == 0));
        CHECK_FALSE(set_option(options, at, 1.0));
        continue;
      }
      CHECK_FALSE(set_option(options, at, "1"));
      CHECK_FALSE(set_option(options, at, std::numeric_limits<double>::quiet_NaN()));
      const bool boolean = each.type == OptionType::boolean;
      const bool choice = each.type == OptionType::choice;
      const double first = boolean || choice ? 0 : each.min;
      const double last = boolean  ? 1
                          : choice ? static_cast<double>(each.choices.size()) - 1
                                   : each.max;
      for (const double good : {first, last}) {
        CHECK(set_option(options, at, good));
        CHECK(each.get(options) == good);
      }
      for (const double bad : {first - 1, last + 1}) {
        if (each.or_zero && bad == 0) continue;
        CHECK_FALSE(set_option(options, at, bad));
      }
      CHECK(set_option(options, at, first + 0.5) == (each.type == OptionType::number));
    }
    Options options;
    CHECK_FALSE(set_option(options, option_table().size(), 0.0));
    CHECK_FALSE(set_option(options, option_table().size(), "x"));
    CHECK(options == Options{});
  }

  TEST_CASE("the first wait must not exceed the longest") {
    Options options;
    CHECK(set_option(options, number("backoff.maxMs"), 5000.0));
    CHECK(set_option(options, number("backoff.initialMs"), 5000.0));
    CHECK_FALSE(find_conflict(options).has_value());
    CHECK(set_option(options, number("backoff.initialMs"), 5001.0));
    const auto conflict = find_conflict(options);
    REQUIRE(conflict.has_value());
    CHECK(conflict->row == number("backoff.initialMs"));
    CHECK(conflict->other == number("backoff.maxMs"));
  }

  TEST_CASE("two members of the envelope cannot have one name") {
    Options options;
    CHECK_FALSE(find_conflict(options).has_value());
    CHECK(set_option(options, number("names.type"), "data"));
    const auto conflict = find_conflict(options);
    REQUIRE(conflict.has_value());
    CHECK(conflict->row == number("names.data"));
    CHECK(conflict->other == number("names.type"));
    CHECK(set_option(options, number("names.data"), "type"));
    CHECK_FALSE(find_conflict(options).has_value());
  }

  TEST_CASE("only what the package itself passes is internal") {
    std::set<std::string_view> internal;
    for (const OptionRow& each : option_table()) {
      if (each.internal) internal.insert(each.name);
    }
    CHECK(internal == std::set<std::string_view>{"hasTokenProvider", "hasUrlProvider", "page"});
  }
}
