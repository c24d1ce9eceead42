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

// One without an epoch is no position, and false: a value of its own, since nearly every position
// may be absent.
struct Position {
  std::array<std::uint64_t, 2> epoch{};  // its characters, filled up with zeros
  std::uint64_t seq = 0;                 // at most 2^53 - 1; 0 is before all events

  explicit operator bool() const { return epoch[0] != 0; }
  bool shares_epoch(const Position& other) const;

  friend bool operator==(const Position& one, const Position& other) {
    return one.seq == other.seq && one.shares_epoch(other);
  }
};

// Plain decimal digits without a zero before them, up to 2^53 - 1: as every serialiser writes a
// whole number of that size.
std::optional<std::uint64_t> read_seq(std::string_view digits);

// None where it is no position: an epoch of 1-16 of A-Z a-z 0-9 _ -, a dot, a seq or 0.
Position read_position(std::string_view text);
// Empty where there is none.
std::string to_text(const Position& position);

}  // namespace keepline
