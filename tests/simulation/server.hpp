// The scripted server: what it does to a dial and what it answers to a frame, by named behaviours.
//
// Pure data and a pure function. It holds no link and no clock: the world carries its answers out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "time.hpp"

namespace keepline::sim {

enum class Upgrade : std::uint8_t { accepts, refuses, hangs };
enum class Answer : std::uint8_t { nothing, json, bare };

struct ServerClose {
  Duration after{};
  std::uint16_t code = 1006;
  std::string reason;

  friend bool operator==(const ServerClose&, const ServerClose&) = default;
};

struct Server {
  Upgrade upgrade = Upgrade::accepts;
  Duration one_way = milliseconds(20);
  bool offered_protocol = true;  // the dial offers keepline.v1, and it selects that
  bool says_connected = true;
  std::string user = "user-1";
  std::string tenant = "tenant-1";
  std::string connected_extra;  // further members of connected's data: ",\"heartbeatMs\":5000"
  Answer to_ping = Answer::json;
  std::optional<ServerClose> closes;      // so long after the upgrade
  std::optional<double> authed_lifetime;  // ms, told after an in-band renewal
  // Bytes a second that the way to the server takes; 0: as many as there are.
  double uplink = 0;

  friend bool operator==(const Server&, const Server&) = default;
};

// Speaks the protocol: `connected` first, `pong` to every ping.
Server speaks();
// Accepts and never says a word.
Server quiet();
// The same, and knows nothing of subprotocols either.
Server plain();
// Knows `ping` and `pong` and nothing else of the protocol.
Server only_pongs();
Server only_bare_pongs();
// Refuses the upgrade: the page sees 1006 and no open.
Server refuses();
// Never answers the upgrade.
Server hangs();
Server accepts_then_closes(std::uint16_t code = 1006, Duration after = milliseconds(0));
// Accepts the upgrade to say that it does not accept the token.
Server rejects_token(std::uint16_t code = 4401);

std::string connected_frame(const Server& server);
std::string going_away_frame(double retry_after_ms, double spread_ms);

// What the server says to one frame of ours.
std::vector<std::string> answers(const Server& server, std::string_view frame);

}  // namespace keepline::sim
