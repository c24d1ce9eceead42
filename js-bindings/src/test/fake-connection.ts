// A connection that does what a test says: its status is set, its events are emitted, and what is asked of
// it is written down. Nothing is loaded, dialled or timed.
//
// Subscriptions, batches and checks are the real ones: a handler that works here works there. What only a
// server can decide is the test's to say.
import { SendError, type SendErrorKind } from '../client/errors.js';
import { createListeners } from '../client/listeners.js';
import { createStore } from '../client/store.js';
import { checkSubscription } from '../client/subscription-check.js';
import { Subscriptions } from '../client/subscriptions.js';
import type {
  Connection,
  ConnectionOptions,
  Diagnostics,
  Metrics,
  Phase,
  RealtimeEvent,
  Reconnection,
  RegisteredEvents,
  RegisteredMessages,
  SendOptions,
  SendReceipt,
  Status,
  Unsubscribe,
} from '../client/types.js';
import { version } from '../client/version.js';
import { write } from '../client/write.js';
import { noMetrics } from '../engine/figures.js';
import { fakeStatus } from './statuses.js';

export interface FakeConnectionSetup {
  /** The first status, or the phase of one; default `'ready'`. */
  readonly status?: Phase | Status | undefined;
  /**
   * Messages wait until the test resolves or rejects them, whatever the status. By default they go out
   * while the status is `ready`, as they do in earnest, and wait until it is.
   */
  readonly holdSends?: boolean | undefined;
  /** What the application would have given; `options` of the double says it again. */
  readonly options?: ConnectionOptions | undefined;
}

/** A message that was sent, and what becomes of it. */
export interface SentMessage<Type = string, Data = unknown> {
  readonly type: Type;
  /** As the server would read it: what is no JSON is gone. */
  readonly data: Data;
  readonly options: SendOptions;
  /** Whether it still waits. */
  readonly waits: boolean;
  /** The frame was handed to the socket. */
  resolve(receipt?: SendReceipt): void;
  /** It was not. */
  reject(kind: SendErrorKind): void;
}

type SentOf<Messages> = string extends keyof Messages
  ? SentMessage
  : { [Type in keyof Messages]: SentMessage<Type, Messages[Type]> }[keyof Messages];

type EmittedType<Events> = string extends keyof Events ? string : keyof Events & string;

export interface FakeConnection<Events = RegisteredEvents, Messages = RegisteredMessages>
  extends Connection<Events, Messages> {
  readonly options: ConnectionOptions;
  /** Every command, as `name` or `name:argument`: `reconnect`, `setIdentity:ann`, `send:note`. */
  readonly commands: readonly string[];
  /** Every message that was sent, the newest at the end. */
  readonly sent: readonly SentOf<Messages>[];
  readonly disposed: () => boolean;
  /** How many subscriptions and listeners of any kind there are: 0 where everything was undone. */
  readonly listeners: () => number;
  /** Hands an event over at once, whatever the status; `more` are its other members, as `seq`. */
  readonly emit: <Type extends EmittedType<Events>>(
    type: Type,
    ...rest: undefined extends Events[Type & keyof Events]
      ? [data?: Events[Type & keyof Events], more?: EventMembers]
      : [data: Events[Type & keyof Events], more?: EventMembers]
  ) => void;
  /** Another phase, with all that goes with it, or some members of the present status. */
  readonly setStatus: (change: Phase | Partial<Status>) => void;
  readonly setMetrics: (change: Partial<Metrics>) => void;
  /** The link is back: what `onReconnected` and `useReconnected` wait for. */
  readonly emitReconnected: (reconnection?: Partial<Reconnection>) => void;
  /** Another user is there: what `onIdentityChanged` waits for. */
  readonly changeIdentity: () => void;
}

/** What an event may have beside its type and its data. */
export interface EventMembers {
  readonly seq?: number | undefined;
  readonly id?: string | undefined;
  readonly ts?: number | undefined;
  readonly receivedAt?: number | undefined;
}

