// A place in a server's event log, as the wire writes it: "<epoch>.<seq>". No allocation.
//
// Applications keep positions and hand them back; only here is one taken apart. Positions of two
// epochs have no order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keepline {

inline constexpr std::size_t epoch_max_bytes = 16;

struct Position {
  std::array<char, epoch_max_bytes> epoch{};  // filled up with zeros
  std::uint64_t seq = 0;                      // at most 2^53 - 1; 0 is before all events

  bool shares_epoch(const Position& other) const { return epoch == other.epoch; }

  friend bool operator==(const Position&, const Position&) = default;
};

// Plain decimal digits without a zero before them, up to 2^53 - 1: as every serialiser writes a
// whole number of that size.
std::optional<std::uint64_t> read_seq(std::string_view digits);

// Nothing where it is no position: an epoch of 1-16 of A-Z a-z 0-9 _ -, a dot, a seq or 0.
std::optional<Position> read_position(std::string_view text);
std::string to_text(const Position& position);

}  // namespace keepline
