// The books on the event stream and on messages that wait for an answer: each event of the log is
// handed over once and in order, or in a gap that was told; what is asked and sent again keeps its
// rules.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connection.hpp"
#include "invariants.hpp"

namespace keepline::sim {

class StreamBooks {
 public:
  void note_published(std::uint32_t epoch, std::uint64_t seq);
  // It was on its way to the live link, and nobody knows.
  void note_lost(std::uint64_t seq) { lost_.insert(seq); }

  void note_link();
  // A frame that is about to reach the machine.
  void note_coming(std::string_view frame);
  // `output` of the machine, and a frame that reached it: each with what was delivered of it.
  void note(const Output& output, const Instant& now, bool by_frame);
  void note_frame(std::string_view frame, bool delivered, const Instant& now);
  void note_wishes(bool wants_events) { wants_ = wants_events; }
  void end(const Connection& connection);

  std::vector<Problem> take_problems() { return std::exchange(problems_, {}); }

  friend bool operator==(const StreamBooks&, const StreamBooks&) = default;

 private:
  void note_resume(std::string_view frame, const Instant& now);
  void note_ask(std::string_view frame);
  void note_delivered(std::uint64_t seq, const Instant& now);
  void check_claim(const Position& claim);
  void complain(Invariant invariant, std::string_view text) {
    problems_.push_back({invariant, std::string(text)});
  }

  std::uint64_t head_ = 0;            // of what was published
  bool forged_ = false;               // an event that no log holds yet came on the present link
  std::uint32_t epoch_ = 0;           // that the server writes
  std::set<std::uint64_t> open_;      // of it: neither delivered nor told of
  std::set<std::uint64_t> lost_;      // on the way, until the server says what it sent
  std::uint64_t last_delivered_ = 0;  // of the present epoch
  bool spoilt_ = false;               // events that no log holds came on the present link
  bool wants_ = false;
  bool announced_ = false;           // the server said in this step how much it sent
  Position claim_;                   // as of the last step
  std::vector<Gap> gaps_;            // told in this step
  bool switched_ = false;            // to another user, and nothing was asked since
  std::optional<Instant> asked_at_;  // the verdict of the present link
  bool verdict_ = false;
  std::string open_ask_;  // the position that was asked from, until it is answered
  std::uint64_t replay_until_ = 0;
  std::map<std::string, std::string> asks_;  // frames by id, until they are settled
  std::set<std::string> settled_;
  std::set<std::string> acked_;
  std::vector<std::string> sent_here_;  // ids on this link
  std::vector<Problem> problems_;
};

}  // namespace keepline::sim
