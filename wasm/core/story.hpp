// What has gone wrong since somebody last decided to begin: attempts, rejections, refreshes owed.
//
// A value that answers what follows from it. It ends as a whole, with `story = {}`: by connect()
// and tokenChanged() where the machine had stopped, by a new identity, and by signing out. What
// must outlive that belongs elsewhere.
#pragma once

#include <cstdint>
#include <optional>

#include "state.hpp"
#include "time.hpp"

namespace keepline {

// After this many dials that never opened a token may be what the server refuses with an HTTP
// status, which no page can see.
inline constexpr int unopened_dials_before_refresh = 3;

using Fingerprint = std::uint64_t;

struct Story {
  int attempt = 0;          // waits so far
  bool was_usable = false;  // a link was
  bool exhausted = false;   // attempts are used up; only proof or somebody's wish ends that
  bool signed_out = false;
  bool repeats_wait = false;  // the dial under way was made instead of a wait, and repeats it
  bool rejected = false;      // once since the last proof
  std::optional<Fingerprint> rejected_with;  // nothing for a cookie session
  bool force_refresh = false;
  int unopened_dials = 0;                          // in a row, counted as far as it matters
  HostClock::time_point last_unopened = long_ago;  // when the last of them ended
  bool refreshed_for_unopened = false;
  int timeouts_in_row = 0;

  Episode episode() const;
  int next_attempt() const;
  // The next token request must ask for a new token: until one is given, it stays owed.
  bool owes_refresh() const;
  bool is_rejected_token(Fingerprint token) const;

  void token_given();
  void dial_unopened(HostClock::time_point now);
  void opened();
  void usable();
  // The link has lasted: what failed before is forgiven.
  void proven();
  void reject(std::optional<Fingerprint> token);
  // The same story with a fresh counter: the page or the network is back.
  void revive();
  // Somebody asked for it: what a revival leaves is forgiven, too.
  void retry();

  friend bool operator==(const Story&, const Story&) = default;
};

}  // namespace keepline
