// The table by which figures cross to JavaScript.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string_view>

#include "metrics.hpp"

using namespace keepline;

namespace {

const MetricRow* row_named(std::string_view name) {
  for (const MetricRow& row : metric_table()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("every figure has a name of its own and a sentence about it") {
    std::set<std::string_view> names;
    for (const MetricRow& row : metric_table()) {
      CHECK(names.insert(row.name).second);
      CHECK_FALSE(row.doc.empty());
    }
  }

  TEST_CASE("what was not seen is absent, and only where absence is declared") {
    const Metrics nothing;
    for (const MetricRow& row : metric_table()) {
      CHECK_MESSAGE(std::isnan(row.get(nothing)) == row.nullable, row.name);
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
    std::set<double> values;
    for (const MetricRow& row : metric_table()) values.insert(row.get(metrics));
    CHECK(values.size() == metric_table().size());
    CHECK(*values.begin() == 1);
    CHECK(*values.rbegin() == 19);
    REQUIRE(row_named("unconfirmed") != nullptr);
    CHECK(row_named("unconfirmed")->get(metrics) == 15);
    REQUIRE(row_named("quality.rttP95Ms") != nullptr);
    CHECK(row_named("quality.rttP95Ms")->get(metrics) == 3);
  }

  TEST_CASE("grades are spelled like the strings they become") {
    CHECK(to_string(Grade::unknown) == "unknown");
    CHECK(to_string(Grade::good) == "good");
    CHECK(to_string(Grade::fair) == "fair");
    CHECK(to_string(Grade::poor) == "poor");
  }
}
