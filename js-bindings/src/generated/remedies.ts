// Generated from wasm/core/error.cpp: change it there.
//
// What to do next, at length: loaded when something has gone wrong.
import type { ErrorKind } from './errors.js';

export const remedies: Readonly<Record<ErrorKind, string>> = {
  endpoint_invalid:
    "Give `path` as '/ws' or `url` as 'wss://host/ws': one leading slash, no user info, fragment, '%', space or backslash. A page from file:, about: or data: needs an absolute `url`.",
  insecure_endpoint:
    'Serve the endpoint over TLS and use wss:. Where the network itself is trusted, `allowInsecure: true` permits ws: from http: pages; from https: pages only loopback is possible, and browsers may ask or block even there.',
  endpoint_blocked:
    "The Content-Security-Policy blocks the connection: add the endpoint's origin to `connect-src`, for example `connect-src 'self' wss://rt.example.com`. Older browsers do not count wss: as 'self': name it.",
  option_invalid: 'Correct the option that the detail names, by the options table of the README.',
  token_unavailable:
    '`getToken` rejected, threw or did not settle within `tokenTimeoutMs`: look at its own error. The connection asks again by itself.',
  token_invalid:
    "The access token has characters that a WebSocket subprotocol cannot carry. `getToken` must resolve to the bare token, such as a compact JWT: no 'Bearer ' prefix, quotes, spaces, commas or slashes. Encode other tokens as base64url, or map them with `subprotocols`.",
  auth_rejected:
    'The access token was rejected. Sign in again, then call `reconnect()`, `setIdentity()` or `tokenChanged()`. If it persists, compare issuer, audience, expiry and clock of server and token; and see that `getToken` honours `forceRefresh`.',
  forbidden:
    "Check that the page's origin is on the server's list and that the user's tenant and scopes permit live events; then call `reconnect()`.",
  replaced:
    "The same client connected elsewhere and took this connection's place. Go on there, or take it back with Retry or `reconnect()`.",
  connect_timeout:
    "Check that server and proxy pass WebSocket upgrades and answer within `connectTimeoutMs`. With `requireConnected` the server's first frame must be `connected`.",
  heartbeat_timeout:
    'Mostly a changed network or a sleeping device: it is replaced by itself. If it recurs, see that the server answers `ping` with `pong`, and that proxies allow idle times longer than `heartbeat.intervalMs`.',
  closed_by_server:
    "The close code and reason say why. It is tried again, unless the code is 4400-4499: that is the client's fault and must be corrected before a retry.",
  message_too_big:
    "The server refused a message as too large. Send less at once or raise the server's limit, then call `reconnect()`.",
  network:
    'Check the network and the server. Browsers hide what it answered (code 1006): HTTP 401, 403, 404 or 431 to the upgrade looks like this, and so does a server that does not select one of the offered subprotocols: select `keepline.v1`.',
  exhausted:
    'Its cause says what went wrong last. Retry or `reconnect()` starts over; so do coming back online or to the page, and a slow probe unless `backoff.slowProbeMs` is 0.',
  wasm_unavailable:
    "It is the WebAssembly module. Allow it with `'wasm-unsafe-eval'` in `script-src`, and see that the .wasm file is served, or give its address as `wasmUrl` or its bytes as `wasmBinary`.",
  restarting: '',
  token_expired: '',
  disconnected:
    'Call `connect()`, or `setIdentity()` once somebody has signed in, before waiting for the link.',
};
