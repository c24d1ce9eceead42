// Generated from wasm/core/error.cpp: change it there.
//
// What can go wrong once the module is there, and what to do then.
import type { ErrorKind, ErrorText, errorTexts } from './errors.js';

export const lateErrorTexts: Readonly<
  Record<Exclude<ErrorKind, keyof typeof errorTexts>, ErrorText>
> = {
  endpoint_invalid: {
    message: 'The address of the live updates is not valid.',
    remedy:
      "Give `path` as '/ws' or `url` as 'wss://host/ws': one leading slash, no user info, fragment, '%', space or backslash. A page from file:, about: or data: needs an absolute `url`.",
  },
  insecure_endpoint: {
    message: 'Live updates were stopped, because they would not have been encrypted.',
    remedy:
      'Serve the endpoint over TLS and use wss:. Where the network itself is trusted, `allowInsecure: true` permits ws: from http: pages; from https: pages only loopback is possible, and browsers may ask or block even there.',
  },
  endpoint_blocked: {
    message: "This page's security settings do not allow live updates.",
    remedy:
      "The Content-Security-Policy blocks the connection: add the endpoint's origin to `connect-src`, for example `connect-src 'self' wss://rt.example.com`. Older browsers do not count wss: as 'self': name it.",
  },
  token_unavailable: {
    message: 'Your sign-in could not be confirmed.',
    remedy:
      '`getToken` rejected, threw or did not settle within `tokenTimeoutMs`: look at its own error. The connection asks again by itself.',
  },
  token_invalid: {
    message: 'Your sign-in cannot be used for live updates.',
    remedy:
      "The access token has characters that a WebSocket subprotocol cannot carry. `getToken` must resolve to the bare token, such as a compact JWT: no 'Bearer ' prefix, quotes, spaces, commas or slashes. Encode other tokens as base64url, or map them with `subprotocols`.",
  },
  auth_rejected: {
    message: 'The server did not accept your sign-in.',
    remedy:
      'The access token was rejected. Sign in again, then call `reconnect()`, `setIdentity()` or `tokenChanged()`. If it persists, compare issuer, audience, expiry and clock of server and token; and see that `getToken` honours `forceRefresh`.',
  },
  forbidden: {
    message: 'This account, or this page, is not allowed to get live updates.',
    remedy:
      "Check that the page's origin is on the server's list and that the user's tenant and scopes permit live events; then call `reconnect()`.",
  },
  replaced: {
    message: 'Live updates go on in another window or on another device.',
    remedy:
      "The same client connected elsewhere and took this connection's place. Go on there, or take it back with Retry or `reconnect()`.",
  },
  connect_timeout: {
    message: 'The server did not answer in time.',
    remedy:
      "Check that server and proxy pass WebSocket upgrades and answer within `connectTimeoutMs`. With `requireConnected` the server's first frame must be `connected`.",
  },
  heartbeat_timeout: {
    message: 'The connection to the server went silent.',
    remedy:
      'Mostly a changed network or a sleeping device: it is replaced by itself. If it recurs, see that the server answers `ping` with `pong`, and that proxies allow idle times longer than `heartbeat.intervalMs`.',
  },
  closed_by_server: {
    message: 'The server ended the connection.',
    remedy:
      "The close code and reason say why. It is tried again, unless the code is 4400-4499: that is the client's fault and must be corrected before a retry.",
  },
  message_too_big: {
    message: 'This page sent more at once than the server accepts.',
    remedy:
      "The server refused a message as too large. Send less at once or raise the server's limit, then call `reconnect()`.",
  },
  network: {
    message: 'The server could not be reached, or the connection broke off.',
    remedy:
      'Check the network and the server. Browsers hide what it answered (code 1006): HTTP 401, 403, 404 or 431 to the upgrade looks like this, and so does a server that does not select one of the offered subprotocols: select `keepline.v1`.',
  },
  exhausted: {
    message: 'All attempts to connect again have failed.',
    remedy:
      'Its cause says what went wrong last. Retry or `reconnect()` starts over; so do coming back online or to the page, and a slow probe unless `backoff.slowProbeMs` is 0.',
  },
  restarting: {
    message: 'The server is restarting and will be back soon.',
    remedy: '',
  },
  token_expired: {
    message: 'Your sign-in has expired and is being renewed.',
    remedy: '',
  },
};
