#include "server.hpp"

namespace keepline::sim {
namespace {

std::string_view id_of(std::string_view frame) {
  constexpr std::string_view key = "\"id\":\"";
  const auto from = frame.find(key);
  if (from == std::string_view::npos) return {};
  frame.remove_prefix(from + key.size());
  return frame.substr(0, frame.find('"'));
}

std::string whole(double value) { return std::to_string(static_cast<std::int64_t>(value)); }

}  // namespace

Server speaks() { return {}; }

Server quiet() {
  Server server;
  server.says_connected = false;
  server.to_ping = Answer::nothing;
  return server;
}

Server plain() {
  Server server = quiet();
  server.offered_protocol = false;
  return server;
}

Server only_pongs() {
  Server server = quiet();
  server.to_ping = Answer::json;
  return server;
}

Server only_bare_pongs() {
  Server server = quiet();
  server.to_ping = Answer::bare;
  return server;
}

Server refuses() {
  Server server;
  server.upgrade = Upgrade::refuses;
  return server;
}

Server hangs() {
  Server server;
  server.upgrade = Upgrade::hangs;
  return server;
}

Server accepts_then_closes(std::uint16_t code, Duration after) {
  Server server;
  server.closes = ServerClose{after, code, {}};
  return server;
}

Server rejects_token(std::uint16_t code) {
  Server server = accepts_then_closes(code);
  server.says_connected = false;
  return server;
}

std::string connected_frame(const Server& server) {
  return R"({"type":"connected","data":{"connectionId":"c-1","userId":")" + server.user +
         R"(","tenantId":")" + server.tenant + R"(","serverTime":"2025-11-23T09:00:00Z")" +
         server.connected_extra + "}}";
}

std::string going_away_frame(double retry_after_ms, double spread_ms) {
  return R"({"type":"going_away","data":{"retryAfterMs":)" + whole(retry_after_ms) +
         R"(,"spreadMs":)" + whole(spread_ms) + "}}";
}

std::vector<std::string> answers(const Server& server, std::string_view frame) {
  if (frame.starts_with(R"({"type":"auth")")) {
    if (!server.authed_lifetime) return {};
    return {R"({"type":"authed","data":{"expiresInMs":)" + whole(*server.authed_lifetime) + "}}"};
  }
  if (frame != "ping" && !frame.starts_with(R"({"type":"ping")")) return {};
  switch (server.to_ping) {
    case Answer::nothing:
      return {};
    case Answer::bare:
      return {"pong"};
    case Answer::json:
      return {R"({"type":"pong","id":")" + std::string(id_of(frame)) + R"(","ts":1})"};
  }
  return {};
}

}  // namespace keepline::sim