/** Another phase brings its own shape along; what went wrong, and where it dials, stay. */
function changed(before: Status, change: Phase | Partial<Status>): Status {
  const members: Partial<Status> =
    typeof change === 'string' ? ({ phase: change } as Partial<Status>) : change;
  const { phase } = members;
  const moved = phase !== undefined && phase !== before.phase;
  const { error, endpoint, environment } = before;
  const base = moved ? { ...fakeStatus(phase), endpoint, environment } : before;
  if (moved && phase !== 'ready') Object.assign(base, { error });
  const next = { ...base, ...members } as Status;
  const since = next.state === before.state ? before.since : Date.now();
  return Object.freeze({ ...next, since: members.since ?? since });
}

/** Where nothing that is sent can ever go out. */
const isEnd = ({ phase, reason }: Status): boolean =>
  phase === 'closed' || (phase === 'idle' && reason === 'signed_out');

interface Waiting {
  readonly message: SentMessage;
  readonly resolve: (receipt: SendReceipt) => void;
  readonly reject: (error: SendError) => void;
}

/** What was sent: waits for the status, or for the test. */
function createOutbox(status: () => Status, held: boolean) {
  const waiting = new Set<Waiting>();
  const sent: SentMessage[] = [];
  const settle = (each: Waiting, kind?: SendErrorKind, receipt?: SendReceipt) => {
    if (!waiting.delete(each)) return;
    if (kind) each.reject(new SendError(kind));
    else each.resolve(receipt ?? { sentAt: Date.now() });
  };
  const look = () => {
    const now = status();
    for (const each of waiting) {
      if (isEnd(now)) settle(each, 'disconnected');
      else if (now.phase === 'ready' && !held) settle(each);
    }
  };
  const send = (type: string, data: unknown, options: SendOptions): Promise<SendReceipt> => {
    const written = write(data);
    const promise = new Promise<SendReceipt>((resolve, reject) => {
      if ('problem' in written) throw new SendError('not_serialisable', written.problem);
      const message: SentMessage = {
        type,
        data: written.json === '' ? undefined : JSON.parse(written.json),
        options,
        get waits() {
          return waiting.has(each);
        },
        resolve: (receipt) => settle(each, undefined, receipt),
        reject: (kind) => settle(each, kind),
      };
      const each: Waiting = { message, resolve, reject };
      sent.push(message);
      waiting.add(each);
      look();
    });
    // As in earnest: whoever does not look at the outcome is not told of an unhandled rejection.
    promise.catch(() => undefined);
    return promise;
  };
  const end = () => {
    for (const each of waiting) settle(each, 'disconnected');
  };
  return { sent, send, look, end };
}

/** Resolves once `ready`; rejects where the connection is refused, or ends. */
function whenReady(
  status: () => Status,
  onStatus: (listener: () => void) => Unsubscribe,
): Promise<Status> {
  const promise = new Promise<Status>((resolve, reject) => {
    let stop: Unsubscribe = () => {};
    const look = () => {
      const now = status();
      if (now.phase === 'ready') resolve(now);
      else if (now.phase === 'refused' || isEnd(now)) {
        reject(now.error ?? new SendError('disconnected'));
      } else return;
      stop();
    };
    stop = onStatus(look);
    look();
  });
  promise.catch(() => undefined);
  return promise;
}

