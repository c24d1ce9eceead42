// The event stream of one link: what is asked, what the server said to it, and what has come.
//
// A value of one link, for servers that list the feature `resume` and say where they stand. A
// verdict comes before any event; what the server then counts as sent must have arrived. Moves no
// cursor and tells nobody: the machine does.
#pragma once

#include <cstdint>
#include <string_view>

#include "json_value.hpp"
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
GapReason gap_reason_in(JsonString word);

// A stretch of the event stream is missing: from the one position, which this client had, to the
// other, where the stream goes on; none where that is not known yet, and it is told again.
// Whoever fetches what is missing does so within `spread`, like everybody else.
struct Gap {
  Position from;
  Position to;
  GapReason reason = GapReason::unavailable;
  Duration spread{};
  friend bool operator==(const Gap&, const Gap&) = default;
};

class Resume {
 public:
  enum class Stage : std::uint8_t {
    none,         // the server keeps no log
    owed,         // nothing was asked yet
    asked,        // no verdict
    replaying,    // what was missed is on its way
    live,         // nothing is missing that was not told of
    interrupted,  // something is missing, and nobody knows how much
  };

  Stage stage() const { return stage_; }
  bool follows() const { return stage_ != Stage::none; }
  bool is_owed() const { return stage_ == Stage::owed; }
  bool awaits_verdict() const { return stage_ == Stage::asked; }
  bool has_verdict() const { return stage_ > Stage::asked; }
  bool is_interrupted() const { return stage_ == Stage::interrupted; }
  // Whether an event with a seq may be taken now: after the verdict, and not within a gap whose end
  // is not known.
  bool takes_events() const { return has_verdict() && !is_interrupted(); }
  bool is_catching_up() const { return asks_ && stage_ < Stage::live; }

  // `asks` for everything behind `sure`, or begins there: at `start`, the position of its
  // `connected`.
  void begin(bool asks, const Position& sure, const Position& start) {
    stage_ = Stage::owed;
    asks_ = asks;
    sure_ = sure;
    start_ = start;
  }
  bool asks() const { return asks_; }
  const Position& start() const { return start_; }
  void asked() { stage_ = Stage::asked; }

  // Whether a `resumed` is about what was asked and says a way forward.
  bool is_answered_by(const Position& from, const Position& to) const {
    const bool named = from == sure_ || !(asks_ || from);
    return named && to.shares_epoch(sure_) && to.seq >= sure_.seq;
  }
  // The verdict: all up to `to` comes, then what is new.
  void replay(const Position& to) {
    until_ = to.seq;
    stage_ = Stage::replaying;
    reach(sure_.seq);
  }
  // Everything up to `seq` has come. True where that was the end of the replay.
  bool reach(std::uint64_t seq) {
    if (stage_ != Stage::replaying || seq < until_) return false;
    stage_ = Stage::live;
    return true;
  }

  // The stream goes on behind it: as a verdict, or in the middle. Where its end is not known,
  // nothing more is taken.
  void go_on(const Position& from, const Position& to) {
    if (!to) {
      stage_ = Stage::interrupted;
      sure_ = from;
      return;
    }
    const bool replays = stage_ == Stage::replaying && to.shares_epoch(sure_) && to.seq < until_;
    if (!replays) stage_ = Stage::live;
    sure_ = to;
  }
  // What was missing behind `from` is not, after all.
  void mend(const Position& from) {
    if (is_interrupted() && from == sure_) stage_ = Stage::live;
  }

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
  bool asks_ = false;
  Position start_;
  Position sure_;
  std::uint64_t until_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace keepline
