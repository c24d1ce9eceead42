// Generated from wasm/core/error.cpp: change it there.
//
// What can go wrong with a connection, and what to do where that can be before the module is there.

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
  | 'token_expired';

export interface ErrorText {
  /** What happened. */
  readonly message: string;
  /** What to do next. */
  readonly remedy: string;
}

export const errorTexts = {
  option_invalid: {
    message: "A setting of this page's live updates is not valid.",
    remedy:
      'An option has the wrong type or is out of its range: correct the one that the detail names. The options table in the README gives every range and default.',
  },
  wasm_unavailable: {
    message: 'A part of this page that live updates need could not be loaded.',
    remedy:
      "It is the WebAssembly module. Allow it with `script-src 'self' 'wasm-unsafe-eval'`, and see that the .wasm file is served: give its address as `wasmUrl` or its bytes as `wasmBinary`.",
  },
} as const satisfies Partial<Record<ErrorKind, ErrorText>>;