/** Made for tests: `<RealtimeProvider connection={createFakeConnection()}>`. */
export function createFakeConnection<Events = RegisteredEvents, Messages = RegisteredMessages>({
  status: first = 'ready',
  holdSends = false,
  options = {},
}: FakeConnectionSetup = {}): FakeConnection<Events, Messages> {
  const status = createStore<Status>(typeof first === 'string' ? fakeStatus(first) : first);
  const subscriptions = new Subscriptions();
  const gaps = createListeners<Reconnection>();
  const identities = createListeners<void>();
  const figures = createListeners<Metrics>();
  const outbox = createOutbox(status.get, holdSends);
  const commands: string[] = [];
  let metrics = noMetrics;
  let disposed = false;
  let listening = 0;

  const command = (name: string) => {
    if (!disposed) commands.push(name);
  };
  /** Counted until it is undone; after the end nobody hears of anything. */
  const listen = (add: () => Unsubscribe): Unsubscribe => {
    if (disposed) return () => {};
    let undo: Unsubscribe | null = add();
    listening += 1;
    return () => {
      if (!undo) return;
      undo();
      undo = null;
      listening -= 1;
    };
  };
  const setStatus = (change: Phase | Partial<Status>) => {
    if (disposed) return;
    status.set(changed(status.get(), change));
    outbox.look();
  };
  const dispose = () => {
    if (disposed) return;
    setStatus('closed');
    disposed = true;
    outbox.end();
    subscriptions.clear();
    for (const each of [gaps, identities, figures, status]) each.clear();
    listening = 0;
  };

  const connection = {
    connect: () => command('connect'),
    disconnect: () => command('disconnect'),
    reconnect: () => command('reconnect'),
    setIdentity: (identity: string | null) => command(`setIdentity:${identity}`),
    tokenChanged: () => command('tokenChanged'),
    subscribe: (...wanted: Parameters<Subscriptions['add']>) => {
      checkSubscription(...wanted);
      const { signal, ...how }: { signal?: AbortSignal } & (typeof wanted)[2] = wanted[2] ?? {};
      if (signal?.aborted) return () => {};
      const remove = listen(() => subscriptions.add(wanted[0], wanted[1], how));
      const unsubscribe = () => {
        signal?.removeEventListener('abort', unsubscribe);
        remove();
      };
      signal?.addEventListener('abort', unsubscribe);
      return unsubscribe;
    },
    send: (type: string, data?: unknown, how: SendOptions = {}) => {
      command(`send:${type}`);
      if (!disposed) return outbox.send(type, data, how);
      const rejected = Promise.reject(new SendError('disconnected'));
      rejected.catch(() => undefined);
      return rejected;
    },
    status: status.get,
    onStatus: (listener: (status: Status) => void) => listen(() => status.subscribe(listener)),
    metrics: () => metrics,
    onMetrics: (listener: (metrics: Metrics) => void) => listen(() => figures.add(listener)),
    onReconnected: (listener: (gap: Reconnection) => void) => listen(() => gaps.add(listener)),
    onIdentityChanged: (listener: () => void) => listen(() => identities.add(listener)),
    diagnostics: (): Diagnostics => ({
      version,
      userAgent: '',
      takenAt: Date.now(),
      status: status.get(),
      options: {},
      metrics,
      host: { asked: options.host ?? 'page', runsIn: null, why: '' },
      transitions: [],
      malformed: [],
      invalid: [],
    }),
    ready: () => whenReady(status.get, status.subscribe),
    dispose,
  } satisfies Omit<Connection, 'subscribe' | 'send' | keyof Disposable> & Record<string, unknown>;

  const controls = {
    options,
    commands,
    sent: outbox.sent,
    disposed: () => disposed,
    listeners: () => listening,
    emit: (type: string, data?: unknown, more: EventMembers = {}) => {
      if (disposed) return;
      const { receivedAt = Date.now(), ...members } = more;
      subscriptions.dispatch({ type, data, ...members, receivedAt } as RealtimeEvent);
    },
    setStatus,
    setMetrics: (change: Partial<Metrics>) => {
      metrics = { ...metrics, ...change };
      figures.emit(metrics);
    },
    emitReconnected: (gap: Partial<Reconnection> = {}) =>
      gaps.emit({ downMs: 1000, identityChanged: false, missed: 'unknown', ...gap }),
    changeIdentity: () => {
      subscriptions.dropGathered();
      identities.emit();
    },
  };
  const fake = { ...connection, ...controls };
  const disposal = Symbol.dispose as symbol | undefined;
  if (disposal) Object.defineProperty(fake, disposal, { value: dispose });
  return fake as unknown as FakeConnection<Events, Messages>;
}
