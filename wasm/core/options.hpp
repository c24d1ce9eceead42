// Every tunable: its unit in its type, its default with its reason.
//
// Ranges and JavaScript names stand in the table of option_table.hpp, which decoding, the
// TypeScript types and the documentation are made from. Nothing here reads or checks anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "time.hpp"

namespace keepline {

enum class BackoffStrategy : std::uint8_t { exponential, full_jitter };
enum class HeartbeatFormat : std::uint8_t { json, text, off };
enum class Overflow : std::uint8_t { reject, drop_oldest };
enum class Validate : std::uint8_t { off, report, strict };
enum class LogLevel : std::uint8_t { debug, info, warn, error, silent };

struct BackoffOptions {
  BackoffStrategy strategy = BackoffStrategy::exponential;
  Duration initial = milliseconds(1000);
  double factor = 2;
  Duration max = milliseconds(30000);
  double jitter = 0.3;
  int max_attempts = 10;
  Duration slow_probe = milliseconds(60000);  // a ten-minute outage must not strand a wall display

  friend bool operator==(const BackoffOptions&, const BackoffOptions&) = default;
};

struct HeartbeatOptions {
  HeartbeatFormat format = HeartbeatFormat::json;
  Duration interval = milliseconds(30000);  // below the idle limit of common proxies (60 s)
  Duration timeout = milliseconds(10000);
  Duration probe = milliseconds(2500);  // the least that a probe waits

  friend bool operator==(const HeartbeatOptions&, const HeartbeatOptions&) = default;
};

struct QueueOptions {
  std::size_t max_messages = 100;
  std::size_t max_bytes = 262144;
  Duration ttl = milliseconds(30000);  // an old intent surprises more than a clear rejection
  Overflow overflow = Overflow::reject;

  friend bool operator==(const QueueOptions&, const QueueOptions&) = default;
};

struct HiddenOptions {
  Duration close_after{};  // a phone lives on what its pages do not do; 0: never

  friend bool operator==(const HiddenOptions&, const HiddenOptions&) = default;
};

struct EnvelopeNames {
  std::string type = "type";
  std::string data = "data";
  std::string seq = "seq";
  std::string id = "id";
  std::string ts = "ts";

  friend bool operator==(const EnvelopeNames&, const EnvelopeNames&) = default;
};

struct Options {
  // Where to.
  std::string page;  // the page's location; the host reads it
  std::string path = "/ws";
  std::optional<std::string> url;
  bool has_url_provider = false;  // asked before every dial; then neither of the two counts
  bool allow_insecure = false;

  // Who.
  bool has_token_provider = false;  // without one: cookie sessions
  Duration token_timeout = milliseconds(30000);

  // The dial.
  bool require_connected = false;
  Duration hello_timeout = milliseconds(2000);
  Duration connect_timeout = milliseconds(15000);

  BackoffOptions backoff;
  HeartbeatOptions heartbeat;
  QueueOptions queue;
  HiddenOptions hidden;

  std::size_t max_message_bytes = 1048576;
  Validate validate = Validate::off;
  EnvelopeNames names;
  LogLevel log_level = LogLevel::warn;

  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace keepline
