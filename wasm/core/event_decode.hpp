// Strict decoding of whole JSON texts: control messages, hints, and payloads where the application
// asked for validation. Judging frames stands in frame_judge.cpp.
//
// Off the hot path: ordinary frames never come here. Nothing throws; what does not fit is an
// answer. Of duplicate members the last counts, as in JSON.parse, except where judge_frame refuses
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "close_policy.hpp"
#include "envelope.hpp"
#include "json_scan.hpp"
#include "options.hpp"
#include "position.hpp"
#include "resume.hpp"
#include "time.hpp"

namespace keepline {

// The `connected` of a server that speaks the protocol: data is an object with a string
// connectionId. Members of another form than the protocol's are taken as absent.
struct Connected {
  std::string connection_id;
  std::string user_id;                // empty where absent
  std::string tenant_id;              // empty where absent
  std::optional<Duration> heartbeat;  // as sent; whoever uses it clamps it
  std::optional<Duration> token_expires_in;
  bool can_subscribe = false;  // features
  bool can_reauth = false;
  bool can_resume = false;
  bool can_ack = false;
  bool can_batch = false;
  std::optional<Position> position;    // where the stream stood
  std::optional<Duration> ack_window;  // how long it knows the ids of messages

  friend bool operator==(const Connected&, const Connected&) = default;
};
std::optional<Connected> decode_connected(std::string_view frame, const EnvelopeNames& names);

// The hint of a close reason: a bare object with a number retryAfterMs >= 0, else nothing.
std::optional<RetryHint> decode_hint(std::string_view reason);
// The hint in a going_away's data.
std::optional<RetryHint> decode_going_away(std::string_view frame, const EnvelopeNames& names);

// data.expiresInMs of an authed; nothing where it is missing or no number >= 0.
std::optional<Duration> decode_authed(std::string_view frame, const EnvelopeNames& names);

// Not yet fit to be shown: pass through safe_text. What is missing or no string is empty.
struct ServerError {
  std::string code;
  std::string message;

  friend bool operator==(const ServerError&, const ServerError&) = default;
};
// Nothing where data is no object.
std::optional<ServerError> decode_server_error(std::string_view frame, const EnvelopeNames& names);

// What a server says of its event stream: `resumed`, `gap` and `position`, of which each has some
// of these. What is missing or of another form is absent; an unknown reason is `unavailable`.
struct StreamWord {
  std::optional<Position> from;
  std::optional<Position> to;
  bool is_open = false;  // `to` is null
  std::optional<Position> at;
  std::optional<std::uint64_t> sent;
  GapReason reason = GapReason::unavailable;
  Duration spread{};

  friend bool operator==(const StreamWord&, const StreamWord&) = default;
};
// Nothing where data is no object.
std::optional<StreamWord> decode_stream(std::string_view frame, const EnvelopeNames& names);

// What a server says to a message of ours: `ack`, or an `error` that names it. Views of the frame.
struct Receipt {
  bool repeat = false;      // it had been applied before
  std::string_view result;  // JSON; empty where there is none
};
Receipt decode_ack(std::string_view frame, const EnvelopeNames& names);
// The frame's data as it is written; empty where there is none.
std::string_view data_in(std::string_view frame, const EnvelopeNames& names);

// Strict judgement of a whole frame: envelope and catalogue objects without duplicate
// members, numbers within double, no unpaired surrogates, depth at most 64, and for catalogue types
// the payload's fields. Malformed is what scan_whole says so of. `path` is in the frame's own names
// (json_path.hpp): "data.participants[1]", "type"; "depth" for nesting; empty where a name in the
// frame's top level is itself at fault.
enum class Fit : std::uint8_t { valid, invalid, malformed };
struct Judgement {
  Fit fit = Fit::valid;
  std::string path;
  std::string expected;             // "integer >= 0", "one of inbound, outbound", …
  Malformed why = Malformed::none;  // with malformed

  friend bool operator==(const Judgement&, const Judgement&) = default;
};
// Whether this build can judge at all: the smaller of the package's modules cannot, and what only
// serves judgement is no part of it.
bool can_judge();
Judgement judge_frame(std::string_view frame, const EnvelopeNames& names);

// `text` as a JSON string with its quotes: what control messages of ours are built with.
void append_quoted(std::string& out, std::string_view text);
std::string quote(std::string_view text);

}  // namespace keepline
