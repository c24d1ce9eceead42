#include "error.hpp"

#include <iterator>

#include "text.hpp"

namespace keepline {
namespace {

struct Row {
  ErrorKind kind;
  ErrorText text;
};

// A message is one sentence for the person at the desk, who knows neither addresses nor options nor
// close codes. A remedy is for the developer, who reads it in the console, in the indicator's
// developer details or in copied diagnostics.
constexpr Row texts[] = {
    {ErrorKind::endpoint_invalid,
     {"The address of the live updates is not valid.",
      "Give `path` as '/ws' or `url` as 'wss://host/ws': one leading slash, no user info, "
      "fragment, '%', space or backslash. A page from file:, about: or data: needs an absolute "
      "`url`."}},
    {ErrorKind::insecure_endpoint,
     {"Live updates were stopped, because they would not have been encrypted.",
      "Serve the endpoint over TLS and use wss:. Where the network itself is trusted, "
      "`allowInsecure: true` permits ws: from http: pages; from https: pages only loopback is "
      "possible, and browsers may ask or block even there."}},
    {ErrorKind::endpoint_blocked,
     {"This page's security settings do not allow live updates.",
      "The Content-Security-Policy blocks the connection: add the endpoint's origin to "
      "`connect-src`, for example `connect-src 'self' wss://rt.example.com`. Older browsers do not "
      "count wss: as 'self': name it."}},
    {ErrorKind::option_invalid,
     {"A setting of this page's live updates is not valid.",
      "Correct the option that the detail names, by the options table of the README."}},
    {ErrorKind::token_unavailable,
     {"Your sign-in could not be confirmed.",
      "`getToken` rejected, threw or did not settle within `tokenTimeoutMs`: look at its own "
      "error. The connection asks again by itself."}},
    {ErrorKind::token_invalid,
     {"Your sign-in cannot be used for live updates.",
      "The access token has characters that a WebSocket subprotocol cannot carry. `getToken` must "
      "resolve to the bare token, such as a compact JWT: no 'Bearer ' prefix, quotes, spaces, "
      "commas or slashes. Encode other tokens as base64url, or map them with `subprotocols`."}},
    {ErrorKind::auth_rejected,
     {"The server did not accept your sign-in.",
      "The access token was rejected. Sign in again, then call `reconnect()`, `setIdentity()` or "
      "`tokenChanged()`. If it persists, compare issuer, audience, expiry and clock of server and "
      "token; and see that `getToken` honours `forceRefresh`."}},
    {ErrorKind::forbidden,
     {"This account, or this page, is not allowed to get live updates.",
      "Check that the page's origin is on the server's list and that the user's tenant and "
      "scopes permit live events; then call `reconnect()`."}},
    {ErrorKind::replaced,
     {"Live updates go on in another window or on another device.",
      "The same client connected elsewhere and took this connection's place. Go on there, or take "
      "it back with Retry or `reconnect()`."}},
    {ErrorKind::connect_timeout,
     {"The server did not answer in time.",
      "Check that server and proxy pass WebSocket upgrades and answer within "
      "`connectTimeoutMs`. With `requireConnected` the server's first frame must be "
      "`connected`."}},
    {ErrorKind::heartbeat_timeout,
     {"The connection to the server went silent.",
      "Mostly a changed network or a sleeping device: it is replaced by itself. If it recurs, "
      "see that the server answers `ping` with `pong`, and that proxies allow idle times "
      "longer than `heartbeat.intervalMs`."}},
    {ErrorKind::closed_by_server,
     {"The server ended the connection.",
      "The close code and reason say why. It is tried again, unless the code is 4400-4499: "
      "that is the client's fault and must be corrected before a retry."}},
    {ErrorKind::message_too_big,
     {"This page sent more at once than the server accepts.",
      "The server refused a message as too large. Send less at once or raise the server's limit, "
      "then call `reconnect()`."}},
    {ErrorKind::network,
     {"The server could not be reached, or the connection broke off.",
      "Check the network and the server. Browsers hide what it answered (code 1006): HTTP 401, "
      "403, "
      "404 or 431 to the upgrade looks like this, and so does a server that does not select one of "
      "the offered subprotocols: select `keepline.v1`."}},
    {ErrorKind::exhausted,
     {"All attempts to connect again have failed.",
      "Its cause says what went wrong last. Retry or `reconnect()` starts over; so do coming "
      "back online or to the page, and a slow probe unless `backoff.slowProbeMs` is 0."}},
    {ErrorKind::wasm_unavailable,
     {"A part of this page that live updates need could not be loaded.",
      "It is the WebAssembly module. Allow it with `'wasm-unsafe-eval'` in `script-src`, and see "
      "that the .wasm file is served, or give its address as `wasmUrl` or its bytes as "
      "`wasmBinary`."}},
    {ErrorKind::restarting, {"The server is restarting and will be back soon.", ""}},
    {ErrorKind::token_expired, {"Your sign-in has expired and is being renewed.", ""}},
    {ErrorKind::disconnected,
     {"The live connection was ended, or nobody is signed in.",
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
