// Generated from wasm/core/state.hpp, output.hpp, envelope.hpp, routes.hpp and endpoint.hpp: change it there.
//
// The words of a status, of what became of a message and of what happens to a page: as types, and
// as lists or numbers where they cross as numbers.

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
  | 'reserved_type'
  | 'done'
  | 'repeated'
  | 'rejected'
  | 'unconfirmed'
  | 'unsupported';

export const sendOutcomes: readonly SendOutcome[] = [
  'sent',
  'queue_full',
  'expired',
  'too_big',
  'not_serialisable',
  'disconnected',
  'identity_changed',
  'reserved_type',
  'done',
  'repeated',
  'rejected',
  'unconfirmed',
  'unsupported',
];

/** How the event stream is doing, on a link whose server keeps a log of it. */
export type Delivery = 'live' | 'catching_up' | 'interrupted';

/** What was missed while there was no link. */
export type Missed = 'none' | 'replayed' | 'unknown';

export const missedWords: readonly Missed[] = ['none', 'replayed', 'unknown'];

/** Why a stretch of the event stream is missing. */
export type GapReason =
  | 'trimmed'
  | 'too_many'
  | 'epoch'
  | 'ahead'
  | 'invalid'
  | 'slow'
  | 'unavailable'
  | 'unanswered'
  | 'lost';

export const gapReasons: readonly GapReason[] = [
  'trimmed',
  'too_many',
  'epoch',
  'ahead',
  'invalid',
  'slow',
  'unavailable',
  'unanswered',
  'lost',
];

/** How severe a line of the log is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

// What happens to a page, by number.
export const onlineSignal = 0;
export const offlineSignal = 1;
export const visibleSignal = 2;
export const hiddenSignal = 3;
export const frozenSignal = 4;
export const resumedSignal = 5;
export const pageHiddenSignal = 6;
export const pageShownSignal = 7;

// What the page may find wrong with a frame that the core let through, by number.
export const notJson = 1;
export const typeDiffers = 8;
export const notUtf8 = 9;
export const tooLarge = 11;

/** The figures in the order in which they cross, as they are before any was measured. */
export const noFigures = {
  quality: {
    rttMs: null,
    rttP50Ms: null,
    rttP95Ms: null,
    jitterMs: null,
    loss: null,
  },
  queued: {
    messages: 0,
    bytes: 0,
  },
  sent: 0,
  frames: 0,
  delivered: 0,
  dropped: 0,
  malformed: 0,
  invalid: 0,
  dials: 0,
  unconfirmed: 0,
  lastMessageAt: null,
  sleptMs: 0,
  uptimeMs: 0,
  timeToUsableMs: null,
  duplicates: 0,
  lostOnLink: 0,
  gaps: 0,
};

/** How much of a frame is copied to be routed, in bytes. */
export const headBytes = 256;

/** How many different patterns a connection may be subscribed to. */
export const subscriptionsMax = 4096;
