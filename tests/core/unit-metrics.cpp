// The table by which figures cross to JavaScript.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string_view>

#include "metrics.hpp"

using namespace keepline;

namespace {

// Where the figure of that name stands.
std::size_t row_named(std::string_view name) {
  std::size_t row = 0;
  while (row < metric_count && metric_names()[row].name != name) ++row;
  return row;
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("every figure has a name of its own") {
    std::set<std::string_view> names;
    for (const MetricName& row : metric_names()) CHECK(names.insert(row.name).second);
    CHECK(names.size() == metric_count);
  }

  TEST_CASE("what was not seen is absent, and only where absence is declared") {
    const Metrics nothing;
    for (std::size_t row = 0; row < metric_count; ++row) {
      const MetricName& figure = metric_names()[row];
      CHECK_MESSAGE(std::isnan(metric_values(nothing)[row]) == figure.nullable, figure.name);
    }
  }

  TEST_CASE("each figure is read from its own member") {
    Metrics metrics;
    metrics.quality = {1, 2, 3, 4, 5, Grade::good};
    metrics.queued_messages = 6;
    metrics.queued_bytes = 7;
    metrics.sent = 8;
    metrics.received = 9;
    metrics.delivered = 10;
    metrics.dropped = 11;
    metrics.malformed = 12;
    metrics.invalid = 13;
    metrics.dials = 14;
    metrics.unconfirmed = 15;
    metrics.last_message_at = 16;
    metrics.slept = 17;
    metrics.uptime = 18;
    metrics.time_to_usable = 19;
    metrics.duplicates = 20;
    metrics.lost_on_link = 21;
    metrics.gaps = 22;
    const auto all = metric_values(metrics);
    const std::set<double> values(all.begin(), all.end());
    CHECK(values.size() == metric_count);
    CHECK(*values.begin() == 1);
    CHECK(*values.rbegin() == 22);
    CHECK(all[row_named("unconfirmed")] == 15);
    CHECK(all[row_named("quality.rttP95Ms")] == 3);
  }

  TEST_CASE("grades are spelled like the strings they become") {
    CHECK(to_string(Grade::unknown) == "unknown");
    CHECK(to_string(Grade::good) == "good");
    CHECK(to_string(Grade::fair) == "fair");
    CHECK(to_string(Grade::poor) == "poor");
  }
}
