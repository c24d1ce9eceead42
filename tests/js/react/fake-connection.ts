// The double of `keepline/test` as the tests of the React layer use it: with statuses of a fixed time, and
// errors that say what a test wants them to.
import type { ConnectionError } from '../../../js-bindings/src/client/errors.js';
import type {
  ConnectionOptions,
  DiallingStatus,
  IdleStatus,
  Metrics,
  PausedStatus,
  Phase,
  ReadyStatus,
  RefusedStatus,
  Status,
  SuspendedStatus,
  WaitingStatus,
} from '../../../js-bindings/src/client/types.js';
import { noMetrics } from '../../../js-bindings/src/engine/figures.js';
import {
  createFakeConnection as createDouble,
  type FakeConnection,
  fakeStatus,
} from '../../../js-bindings/src/test/index.js';

export type { FakeConnection } from '../../../js-bindings/src/test/index.js';

const since = Date.UTC(2026, 0, 5, 9, 30);

/** The status of a phase at a fixed time. */
export const fixed = <Name extends Phase>(phase: Name, change: Partial<Status> = {}) =>
  fakeStatus(phase, { since, endpoint: 'wss://desk.example/ws', ...change });

export const liveStatus: ReadyStatus = fixed('ready');
/** Open, and nothing has come over it although an answer is overdue. */
export const unprovenStatus: ReadyStatus = fixed('ready', { unproven: true });
/** The link is back, and what was missed comes. */
export const catchingUpStatus: ReadyStatus = fixed('ready', { delivery: 'catching_up' });
/** Something is missing, and nobody knows yet how much. */
export const interruptedStatus: ReadyStatus = fixed('ready', { delivery: 'interrupted' });
export const connectingStatus: DiallingStatus = fixed('dialling');
export const waitingStatus: WaitingStatus = fixed('waiting', { attempt: 3, nextRetryAt: since });
export const exhaustedStatus: SuspendedStatus = fixed('suspended');
export const refusedStatus: RefusedStatus = fixed('refused');
export const pausedStatus: PausedStatus = fixed('paused');
export const signedOutStatus: IdleStatus = fixed('idle');

export function fakeError(kind: ConnectionError['kind'], message: string, remedy: string) {
  return Object.assign(new Error(message), {
    kind,
    remedy,
    toJSON: () => ({ kind, message, remedy }),
  }) as ConnectionError;
}

export const fakeMetrics: Metrics = {
  ...noMetrics,
  quality: { rttMs: 23.4, rttP50Ms: 22, rttP95Ms: 41, jitterMs: 3, loss: 0, grade: 'good' },
  frames: 1,
  delivered: 1,
  dials: 1,
  timeToUsableMs: 120,
};

export function createFakeConnection(
  options: ConnectionOptions = {},
  status: Status = connectingStatus,
): FakeConnection {
  const connection = createDouble({ options, status });
  connection.setMetrics(fakeMetrics);
  return connection;
}
