// What the protocol's own messages say in their `data`, and what a close's reason hints at: read
// once, by member, whatever the message is.
//
// Off the hot path: events never come here. Of duplicate members the last counts, as in JSON.parse;
// a member of another form than the protocol's is taken as absent. Acts on nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "close_policy.hpp"
#include "features.hpp"
#include "json_scan.hpp"
#include "position.hpp"
#include "resume.hpp"
#include "time.hpp"

namespace keepline {

enum class Member : std::uint8_t {
  connection_id,  // of connected
  user_id,
  tenant_id,
  heartbeat,
  token_expires_in,
  features,
  position,
  ack_window,
  expires_in,   // of authed
  retry_after,  // of going_away, and of a close's reason
  spread,       // of gap, too
  code,         // of error
  message,
  from,  // of resumed, gap and position
  to,
  at,
  reason,
  sent,
  outcome,  // of ack
  result,
};
inline constexpr std::string_view member_names =
    "connectionId,userId,tenantId,heartbeatMs,tokenExpiresInMs,features,position,ackWindowMs,"
    "expiresInMs,retryAfterMs,spreadMs,code,message,from,to,at,reason,sent,outcome,result";
inline constexpr std::size_t member_count = static_cast<std::size_t>(Member::result) + 1;

// Views of the text that was read.
class ControlData {
 public:
  // The object that is the member `within` of the text's object, or that object itself where
  // `within` is empty.
  ControlData(std::string_view text, std::string_view within);

  // As it is written; empty where there is none.
  std::string_view object() const { return object_; }
  std::string_view raw(Member member) const { return values_[static_cast<std::size_t>(member)]; }

  bool has_string(Member member) const;
  // Decoded; empty where it is no string that UTF-8 can say.
  std::string text(Member member) const;
  // In ms, at least 0; below that where it is none.
  Duration duration(Member member) const;
  Position position(Member member) const;
  Features features() const;
  // Nothing without a number retryAfterMs >= 0.
  std::optional<RetryHint> hint() const;
  // An unknown reason is `unavailable`.
  GapReason gap_reason() const;

 private:
  void read_members(std::string_view text, JsonCursor& cursor);

  std::string_view object_;
  std::array<std::string_view, member_count> values_;
};

}  // namespace keepline
