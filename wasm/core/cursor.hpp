// How far this client has come in a server's event log: what was handed over, what is on its way to
// the handlers, and which events would be repeated. Outlives links; ends with the user.
//
// Two marks. `taken` is the last event that was routed, or the position up to which the server said
// that nothing is missing: what comes again at or before it is a repetition, and a new link asks
// from there. `handed` follows once the host has handed over all before it, since in a worker a
// backlog stands between: it is what an application may keep. Both are the same where the host
// hands over at once. Allocates nothing; knows no link and no clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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
  // The host says itself how far it has come, see handed_over(). Before all else.
  void defer_hand_over() { deferred_ = true; }

  const std::optional<Position>& taken() const { return taken_; }
  const std::optional<Position>& handed() const { return handed_; }

  // Whether an event came before.
  bool is_repeated(const StreamPlace& place) const;
  // An event that was routed, to somebody or to nobody.
  void take(const StreamPlace& place);
  // All up to `at`, of the present epoch, is here.
  void cover(const Position& at);
  // The stream goes on there. Within an epoch never backwards.
  void adopt(const Position& to);
  // Another user, or nobody.
  void forget();

  // Every event that the host was told to deliver, with a seq or without; and that one was none
  // after all.
  void delivered() { ++delivered_; }
  void undelivered();
  // The host has handed over so many of them in all, and `seq` was the last (0: it had none).
  void handed_over(std::uint64_t count, std::uint64_t seq);
  // What the host still held back is lost.
  void lose_backlog() { handed_ = taken_; }

  // Whether `taken` may be asked from: not where a link was asked from it in vain, for what broke
  // that one might break every next one.
  bool may_ask() const { return taken_ && asked_ != taken_; }
  void asked() { asked_ = taken_; }
  void answered() { asked_.reset(); }

  friend bool operator==(const Cursor&, const Cursor&) = default;

 private:
  void follow();

  std::optional<Position> taken_;
  std::optional<Position> handed_;
  std::optional<Position> asked_;  // and not answered in full
  std::uint64_t delivered_ = 0;
  std::uint64_t handed_count_ = 0;
  std::uint64_t adopted_at_ = 0;  // deliveries when `taken` was last moved by adopt()
  bool deferred_ = false;
  std::uint8_t next_id_ = 0;
  std::uint16_t former_ids_ = 0;  // how many of the ring may be of a former epoch
  std::array<IdMark, remembered_ids> ids_{};
};

}  // namespace keepline
