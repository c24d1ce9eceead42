// How far this client has come in a server's event log, and which events would be repeated.
// Outlives links; ends with the user.
//
// `taken` is the last event that was routed, or the position up to which the server said that
// nothing is missing: what comes again at or before it is a repetition, and a new link asks from
// there. A host behind which events wait says itself how far they were handed over. Allocates
// nothing; knows no link and no clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "position.hpp"

namespace keepline {

// Ids of the latest events: a new epoch counts anew, and what its server repeats of the former one
// is known by id alone. More than a page receives while a server fails over.
inline constexpr std::size_t remembered_ids = 256;

// Stands for an event's id; 0 where it has none. Two ids in 2^64 look alike.
using IdMark = std::uint64_t;
IdMark mark_of(std::string_view raw_id);

// Where an event stands in the stream; without a seq it is no part of it.
struct StreamPlace {
  std::uint64_t seq = 0;
  IdMark id = 0;
};

class Cursor {
 public:
  const Position& taken() const { return taken_; }

  // Whether an event came before.
  bool is_repeated(const StreamPlace& place) const;
  // An event that was routed, to somebody or to nobody.
  void take(const StreamPlace& place);
  // All up to there is here, or will never be. Within an epoch never backwards.
  void adopt(const Position& to);
  // Another user, or nobody.
  void forget();

  // Whether `taken` may be asked from: not where a link was asked from it in vain, for what broke
  // that one might break every next one.
  bool may_ask() const { return taken_ && !asked_; }
  void asked() { asked_ = true; }
  void answered() { asked_ = false; }

  friend bool operator==(const Cursor&, const Cursor&) = default;

 private:
  Position taken_;
  bool asked_ = false;  // from `taken`, and not answered in full
  std::uint8_t next_id_ = 0;
  std::uint16_t former_ids_ = 0;  // how many of the ring may be of a former epoch
  std::array<IdMark, remembered_ids> ids_{};
};

}  // namespace keepline
