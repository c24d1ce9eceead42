// The token of a running link: which one the server has accepted, and when to send the next one.
//
// A value of one link. It sees fingerprints, never tokens, and asks nobody: it holds the question
// that is under way and says when another is due. RFC 6749 leaves renewal to the client; 80 % of
// the life leaves time for a second try.
#pragma once

#include <optional>

#include "ask.hpp"
#include "story.hpp"
#include "time.hpp"

namespace keepline {

inline constexpr double renewal_share = 0.8;
// A server that says its tokens live no time at all must not be answered without end: the pause
// doubles as long as lifetimes stay below it.
inline constexpr Duration renewal_pause_min = seconds(1);
inline constexpr Duration renewal_pause_max = seconds(300);
// A last try closer to the end than this is not worth it.
inline constexpr Duration renewal_last_try = seconds(5);

class Renewal {
 public:
  Renewal() = default;
  // The token that the dial offered; nothing for a cookie session.
  explicit Renewal(std::optional<Fingerprint> dialled_with) : accepted_(dialled_with) {}

  // What a rejection is about: a token that was only offered has been judged by nobody.
  std::optional<Fingerprint> accepted() const { return accepted_; }

  // The present token lives that long from `now`.
  void plan(const Instant& now, Duration lifetime);
  // Whether the plan is due, by either clock.
  bool is_due(const Instant& now) const;

  // Asks; with `planned` the plan is used up by it, and so is a question that was under way.
  // Returns that one.
  TokenRequestId ask(const Instant& now, TokenRequestId request, Duration timeout, bool planned);
  bool asking() const { return ask_.pending(); }
  bool is_about(TokenRequestId request) const { return ask_.is_about(request); }
  TokenRequestId end_asking() { return ask_.end(); }
  TokenRequestId take_due(const Instant& now) { return ask_.take_due(now); }

  // The answer is a token that the server does not have yet: it is on its way there now.
  bool offer(Fingerprint token);
  // No new token was to be had. What was due comes again halfway to the end of the present token,
  // while that is worth it; what was not due stays as it was planned.
  void postpone(const Instant& now);
  // `authed`: the server took what was offered.
  void accept();

  Instant deadline() const;

  friend bool operator==(const Renewal&, const Renewal&) = default;

 private:
  struct Plan {
    Instant since;
    Duration lifetime{};
    Duration after{};
    bool used = false;  // a question asks for it
    friend bool operator==(const Plan&, const Plan&) = default;
  };

  std::optional<Fingerprint> accepted_;
  std::optional<Fingerprint> offered_;
  std::optional<Plan> plan_;
  Duration pause_ = renewal_pause_min;
  Ask<TokenRequestTag> ask_;
};

}  // namespace keepline
