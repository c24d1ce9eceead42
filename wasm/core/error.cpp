#include "error.hpp"

#include <iterator>

#include "text.hpp"

namespace keepline {
namespace {

struct Row {
  ErrorKind kind;
  ErrorText text;
};

// Remedies speak to whoever can act: mostly the developer, who reads them in the console, in the
// indicator's details or in a ticket.
constexpr Row texts[] = {
    {ErrorKind::endpoint_invalid,
     {"The address of the live connection is not valid.",
      "Give `path` as '/ws' or `url` as 'wss://host/ws': one leading slash, no user info, "
      "fragment, '%', space or backslash. A page from file:, about: or data: needs an absolute "
      "`url`."}},
    {ErrorKind::insecure_endpoint,
     {"An unencrypted ws: connection was refused.",
      "Serve the endpoint over TLS and use wss:. Where the network itself is trusted, "
      "`allowInsecure: true` permits ws: from http: pages; from https: pages only loopback is "
      "possible, and browsers may ask or block even there."}},
    {ErrorKind::endpoint_blocked,
     {"The page's Content-Security-Policy does not allow the live connection.",
      "Add the endpoint's origin to `connect-src`, for example "
      "`connect-src 'self' wss://rt.example.com`. Older browsers do not count wss: as "
      "'self': name it."}},
    {ErrorKind::option_invalid,
     {"An option has the wrong type or is out of its range.",
      "Correct the option that the detail names; the options table in the README gives every "
      "range and default."}},
    {ErrorKind::token_unavailable,
     {"No access token could be obtained.",
      "`getToken` rejected, threw or did not settle within `tokenTimeoutMs`: look at its own "
      "error. The connection asks again by itself."}},
    {ErrorKind::token_invalid,
     {"The access token has characters that a WebSocket subprotocol cannot carry.",
      "`getToken` must resolve to the bare token, such as a compact JWT: no "
      "'Bearer ' prefix, quotes, spaces, commas or slashes. Encode other tokens as base64url, "
      "or map them with `subprotocols`."}},
    {ErrorKind::auth_rejected,
     {"The server rejected the access token, also after it was renewed.",
      "Sign in again, then call `reconnect()`, `setIdentity()` or `tokenChanged()`. If it "
      "persists, compare issuer, audience, expiry and clock of server and token; and see that "
      "`getToken` honours `forceRefresh`."}},
    {ErrorKind::forbidden,
     {"The server does not allow this user, tenant or page origin.",
      "Check that the page's origin is on the server's list and that the user's tenant and "
      "scopes permit live events; then call `reconnect()`."}},
    {ErrorKind::replaced,
     {"The same client connected elsewhere and took this connection's place.",
      "Go on there, or take it back with Retry or `reconnect()`."}},
    {ErrorKind::connect_timeout,
     {"The server did not complete the connection in time.",
      "Check that server and proxy pass WebSocket upgrades and answer within "
      "`connectTimeoutMs`. With `requireConnected` the server's first frame must be "
      "`connected`."}},
    {ErrorKind::heartbeat_timeout,
     {"The connection went silent and was given up.",
      "Mostly a changed network or a sleeping device: it is replaced by itself. If it recurs, "
      "see that the server answers `ping` with `pong`, and that proxies allow idle times "
      "longer than `heartbeat.intervalMs`."}},
    {ErrorKind::closed_by_server,
     {"The server closed the connection.",
      "The close code and reason say why. It is tried again, unless the code is 4400-4499: "
      "that is the client's fault and must be corrected before a retry."}},
    {ErrorKind::message_too_big,
     {"The server refused a message that this page sent as too large.",
      "Send less at once or raise the server's limit, then call `reconnect()`."}},
    {ErrorKind::network,
     {"The connection could not be opened, or broke without a reason (code 1006).",
      "Check the network and the server. Browsers hide what it answered: HTTP 401, 403, 404 or 431 "
      "to the upgrade looks like this, and so does a server that does not select one of the "
      "offered subprotocols: select `keepline.v1`."}},
    {ErrorKind::exhausted,
     {"All attempts to reconnect were used up.",
      "Its cause says what went wrong last. Retry or `reconnect()` starts over; so do coming "
      "back online or to the page, and a slow probe unless `backoff.slowProbeMs` is 0."}},
    {ErrorKind::wasm_unavailable,
     {"The connection's WebAssembly module could not be loaded.",
      "Allow it with `script-src 'self' 'wasm-unsafe-eval'`, and see that the .wasm file is "
      "served: give its address as `wasmUrl` or its bytes as `wasmBinary`."}},
    {ErrorKind::restarting, {"The server is restarting and will be back soon.", ""}},
    {ErrorKind::token_expired, {"The access token expired; a new one is on its way.", ""}},
    {ErrorKind::disconnected,
     {"There is no live connection: it was ended, or nobody is signed in.",
      "Call `connect()`, or `setIdentity()` once somebody has signed in, before waiting for the "
      "link."}},
};

// The table stands in the order of the kinds, all of them.
static_assert(std::size(texts) == error_kind_count);
static_assert([] {
  for (std::size_t i = 0; i < std::size(texts); ++i) {
    if (static_cast<std::size_t>(texts[i].kind) != i) return false;
  }
  return true;
}());

}  // namespace

std::string_view to_string(ErrorKind kind) {
  constexpr std::string_view names =
      "endpoint_invalid,insecure_endpoint,endpoint_blocked,option_invalid,"
      "token_unavailable,token_invalid,auth_rejected,forbidden,replaced,connect_timeout,"
      "heartbeat_timeout,closed_by_server,message_too_big,network,exhausted,"
      "wasm_unavailable,restarting,token_expired,disconnected";
  static_assert(names_all(names, ErrorKind::disconnected));
  return name_in(names, kind);
}

ErrorText describe(ErrorKind kind) {
  const auto at = static_cast<std::size_t>(kind);
  return at < std::size(texts) ? texts[at].text : ErrorText{};
}

}  // namespace keepline
