// A connection that does what a test says: its status is set, its events are emitted, and what is asked of
// it is written down. Nothing is loaded, dialled or timed.
//
// Subscriptions, batches and checks are the real ones: a handler that works here works there. What only a
// server can decide is the test's to say.

import { AnsweredSends, requestBy } from '../client/answered-sends.js';
import { checkFailures, checkIdentity, checkSubscription } from '../client/argument-checks.js';
import { createListeners } from '../client/listeners.js';
import { composeMessage, type OutgoingMessage } from '../client/outgoing.js';
import { whenReady, whyNever } from '../client/ready.js';
import { createStore } from '../client/store.js';
import { Subscriptions } from '../client/subscriptions.js';
import type {
  Connection,
  ConnectionOptions,
  Diagnostics,
  Gap,
  Metrics,
  OutcomeOptions,
  Phase,
  ReadyOptions,
  RealtimeEvent,
  Reconnection,
  RegisteredEvents,
  RegisteredMessages,
  RequestOptions,
  SendOptions,
  SendReceipt,
  ServerVersion,
  Status,
  Unsubscribe,
} from '../client/types.js';
import { undoneBy } from '../client/undone-by.js';
import { version } from '../client/version.js';
import { noMetrics } from '../engine/figures.js';
import { createOutbox, type FakeAnswer, type SentMessage } from './outbox.js';
import { fakeStatus } from './statuses.js';

