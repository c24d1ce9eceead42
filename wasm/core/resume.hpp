// The event stream of one link: what was asked for, what the server said to it, and what has come.
//
// A value of one link, for servers that list the feature `resume`. A verdict comes before any
// event; what the server then counts as sent must have arrived. Moves no cursor and tells nobody:
// the machine does.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "position.hpp"
#include "time.hpp"

namespace keepline {

// A verdict is a look at a log: one that takes longer is not coming.
inline constexpr Duration verdict_timeout = seconds(5);

// Why a stretch of the stream is missing. The last two are the client's own findings.
enum class GapReason : std::uint8_t {
  trimmed,      // no longer in the log
  too_many,     // more than the server repeats
  epoch,        // the log began anew
  ahead,        // the position is of no event yet
  invalid,      // no position of this log
  slow,         // this client did not keep up
  unavailable,  // the log cannot be read, or a reason that this client does not know
  unanswered,   // no verdict came, or an earlier one was never followed by its events
  lost,         // the server counts other events as sent than arrived, or a backlog overflowed
};

std::string_view to_string(GapReason reason);
// As a server writes it; `unavailable` where it is none of a server's.
GapReason gap_reason_named(std::string_view word);

class Resume {
 public:
  enum class Stage : std::uint8_t { none, asked, replaying, live };

  Stage stage() const { return stage_; }
  bool began() const { return stage_ != Stage::none; }
  bool has_verdict() const { return stage_ > Stage::asked; }
  // Whether an event with a seq may be taken now: after the verdict, and not within a gap whose end
  // is not known.
  bool takes_events() const { return has_verdict() && !open_gap_; }
  bool is_interrupted() const { return open_gap_.has_value(); }

  // `from`: what was asked for; nothing where the link begins at `start`, the position of its
  // `connected`.
  void begin(const std::optional<Position>& from, const Position& start) {
    stage_ = Stage::asked;
    from_ = from;
    start_ = start;
    sure_ = from ? *from : start;
  }
  const std::optional<Position>& from() const { return from_; }
  const Position& start() const { return start_; }

  // Whether `resumed` is about what was asked and says a way forward.
  bool is_answered_by(const std::optional<Position>& from, const Position& to) const {
    const bool named = from == from_ || (!from_ && from == start_);
    return named && to.shares_epoch(sure_) && to.seq >= sure_.seq;
  }
  // The verdict: all up to `to` comes, then what is new.
  void replay(const Position& to) {
    until_ = to.seq;
    stage_ = to.seq == sure_.seq ? Stage::live : Stage::replaying;
  }
  // Everything up to `seq` has come. True where that was the end of the replay.
  bool reach(std::uint64_t seq) {
    if (stage_ != Stage::replaying || seq < until_) return false;
    stage_ = Stage::live;
    return true;
  }

  // The stream goes on there: as a verdict, or in the middle.
  void go_on(const Position& to) {
    open_gap_.reset();
    if (stage_ != Stage::replaying || !to.shares_epoch(sure_)) stage_ = Stage::live;
    sure_ = to;
    reach(to.seq);
  }
  // Nobody knows yet where: until then nothing more is taken.
  void interrupt(const std::optional<Position>& from) {
    open_gap_ = from.value_or(sure_);
    stage_ = Stage::live;
  }
  // What was missing is not, after all. True where `from` is the open gap's.
  bool mend(const std::optional<Position>& from) {
    if (!open_gap_ || from != open_gap_) return false;
    open_gap_.reset();
    return true;
  }
  const std::optional<Position>& open_gap() const { return open_gap_; }

  void count_event() { ++counted_; }
  // The server has sent so many events on this link. How many of them did not arrive, or came that
  // were none of them; counted as if they had, so that they are missed once.
  std::uint64_t miss(std::uint64_t sent) {
    const std::uint64_t missed = sent > counted_ ? sent - counted_ : counted_ - sent;
    counted_ = sent;
    return missed;
  }
  // Up to here nothing is missing that the client was not told of.
  const Position& sure() const { return sure_; }
  void assure(const Position& at) { sure_ = at; }

  friend bool operator==(const Resume&, const Resume&) = default;

 private:
  Stage stage_ = Stage::none;
  std::optional<Position> from_;
  Position start_;
  Position sure_;
  std::uint64_t until_ = 0;
  std::uint64_t counted_ = 0;
  std::optional<Position> open_gap_;
};

}  // namespace keepline
