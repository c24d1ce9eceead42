// Generated from wasm/core/state.hpp, output.hpp, envelope.hpp, routes.hpp and endpoint.hpp: change it there.
//
// The words of a status, of what became of a message and of what happens to a page: as types, and
// as lists where they cross as numbers.

/** What a person may believe of the data on the screen. */
export type State = 'connecting' | 'connected' | 'reconnecting' | 'disconnected';

/** What the connection is doing, once its module is loaded. */
export type CorePhase =
  | 'idle'
  | 'authenticating'
  | 'dialling'
  | 'ready'
  | 'waiting'
  | 'suspended'
  | 'paused'
  | 'refused'
  | 'closed';

/** Why the state is `disconnected`, where there is more to say than the phase. */
export type Reason = 'signed_out' | 'application' | 'exhausted' | 'refused' | 'page_hidden';

/** What the endpoint's address says about where it runs. */
export type Environment = 'development' | 'replit' | 'production';

/** What became of a message. */
export type SendOutcome =
  | 'sent'
  | 'queue_full'
  | 'expired'
  | 'too_big'
  | 'not_serialisable'
  | 'disconnected'
  | 'identity_changed'
  | 'reserved_type';

export const sendOutcomes: readonly SendOutcome[] = [
  'sent',
  'queue_full',
  'expired',
  'too_big',
  'not_serialisable',
  'disconnected',
  'identity_changed',
  'reserved_type',
];

/** How severe a line of the log is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What happens to a page. */
export type PageSignal =
  | 'online'
  | 'offline'
  | 'visible'
  | 'hidden'
  | 'frozen'
  | 'resumed'
  | 'page_hidden'
  | 'page_shown';

export const pageSignals: readonly PageSignal[] = [
  'online',
  'offline',
  'visible',
  'hidden',
  'frozen',
  'resumed',
  'page_hidden',
  'page_shown',
];

/** Why a frame is no message. */
export type Malformed =
  | 'none'
  | 'not_json'
  | 'not_an_object'
  | 'byte_order_mark'
  | 'no_type'
  | 'type_not_a_string'
  | 'type_empty'
  | 'type_too_long'
  | 'type_differs'
  | 'not_utf8'
  | 'too_deep'
  | 'too_large';

/** What the page may find wrong with a frame that the core let through, by number. */
export const refusals = {
  not_json: 1,
  type_differs: 8,
  not_utf8: 9,
  too_large: 11,
} as const satisfies Partial<Record<Malformed, number>>;

/** The figures in the order in which they cross. */
export const metricNames: readonly string[] = [
  'quality.rttMs',
  'quality.rttP50Ms',
  'quality.rttP95Ms',
  'quality.jitterMs',
  'quality.loss',
  'queued.messages',
  'queued.bytes',
  'sent',
  'frames',
  'delivered',
  'dropped',
  'malformed',
  'invalid',
  'dials',
  'unconfirmed',
  'lastMessageAt',
  'sleptMs',
  'uptimeMs',
  'timeToUsableMs',
];

/** How much of a frame is copied to be routed, in bytes. */
export const headBytes = 256;

/** How many different patterns a connection may be subscribed to. */
export const subscriptionsMax = 4096;
