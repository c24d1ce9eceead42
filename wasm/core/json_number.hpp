// What number a JSON number is, without a C library, whose conversions would be the largest piece
// of the module. No allocation.
//
// Knows no grammar: what comes here is a JSON number; json_scan has seen to that.
#pragma once

#include <optional>
#include <string_view>

namespace keepline {

// The double that JSON.parse makes of it: the nearest one; nothing where that is infinite.
std::optional<double> read_number(std::string_view number);

// A double within a few neighbours of that one, for durations: a third of the code, and all of it
// that the smaller of the package's modules holds.
std::optional<double> read_number_nearly(std::string_view number);

}  // namespace keepline
