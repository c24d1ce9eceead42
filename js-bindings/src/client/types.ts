// The public shapes of the package: what an application gives and what it gets.
//
// Types only: nothing here runs. Event payloads and option types that have a table in C++ are
// generated from it and only named here.
import type { RealtimeEvent } from '../engine/event.js';
import type { Metrics, TransitionLine } from '../engine/figures.js';
import type { KeeplineEvents } from '../generated/events.js';
import type { TableOptions } from '../generated/options.js';
import type { CorePhase, Environment, LogLevel, Reason, State } from '../generated/status.js';
import type { CoalesceBy } from './coalesce-key.js';
import type { ConnectionError } from './errors.js';
import type { SendErrorKind } from './send-texts.js';

export type { RealtimeEvent } from '../engine/event.js';
export type { Backlog, Metrics, Quality, TransitionLine } from '../engine/figures.js';
export type { CoalesceBy, Environment, KeeplineEvents, LogLevel, Reason, SendErrorKind, State };

/** What the connection is doing. `loading` is the WebAssembly module's own way to the page. */
export type Phase = 'loading' | CorePhase;

/** An immutable snapshot: the same object until one of its members changes. Times are wall-clock ms. */
export interface Status {
  readonly state: State;
  readonly phase: Phase;
  readonly reason: Reason | null;
  /** Which wait of `maxAttempts` this is; 0 before the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly nextRetryAt: number | null;
  /** When `state` began. */
  readonly since: number;
  /** What went wrong last; stays until the next `ready`. */
  readonly error: ConnectionError | null;
  /** Whether `reconnect()` has something to offer to a person. */
  readonly canRetry: boolean;
  /** What is dialled, without its query; null where there is none yet. */
  readonly endpoint: string | null;
  readonly environment: Environment | null;
  /**
   * True only while `state` is `connected`: nothing at all has come over this link, although an answer is
   * overdue. Nobody knows whether anything gets through.
   */
  readonly unproven: boolean;
}

/** The event that a subscription to `Pattern` gets: typed where the pattern is one known type. */
export type EventOf<Events, Pattern extends string> = Pattern extends keyof Events
  ? RealtimeEvent<Pattern, Events[Pattern]>
  : RealtimeEvent;

/** A known type (completed by the editor), any other type, a prefix `'import_*'`, or `'*'`. */
export type EventPattern<Events> = (keyof Events & string) | (string & {});

export type EventHandler<Events, Pattern extends string> = (
  event: EventOf<Events, Pattern>,
) => void;

/** Undoes a subscription; calling it again is harmless. */
export type Unsubscribe = () => void;

export interface SubscribeOptions {
  /** Unsubscribes when aborted. */
  readonly signal?: AbortSignal;
}

/** For handlers that take many events at once. */
export interface BatchOptions<Event = RealtimeEvent> extends SubscribeOptions {
  /**
   * Called at most once a frame, with all that came since, in order. While the page is hidden, as often
   * as the browser lets timers run.
   */
  readonly batch: 'frame';
  /**
   * Of events with the same key in one batch only the newest is handed over: the name of a member of
   * the payload, or what a function makes of the event. Events whose key is undefined or null are kept;
   * one for which the function throws is left out, and what it threw is reported.
   */
  readonly coalesceBy?: CoalesceBy<Event>;
}

export interface SendOptions {
  /** How long the message may wait for a usable link; `queue.ttlMs` where absent. */
  readonly ttlMs?: number;
  /** The `id` member of the envelope, at most 64 bytes. */
  readonly id?: string;
}

export interface SendReceipt {
  /** When the frame was handed to the socket, wall-clock ms. Says nothing of delivery. */
  readonly sentAt: number;
}

export interface ReadyOptions {
  /** Gives up waiting; the connection goes on. */
  readonly signal?: AbortSignal | undefined;
  /** So long a wait, in ms; without it, as long as there is hope. */
  readonly timeoutMs?: number | undefined;
}

export interface TokenRequest {
  /** The last token was rejected: answer with a newer one. */
  readonly forceRefresh: boolean;
  /** Aborted when the answer no longer counts. */
  readonly signal: AbortSignal;
}

/** A JWT, or null where nobody is signed in. A rejection counts as a failed attempt. */
export type TokenProvider = (request: TokenRequest) => Promise<string | null> | string | null;

/** Which subprotocols are offered; a function makes the list itself. */
export type Subprotocols =
  | 'keepline'
  | 'token-only'
  | 'none'
  | ((token: string | null) => readonly string[]);

