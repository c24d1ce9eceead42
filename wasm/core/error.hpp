// What can go wrong with a connection: the kinds, and what each says to a person.
//
// The core reports a kind, a close code and a short detail; message and remedy stand in one table
// that the TypeScript package is generated from. Nothing here decides what follows from an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keepline {

// Spelled like the strings they become.
enum class ErrorKind : std::uint8_t {
  endpoint_invalid,
  insecure_endpoint,
  endpoint_blocked,
  option_invalid,
  token_unavailable,
  token_invalid,
  auth_rejected,
  forbidden,
  replaced,
  connect_timeout,
  heartbeat_timeout,
  closed_by_server,
  message_too_big,
  network,
  exhausted,
  wasm_unavailable,
  restarting,     // planned: nothing is wrong
  token_expired,  // and is being renewed: nothing is wrong either
  disconnected,   // nobody asked for a link, or nobody is signed in
};
inline constexpr int error_kind_count = 19;

struct ConnectionError {
  ErrorKind kind = ErrorKind::network;
  std::uint16_t code = 0;          // the close code where there was one, else 0
  std::string detail;              // redacted, at most 64 characters; may be empty
  std::optional<ErrorKind> cause;  // `exhausted` names what used the attempts up

  friend bool operator==(const ConnectionError&, const ConnectionError&) = default;
};

struct ErrorText {
  std::string_view message;  // what happened, one sentence
  std::string_view remedy;   // what to do next, one or two sentences; empty where nothing is to do
};

std::string_view to_string(ErrorKind kind);
ErrorText describe(ErrorKind kind);

}  // namespace keepline
