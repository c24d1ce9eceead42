// What the host may tell the machine, and how that is answered: frames, closes, tokens, signals of
// the page, messages. Views last as long as the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "envelope.hpp"
#include "ids.hpp"
#include "output.hpp"
#include "time.hpp"

namespace keepline {

// What the host read of a frame. `head` is its beginning (all of it where `complete`);
// `total_bytes` is the frame's length in bytes of UTF-8, or a lower bound that is exact wherever
// the bound on message size could matter.
struct Frame {
  std::string_view head;
  std::size_t total_bytes = 0;
  bool complete = true;
};

struct FrameVerdict {
  enum class Action : std::uint8_t {
    drop,        // nothing more to do with it
    deliver,     // parse it and hand it to the subscribers of its type
    need_whole,  // call again with the whole frame
  };
  Action action = Action::drop;
  TypeId type;  // deliver: the routed type; nobody past the table of names (see current_type)

  friend bool operator==(const FrameVerdict&, const FrameVerdict&) = default;
};

// The host could not read a frame that was to be delivered. `head` and `total_bytes` as in Frame.
struct Refusal {
  Malformed why = Malformed::not_json;
  std::string_view head;
  std::size_t total_bytes = 0;
};

// In place of a code, and no close has it (RFC 6455, 7.4.2): the host's WebSocket threw as it was
// made, and `reason` is the exception's name.
inline constexpr std::uint16_t thrown_code = 1;

struct CloseInfo {
  std::uint16_t code = 1006;
  std::string_view reason;
  std::optional<std::size_t> unsent = std::nullopt;  // where the host can still say
};

struct TokenResult {
  enum class Kind : std::uint8_t { token, absent, failed, invalid, no_address };
  Kind kind = Kind::failed;
  std::uint64_t fingerprint = 0;  // token: equal for equal tokens, says nothing else of them
  std::string_view detail;        // failed, no_address: what the provider's rejection said
  std::string_view address = {};  // token: what `url` answered, where that is a function
};

enum class PageSignal : std::uint8_t {
  online,
  offline,
  visible,
  hidden,
  frozen,
  resumed,
  page_hidden,  // into the back-forward cache
  page_shown,   // out of it
};
std::string_view to_string(PageSignal signal);

// Who the application says is signed in: an opaque key, or nobody.
using Identity = std::optional<std::string>;

struct Message {
  std::string_view type;
  std::string_view data;  // JSON text; empty: no data member
  std::string_view id;    // empty: none
  std::optional<Duration> ttl;
  bool ack = false;  // settled by the server's word to it; then it has an id in any case
};

// A message that is taken has an id and is settled later, exactly once; else why it was not.
struct SendResult {
  MessageId message;
  SendOutcome outcome = SendOutcome::sent;  // where `message` is nobody: the reason
};

}  // namespace keepline