/** Replaces the console. The text is already redacted. */
export type LogSink = (level: LogLevel, text: string) => void;

/** Where the connection's module runs, and with it the socket, the heartbeat and the routing. */
export type Host = 'page' | 'worker';

/** Where it was asked to run, and where it does. */
export interface HostReport {
  readonly asked: Host;
  /** Null while it is on its way. */
  readonly runsIn: Host | null;
  /** Why it is not where it was asked to be; else empty. */
  readonly why: string;
}

/** Options with a range are generated; these have none. */
export interface ConnectionOptions extends TableOptions {
  readonly getToken?: TokenProvider;
  /** Who is signed in: an opaque key. A change drops what belonged to the former one. */
  readonly identity?: string | null | undefined;
  readonly subprotocols?: Subprotocols;
  /** Connect without being asked; default true. */
  readonly autoConnect?: boolean;
  readonly log?: LogSink;
  /**
   * `worker`: a dedicated worker, so that the page's thread is left alone; where none can be had, the
   * page. Default `'page'`.
   */
  readonly host?: Host;
  /** Where the `.wasm` file is; beside the module by default. */
  readonly wasmUrl?: string | URL | undefined;
  /** The bytes of the `.wasm` file, or the compiled module: nothing is fetched then. */
  readonly wasmBinary?: BufferSource | WebAssembly.Module;
  /** Where `worker.js` is, for `host: 'worker'`; beside the module by default. */
  readonly workerUrl?: string | URL | undefined;
  /** The page's location, for a worker whose own is not the page's; read from `location` by default. */
  readonly page?: string;
}

/** The link is usable again after having been usable before. */
export interface Reconnection {
  readonly downMs: number;
  readonly identityChanged: boolean;
  /** Whether events were missed: without resumption nobody can say. */
  readonly missed: 'unknown';
}

/** Plain JSON, bounded and redacted, that a person may paste into a ticket. */
export interface Diagnostics {
  readonly version: string;
  readonly userAgent: string;
  readonly takenAt: number;
  readonly status: Status;
  readonly options: Readonly<Record<string, unknown>>;
  readonly metrics: Metrics;
  readonly host: HostReport;
  readonly transitions: readonly TransitionLine[];
  /** The structure of the first malformed frames, without their content. */
  readonly malformed: readonly string[];
  /** Where the first payloads that did not fit their type went wrong. */
  readonly invalid: readonly string[];
}

/**
 * One link to one server. Members may be taken off the object and called alone.
 * After `dispose()` commands do nothing, subscriptions never fire, and `send` rejects.
 */
export interface Connection<Events = KeeplineEvents> {
  connect(): void;
  disconnect(): void;
  /** Cancels what is pending and dials now, in every phase. */
  reconnect(): void;
  setIdentity(identity: string | null): void;
  /** Another token is there: a rejected or signed-out connection asks for it. */
  tokenChanged(): void;

  subscribe<Pattern extends EventPattern<Events>>(
    pattern: Pattern,
    handler: EventHandler<Events, Pattern>,
    options?: SubscribeOptions,
  ): Unsubscribe;
  subscribe<Pattern extends EventPattern<Events>>(
    pattern: Pattern,
    handler: (events: readonly EventOf<Events, Pattern>[]) => void,
    options: BatchOptions<EventOf<Events, Pattern>>,
  ): Unsubscribe;
  /** Resolves when the frame was handed to an open, usable socket; rejects with a `SendError`. */
  send(type: string, data?: unknown, options?: SendOptions): Promise<SendReceipt>;

  status(): Status;
  onStatus(listener: (status: Status) => void): Unsubscribe;
  metrics(): Metrics;
  /** At most once a second, while somebody listens. */
  onMetrics(listener: (metrics: Metrics) => void): Unsubscribe;
  /** Refetch what may have been missed. */
  onReconnected(listener: (reconnection: Reconnection) => void): Unsubscribe;
  /** Drop what belonged to the former identity. */
  onIdentityChanged(listener: () => void): Unsubscribe;
  diagnostics(): Diagnostics;

  /**
   * Resolves once the link is usable. Rejects with a `ConnectionError` where none will come by itself:
   * refused, attempts used up (`exhausted`), closed, disposed of or nobody signed in (`disconnected`),
   * a module that can never load, or `timeoutMs` over (`connect_timeout`); with the signal's reason where
   * that is aborted.
   */
  ready(options?: ReadyOptions): Promise<Status>;
  dispose(): void;
  [Symbol.dispose](): void;
}
