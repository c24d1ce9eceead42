// Generated from wasm/core/error.cpp: change it there.
//
// What can go wrong with a connection, and what to do where that can be before anything could be
// loaded.

export type ErrorKind =
  | 'endpoint_invalid'
  | 'insecure_endpoint'
  | 'endpoint_blocked'
  | 'option_invalid'
  | 'token_unavailable'
  | 'token_invalid'
  | 'auth_rejected'
  | 'forbidden'
  | 'replaced'
  | 'connect_timeout'
  | 'heartbeat_timeout'
  | 'closed_by_server'
  | 'message_too_big'
  | 'network'
  | 'exhausted'
  | 'wasm_unavailable'
  | 'restarting'
  | 'token_expired'
  | 'disconnected';

/** What happened. */
export const errorMessages: Readonly<Record<ErrorKind, string>> = {
  endpoint_invalid: 'The address of the live connection is not valid.',
  insecure_endpoint: 'An unencrypted ws: connection was refused.',
  endpoint_blocked: "The page's Content-Security-Policy does not allow the live connection.",
  option_invalid: 'An option has the wrong type or is out of its range.',
  token_unavailable: 'No access token could be obtained.',
  token_invalid: 'The access token has characters that a WebSocket subprotocol cannot carry.',
  auth_rejected: 'The server rejected the access token, also after it was renewed.',
  forbidden: 'The server does not allow this user, tenant or page origin.',
  replaced: "The same client connected elsewhere and took this connection's place.",
  connect_timeout: 'The server did not complete the connection in time.',
  heartbeat_timeout: 'The connection went silent and was given up.',
  closed_by_server: 'The server closed the connection.',
  message_too_big: 'The server refused a message that this page sent as too large.',
  network: 'The connection could not be opened, or broke without a reason (code 1006).',
  exhausted: 'All attempts to reconnect were used up.',
  wasm_unavailable: "The connection's WebAssembly module could not be loaded.",
  restarting: 'The server is restarting and will be back soon.',
  token_expired: 'The access token expired; a new one is on its way.',
  disconnected: 'There is no live connection: it was ended, or nobody is signed in.',
};

/** What to do next. */
export const earlyRemedies: Readonly<Partial<Record<ErrorKind, string>>> = {
  option_invalid:
    'Correct the option that the detail names; the options table in the README gives every range and default.',
  wasm_unavailable:
    "Allow it with `script-src 'self' 'wasm-unsafe-eval'`, and see that the .wasm file is served: give its address as `wasmUrl` or its bytes as `wasmBinary`.",
  restarting: '',
  token_expired: '',
};
