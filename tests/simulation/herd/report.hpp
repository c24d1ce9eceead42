// The result for readers: a table for a terminal, for a document, JSON, a picture.
#pragma once

#include <string>
#include <vector>

#include "run.hpp"

namespace keepline::sim::herd {

// "1,234"; "12.3"; "0.42 %".
std::string grouped(std::uint64_t value);
std::string decimals(double value, int places);

struct Row {
  std::string name;
  std::string concerned;
  std::string first;   // worst 100 ms of the first 20 s: of dials, or of fetches in `redis`
  std::string second;  // of 20 to 60 s
  std::string later;
  std::string usable;  // p50, p95 and the most, in seconds
  std::string live;
  std::string remarks;
};
Row row_of(const Run& run);
// The same, for a terminal.
std::string table_of(const std::vector<Run>& runs);

}  // namespace keepline::sim::herd
