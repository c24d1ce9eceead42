// The only randomness in the core: a small seeded generator, so that a run can be replayed.
//
// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
// Good enough to spread clients over a window; not for secrets, and it knows no entropy source: the
// host gives the seed.
#pragma once

#include <cstdint>

#include "time.hpp"

namespace keepline {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
  }

  // Uniform in [0, 1), from the 53 bits that a double can hold.
  constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  // Uniform in [from, to]; `from` where the window is empty.
  constexpr Duration between(Duration from, Duration to) {
    return to > from ? from + (to - from) * unit() : from;
  }

  friend constexpr bool operator==(const Random&, const Random&) = default;

 private:
  std::uint64_t state_;
};

}  // namespace keepline