export interface FakeConnectionSetup {
  /** The first status, or the phase of one; default `'ready'`. */
  readonly status?: Phase | Status | undefined;
  /**
   * Messages wait until the test resolves or rejects them, whatever the status. By default they go out
   * while the status is `ready`, as they do in earnest, and wait until it is.
   */
  readonly holdSends?: boolean | undefined;
  /** What the server makes of messages with `ack`, and of requests; what it throws rejects them. */
  readonly answer?: FakeAnswer | undefined;
  /** What the application would have given; `options` of the double says it again. */
  readonly options?: ConnectionOptions | undefined;
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
  /** Events are missing: what `onGap` waits for. */
  readonly emitGap: (gap?: Partial<Gap>) => void;
  /** The server was replaced: what `onServerVersion` waits for. */
  readonly emitServerVersion: (version?: Partial<ServerVersion>) => void;
  /** What `position()` says from now on. */
  readonly setPosition: (position: string | null) => void;
  /** What `drawWait` answers from now on; at first 1000 ms after one failure, and twice as much after each more. */
  readonly setWait: (wait: (failures: number) => number | null) => void;
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

/** What the double is made of. */
function makeParts({
  status = 'ready',
  holdSends = false,
  answer = () => undefined,
  options = {},
}: FakeConnectionSetup) {
  const statuses = createStore<Status>(typeof status === 'string' ? fakeStatus(status) : status);
  const outbox = createOutbox({ status: statuses.get, held: holdSends, answer });
  return {
    options,
    statuses,
    subscriptions: new Subscriptions(),
    reconnections: createListeners<Reconnection>(),
    gaps: createListeners<Gap>(),
    serverVersions: createListeners<ServerVersion>(),
    position: null as string | null,
    wait: ((failures) => 1000 * 2 ** (failures - 1)) as (failures: number) => number | null,
    identities: createListeners<void>(),
    figures: createListeners<Metrics>(),
    outbox,
    answered: new AnsweredSends(outbox.deliver, () => null),
    commands: [] as string[],
    metrics: noMetrics,
    disposed: false,
    listening: 0,
  };
}

type Parts = ReturnType<typeof makeParts>;

function setStatus(parts: Parts, change: Phase | Partial<Status>): void {
  if (parts.disposed) return;
  parts.statuses.set(changed(parts.statuses.get(), change));
  parts.outbox.look();
}

/** Counted until it is undone; after the end nobody hears of anything. */
function listen(parts: Parts, add: () => Unsubscribe): Unsubscribe {
  if (parts.disposed) return () => {};
  let undo: Unsubscribe | null = add();
  parts.listening += 1;
  return () => {
    if (!undo || parts.disposed) return;
    undo();
    undo = null;
    parts.listening -= 1;
  };
}

function subscribe(parts: Parts, ...wanted: Parameters<Subscriptions['add']>): Unsubscribe {
  checkSubscription(...wanted);
  const [pattern, handler, given = {}] = wanted;
  const { signal, ...how }: { signal?: AbortSignal } & typeof given = given;
  if (signal?.aborted) return () => {};
  return undoneBy(
    signal,
    listen(parts, () => parts.subscriptions.add(pattern, handler, how)),
  );
}

function send(
  { answered, outbox }: Parts,
  type: string,
  data: unknown,
  how: SendOptions,
): Promise<SendReceipt> {
  let message: OutgoingMessage;
  try {
    message = composeMessage(type, data, how, 0);
  } catch (reason) {
    return rejected(reason);
  }
  return message.ack ? answered.send(message, data) : outbox.deliver(message, how);
}

/** Whoever does not look at it is not told of an unhandled rejection. */
function rejected(reason: unknown): Promise<never> {
  const promise = Promise.reject(reason);
  promise.catch(() => undefined);
  return promise;
}

function dispose(parts: Parts): void {
  if (parts.disposed) return;
  setStatus(parts, 'closed');
  parts.disposed = true;
  parts.outbox.end();
  parts.answered.forget();
  parts.subscriptions.clear();
  for (const each of [
    parts.reconnections,
    parts.gaps,
    parts.serverVersions,
    parts.identities,
    parts.figures,
    parts.statuses,
  ])
    each.clear();
  parts.listening = 0;
}

/** What the application sees. */
function makeConnection(parts: Parts) {
  const { statuses, answered, commands } = parts;
  const command = (name: string) => {
    if (!parts.disposed) commands.push(name);
  };
  return {
    connect: () => command('connect'),
    disconnect: () => command('disconnect'),
    reconnect: () => command('reconnect'),
    setIdentity: (identity: string | null) => {
      checkIdentity(identity);
      command(`setIdentity:${identity}`);
    },
    tokenChanged: () => command('tokenChanged'),
    subscribe: (...wanted: Parameters<Subscriptions['add']>) => subscribe(parts, ...wanted),
    send: (type: string, data?: unknown, how: SendOptions = {}) => {
      command(`send:${type}`);
      return send(parts, type, data, how);
    },
    request: (type: string, data?: unknown, how: RequestOptions = {}) => {
      command(`request:${type}`);
      return requestBy((...message) => send(parts, ...message), type, data, how);
    },
    outcome: (id: string, { timeoutMs = 30_000 }: OutcomeOptions = {}) => {
      command(`outcome:${id}`);
      return answered.outcome(id, timeoutMs);
    },
    '~watchSends': answered.watched.add,
    status: statuses.get,
    onStatus: (listener: (status: Status) => void) =>
      listen(parts, () => statuses.subscribe(listener)),
    metrics: () => parts.metrics,
    onMetrics: (listener: (metrics: Metrics) => void) =>
      listen(parts, () => parts.figures.add(listener)),
    onReconnected: (listener: (reconnection: Reconnection) => void) =>
      listen(parts, () => parts.reconnections.add(listener)),
    onGap: (listener: (gap: Gap) => void) => listen(parts, () => parts.gaps.add(listener)),
    onServerVersion: (listener: (version: ServerVersion) => void) =>
      listen(parts, () => parts.serverVersions.add(listener)),
    position: () => parts.position,
    resumeFrom: (position: string) => command(`resumeFrom:${position}`),
    drawWait: (failures: number) => {
      checkFailures(failures);
      return Promise.resolve(parts.disposed ? null : parts.wait(failures));
    },
    onIdentityChanged: (listener: () => void) =>
      listen(parts, () => parts.identities.add(listener)),
    diagnostics: (): Diagnostics => ({
      version,
      userAgent: '',
      takenAt: Date.now(),
      status: statuses.get(),
      options: {},
      metrics: parts.metrics,
      host: { asked: parts.options.host ?? 'page', runsIn: null, why: '' },
      transitions: [],
      malformed: [],
      invalid: [],
    }),
    // What the application asked for is not looked at: the status is the test's.
    ready: (options?: ReadyOptions) =>
      whenReady(statuses, (status) => whyNever(status, false), options),
    dispose: () => dispose(parts),
  } satisfies Omit<Connection, 'subscribe' | 'send' | 'request' | keyof Disposable> &
    Record<string, unknown>;
}

/** What the test sees besides. */
function makeControls(parts: Parts) {
  return {
    options: parts.options,
    commands: parts.commands,
    sent: parts.outbox.sent,
    disposed: () => parts.disposed,
    listeners: () => parts.listening,
    emit: (type: string, data?: unknown, more: EventMembers = {}) => {
      if (parts.disposed) return;
      const { receivedAt = Date.now(), ...members } = more;
      parts.subscriptions.dispatch({ type, data, ...members, receivedAt } as RealtimeEvent);
    },
    setStatus: (change: Phase | Partial<Status>) => setStatus(parts, change),
    setMetrics: (change: Partial<Metrics>) => {
      parts.metrics = { ...parts.metrics, ...change };
      parts.figures.emit(parts.metrics);
    },
    emitReconnected: (reconnection: Partial<Reconnection> = {}) =>
      parts.reconnections.emit({
        downMs: 1000,
        identityChanged: false,
        missed: 'unknown',
        ...reconnection,
      }),
    emitGap: (gap: Partial<Gap> = {}) =>
      parts.gaps.emit({ from: null, to: null, reason: 'trimmed', spreadMs: 0, ...gap }),
    emitServerVersion: (version: Partial<ServerVersion> = {}) =>
      parts.serverVersions.emit({ build: '2', previous: '1', ...version }),
    setPosition: (position: string | null) => {
      parts.position = position;
    },
    setWait: (wait: (failures: number) => number | null) => {
      parts.wait = wait;
    },
    changeIdentity: () => {
      parts.subscriptions.dropGathered();
      parts.answered.forget();
      parts.identities.emit();
    },
  };
}

/** Made for tests: `<RealtimeProvider connection={createFakeConnection()}>`. */
export function createFakeConnection<Events = RegisteredEvents, Messages = RegisteredMessages>(
  setup: FakeConnectionSetup = {},
): FakeConnection<Events, Messages> {
  const parts = makeParts(setup);
  const fake = { ...makeConnection(parts), ...makeControls(parts) };
  const disposal = Symbol.dispose as symbol | undefined;
  if (disposal) Object.defineProperty(fake, disposal, { value: fake.dispose });
  return fake as unknown as FakeConnection<Events, Messages>;
}
