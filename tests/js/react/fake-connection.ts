// A connection that does what a test says: its status is set, its events are emitted, and what is
// asked of it is written down.
import { ConnectionError } from '../../../js-bindings/src/client/errors.js';
import type {
  Connection,
  ConnectionOptions,
  Diagnostics,
  Metrics,
  RealtimeEvent,
  Reconnection,
  Status,
  Unsubscribe,
} from '../../../js-bindings/src/client/types.js';

type Handler = (event: RealtimeEvent) => void;

export interface FakeConnection extends Connection {
  readonly options: ConnectionOptions;
  /** Every command, as `name` or `name:argument`. */
  readonly commands: string[];
  readonly disposed: () => boolean;
  /** How many listeners of any kind there are. */
  readonly listeners: () => number;
  readonly setStatus: (change: Partial<Status>) => void;
  readonly setMetrics: (change: Partial<Metrics>) => void;
  readonly emit: (type: string, data?: unknown) => void;
  readonly emitReconnected: (reconnection: Reconnection) => void;
  readonly changeIdentity: () => void;
}

export const liveStatus: Status = {
  state: 'connected',
  phase: 'ready',
  reason: null,
  attempt: 0,
  maxAttempts: 10,
  nextRetryAt: null,
  since: Date.UTC(2026, 0, 5, 9, 30),
  error: null,
  canRetry: true,
  endpoint: 'wss://desk.example/ws',
  environment: 'production',
  unproven: false,
};

/** Open, and nothing has come over it although an answer is overdue. */
export const unprovenStatus: Status = { ...liveStatus, unproven: true };

export const connectingStatus: Status = {
  ...liveStatus,
  state: 'connecting',
  phase: 'dialling',
};

export const waitingStatus: Status = {
  ...liveStatus,
  state: 'reconnecting',
  phase: 'waiting',
  attempt: 3,
};

export const exhaustedStatus: Status = {
  ...liveStatus,
  state: 'disconnected',
  phase: 'suspended',
  reason: 'exhausted',
  attempt: 10,
};

export const signedOutStatus: Status = {
  ...liveStatus,
  state: 'disconnected',
  phase: 'idle',
  reason: 'signed_out',
  canRetry: false,
};

export function fakeError(kind: ConnectionError['kind'], message: string, remedy: string) {
  return Object.assign(new Error(message), {
    kind,
    remedy,
    toJSON: () => ({ kind, message, remedy }),
  }) as ConnectionError;
}

export const fakeMetrics: Metrics = {
  quality: {
    rttMs: 23.4,
    rttP50Ms: 22,
    rttP95Ms: 41,
    jitterMs: 3,
    loss: 0,
    grade: 'good',
  },
  queued: { messages: 0, bytes: 0 },
  sent: 0,
  frames: 1,
  received: {},
  delivered: 1,
  dropped: 0,
  malformed: 0,
  invalid: 0,
  dials: 1,
  unconfirmed: 0,
  lastMessageAt: null,
  sleptMs: 0,
  uptimeMs: 0,
  timeToUsableMs: 120,
  retries: {},
  backlog: { events: 0, coalesced: 0, lost: 0 },
};

function createHub<Value>(count: (by: number) => void) {
  const listeners = new Set<(value: Value) => void>();
  return {
    add: (listener: (value: Value) => void): Unsubscribe => {
      // A wrapper each: adding a function twice makes two listeners.
      const entry = (value: Value) => listener(value);
      listeners.add(entry);
      count(1);
      return () => {
        if (listeners.delete(entry)) count(-1);
      };
    },
    emit: (value: Value) => {
      for (const listener of [...listeners]) listener(value);
    },
  };
}

const matches = (pattern: string, type: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;

export function createFakeConnection(
  options: ConnectionOptions = {},
  initial: Status = connectingStatus,
): FakeConnection {
  let status = initial;
  let metrics = fakeMetrics;
  let disposed = false;
  let listening = 0;
  const count = (by: number) => {
    listening += by;
  };
  const commands: string[] = [];
  const statuses = createHub<Status>(count);
  const figures = createHub<Metrics>(count);
  const events = createHub<RealtimeEvent>(count);
  const gaps = createHub<Reconnection>(count);
  const identities = createHub<undefined>(count);
  const dispose = () => {
    disposed = true;
  };

  return {
    options,
    commands,
    disposed: () => disposed,
    listeners: () => listening,
    connect: () => void commands.push('connect'),
    disconnect: () => void commands.push('disconnect'),
    reconnect: () => void commands.push('reconnect'),
    setIdentity: (identity) => {
      if (identity !== null && typeof identity !== 'string')
        throw new ConnectionError('option_invalid');
      commands.push(`setIdentity:${identity}`);
    },
    tokenChanged: () => void commands.push('tokenChanged'),
    subscribe: (pattern, handler) =>
      events.add((event) => {
        if (matches(pattern, event.type)) (handler as Handler)(event);
      }),
    send: async (type) => {
      commands.push(`send:${type}`);
      return { sentAt: 1 };
    },
    status: () => status,
    onStatus: statuses.add,
    metrics: () => metrics,
    onMetrics: figures.add,
    onReconnected: gaps.add,
    onIdentityChanged: (listener) => identities.add(() => listener()),
    diagnostics: () => ({ version: '0.1.0', status }) as Diagnostics,
    ready: async () => status,
    dispose,
    [Symbol.dispose ?? Symbol.for('dispose')]: dispose,
    setStatus: (change) => {
      status = { ...status, ...change };
      statuses.emit(status);
    },
    setMetrics: (change) => {
      metrics = { ...metrics, ...change };
      figures.emit(metrics);
    },
    emit: (type, data) => events.emit({ type, data, receivedAt: Date.now() }),
    emitReconnected: gaps.emit,
    changeIdentity: () => identities.emit(undefined),
  } as FakeConnection;
}
