// The result for readers: a table for a terminal, one for a document, JSON, and a picture. Each is
// text made of the runs alone: how long they took, and where, is in none of them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "run.hpp"

namespace keepline::sim::herd {

// "1,234" and "12.30".
std::string grouped(std::uint64_t value);
std::string decimals(double value, int places);

// The two stretches in which the worst 100 ms is looked for, and what comes after.
inline constexpr Moment first_until = 20000;
inline constexpr Moment second_until = 60000;
// Of dials; of fetches where the story is about those.
struct Worst {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t later = 0;
};
Worst worst_of(const Run& run);

// What an outage is to keep to.
struct Bar {
  std::string_view what;
  double most = 0;  // percent of the clients, or seconds
  double seen = 0;
  bool are_back = true;  // as many as are asked for; else what was seen says less than it seems
  bool is_kept() const { return are_back && seen <= most; }
};
// Of the machine in an outage; nothing of any other run.
std::vector<Bar> bars_of(const Run& run);

struct Row {
  std::string name;
  std::string concerned;
  std::string first;
  std::string second;
  std::string later;
  std::string usable;  // p50, p95 and the most, in seconds
  std::string live;
  std::string remarks;
};
Row row_of(const Run& run);

std::string table_of(std::span<const Run> runs);
std::string json_of(const Settings& settings, std::span<const Run> runs);
std::string picture_of(std::span<const Run> runs);
std::string section_of(const Settings& settings, std::span<const Run> runs);

}  // namespace keepline::sim::herd
