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
  endpoint_invalid: 'The address of the live updates is not valid.',
  insecure_endpoint: 'Live updates were stopped, because they would not have been encrypted.',
  endpoint_blocked: "This page's security settings do not allow live updates.",
  option_invalid: "A setting of this page's live updates is not valid.",
  token_unavailable: 'Your sign-in could not be confirmed.',
  token_invalid: 'Your sign-in cannot be used for live updates.',
  auth_rejected: 'The server did not accept your sign-in.',
  forbidden: 'This account, or this page, is not allowed to get live updates.',
  replaced: 'Live updates go on in another window or on another device.',
  connect_timeout: 'The server did not answer in time.',
  heartbeat_timeout: 'The connection to the server went silent.',
  closed_by_server: 'The server ended the connection.',
  message_too_big: 'This page sent more at once than the server accepts.',
  network: 'The server could not be reached, or the connection broke off.',
  exhausted: 'All attempts to connect again have failed.',
  wasm_unavailable: 'A part of this page that live updates need could not be loaded.',
  restarting: 'The server is restarting and will be back soon.',
  token_expired: 'Your sign-in has expired and is being renewed.',
  disconnected: 'The live connection was ended, or nobody is signed in.',
};

/** What to do next. */
export const earlyRemedies: Readonly<Partial<Record<ErrorKind, string>>> = {
  option_invalid: 'Correct the option that the detail names, by the options table of the README.',
  wasm_unavailable:
    "It is the WebAssembly module. Allow it with `'wasm-unsafe-eval'` in `script-src`, and see that the .wasm file is served, or give its address as `wasmUrl` or its bytes as `wasmBinary`.",
  restarting: '',
  token_expired: '',
};
