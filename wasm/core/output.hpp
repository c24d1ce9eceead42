// Everything the host may be told to do, as one variant. Imperatives are for the host to carry out,
// past participles are facts to pass on to the application.
//
// Events are not here: the verdict that handle_frame() returns says whether the host delivers the
// frame it holds, after it has drained these, so that no frame is copied through a queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "ids.hpp"
#include "options.hpp"
#include "position.hpp"
#include "resume.hpp"
#include "state.hpp"
#include "time.hpp"

namespace keepline {

// `token` names the answered request whose token is offered and used up by it; nobody for a cookie
// session.
struct OpenSocket {
  SocketId socket;
  std::string url;
  TokenRequestId token;
  friend bool operator==(const OpenSocket&, const OpenSocket&) = default;
};

// Close and let go at once: no event of this socket matters any more, whatever it is doing.
struct CloseSocket {
  SocketId socket;
  std::uint16_t code = 1000;
  std::string reason;
  friend bool operator==(const CloseSocket&, const CloseSocket&) = default;
};

struct SendFrame {
  SocketId socket;
  std::string text;
  friend bool operator==(const SendFrame&, const SendFrame&) = default;
};

// Send {"type":"auth","data":{"token":…}} with the token of that request, which is used up by it: a
// token never enters the core.
struct SendAuth {
  SocketId socket;
  TokenRequestId token;
  friend bool operator==(const SendAuth&, const SendAuth&) = default;
};

// Answer with handle_send_capacity().
struct MeasureSendCapacity {
  SocketId socket;
  friend bool operator==(const MeasureSendCapacity&, const MeasureSendCapacity&) = default;
};

// And an address, where the application makes them: for the dial of that attempt. A renewal has
// none.
struct RequestToken {
  TokenRequestId request;
  bool force_refresh = false;
  int attempt = -1;
  friend bool operator==(const RequestToken&, const RequestToken&) = default;
};

// No answer to that request counts any more; the token it gave, if any, may be forgotten.
struct AbandonToken {
  TokenRequestId request;
  friend bool operator==(const AbandonToken&, const AbandonToken&) = default;
};

struct StatusChanged {
  Status status;
  friend bool operator==(const StatusChanged&, const StatusChanged&) = default;
};

enum class SendOutcome : std::uint8_t {
  sent,
  queue_full,
  expired,
  too_big,
  not_serialisable,  // the host's verdict: the core never sees such a message
  disconnected,
  identity_changed,
  reserved_type,  // the protocol's own word, to a server that speaks the protocol
  // Of messages that wait for the server's word:
  done,
  repeated,     // done, and before
  rejected,     // by the server
  unconfirmed,  // sent, and nothing was heard: it may have been applied
  unsupported,  // this server answers no messages
};

// How a queued message ended.
struct Settle {
  MessageId message;
  SendOutcome outcome = SendOutcome::sent;
  WallClock::time_point at{};
  // Of messages that wait for the server's word; its id, and JSON: what a `done` resulted in, or
  // the data of the error that rejected it. Empty where there is none.
  WallClock::time_point sent_at = {};
  std::string id = {};
  std::string detail = {};
  friend bool operator==(const Settle&, const Settle&) = default;
};

// Queue, cursor and caches of the former identity are gone; whoever keeps data of it drops it now.
struct IdentityChanged {
  friend bool operator==(const IdentityChanged&, const IdentityChanged&) = default;
};

// What was missed while there was no link.
enum class Missed : std::uint8_t { none, replayed, unknown };

// Usable again after having been usable before: refetch what may have been missed. Told after the
// server's verdict, where there is one to come.
struct Reconnected {
  Duration down{};
  bool identity_changed = false;
  Missed missed = Missed::unknown;
  friend bool operator==(const Reconnected&, const Reconnected&) = default;
};

struct Log {
  LogLevel level = LogLevel::info;
  std::string text;  // already redacted
  friend bool operator==(const Log&, const Log&) = default;
};

using Output =
    std::variant<OpenSocket, CloseSocket, SendFrame, SendAuth, MeasureSendCapacity, RequestToken,
                 AbandonToken, StatusChanged, Settle, IdentityChanged, Reconnected, Gap, Log>;

std::string_view to_string(SendOutcome outcome);
std::string_view to_string(Missed missed);
std::string_view to_string(LogLevel level);

}  // namespace keepline
