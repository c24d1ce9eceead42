// A status for each phase, as the connection itself would tell it: what belongs together stays together.
import type { Phase, Status } from '../client/types.js';

const common = {
  reason: null,
  attempt: 0,
  maxAttempts: 10,
  nextRetryAt: null,
  error: null,
  canRetry: true,
  endpoint: 'wss://app.example/ws',
  environment: 'production',
  unproven: false,
  delivery: null,
} as const;

/** How far ahead the next attempt is where a test does not say it. */
const waitMs = 5000;

type Shapes = { readonly [Name in Phase]: (now: number) => Status & { readonly phase: Name } };

const disconnected = { ...common, state: 'disconnected' } as const;

const shapes: Shapes = {
  loading: (since) => ({
    ...common,
    state: 'connecting',
    phase: 'loading',
    canRetry: false,
    endpoint: null,
    environment: null,
    since,
  }),
  idle: (since) => ({
    ...disconnected,
    phase: 'idle',
    reason: 'signed_out',
    canRetry: false,
    since,
  }),
  authenticating: (since) => ({
    ...common,
    state: 'connecting',
    phase: 'authenticating',
    since,
  }),
  dialling: (since) => ({ ...common, state: 'connecting', phase: 'dialling', since }),
  ready: (since) => ({ ...common, state: 'connected', phase: 'ready', since }),
  waiting: (since) => ({
    ...common,
    state: 'reconnecting',
    phase: 'waiting',
    attempt: 1,
    nextRetryAt: since + waitMs,
    since,
  }),
  suspended: (since) => ({
    ...disconnected,
    phase: 'suspended',
    reason: 'exhausted',
    attempt: common.maxAttempts,
    since,
  }),
  paused: (since) => ({
    ...disconnected,
    phase: 'paused',
    reason: 'page_hidden',
    canRetry: false,
    since,
  }),
  refused: (since) => ({ ...disconnected, phase: 'refused', reason: 'refused', since }),
  closed: (since) => ({
    ...disconnected,
    phase: 'closed',
    reason: 'application',
    canRetry: false,
    since,
  }),
};

/** The status of a phase, with what a test changes of it; times are those of this moment. */
export function fakeStatus<Name extends Phase>(
  phase: Name,
  change: Partial<Status> = {},
): Status & { readonly phase: Name } {
  return { ...shapes[phase](Date.now()), ...change } as Status & { readonly phase: Name };
}
