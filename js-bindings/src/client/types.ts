// The public shapes of the package: what an application gives and what it gets.
//
// Types only: nothing here runs. Event payloads and option types that have a table in C++ are
// generated from it and only named here.
import type { RealtimeEvent } from '../engine/event.js';
import type { Metrics, TransitionLine } from '../engine/figures.js';
import type { TableOptions } from '../generated/options.js';
import type { GapReason, LogLevel, Missed } from '../generated/status.js';
import type { AnsweredSend } from './answered-sends.js';
import type { CoalesceBy } from './coalesce-key.js';
import type {
  BatchHandler,
  EventHandler,
  EventOf,
  EventPattern,
  MessageType,
} from './event-types.js';
import type { RegisteredEvents, RegisteredMessages } from './register.js';
import type {
  OutcomeOptions,
  RequestArguments,
  ResultOf,
  SendArguments,
  SendReceipt,
} from './send-types.js';
import type { Status } from './status.js';

export type { RealtimeEvent } from '../engine/event.js';
export type { Backlog, Metrics, Quality, TransitionLine } from '../engine/figures.js';
export type {
  Delivery,
  Environment,
  GapReason,
  LogLevel,
  Missed,
  Reason,
  State,
} from '../generated/status.js';
export type { CoalesceBy } from './coalesce-key.js';
export type { Rejection, SendErrorKind } from './errors.js';
export type {
  BatchHandler,
  EventHandler,
  EventOf,
  EventPattern,
  MessageType,
  NoSuchEvent,
} from './event-types.js';
export type {
  Register,
  RegisteredEvents,
  RegisteredMessages,
  RegisteredResults,
} from './register.js';
export type {
  OutcomeOptions,
  PendingSend,
  PendingSendOf,
  RequestArguments,
  RequestOptions,
  ResultOf,
  SendArguments,
  SendOptions,
  SendReceipt,
} from './send-types.js';
export type {
  ClosedStatus,
  DiallingStatus,
  IdleStatus,
  LoadingStatus,
  PausedStatus,
  Phase,
  ReadyStatus,
  RefusedStatus,
  Status,
  SuspendedStatus,
  WaitingStatus,
} from './status.js';

/** Undoes a subscription; calling it again is harmless. */
export type Unsubscribe = () => void;

export interface SubscribeOptions {
  /** Unsubscribes when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Each event by itself. */
  readonly batch?: undefined;
}

/** For handlers that take many events at once. */
export interface BatchOptions<Event = RealtimeEvent> {
  /** Unsubscribes when aborted. */
  readonly signal?: AbortSignal | undefined;
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
  readonly coalesceBy?: CoalesceBy<Event> | undefined;
}

/**
 * A place in the server's event log, for keeping and handing back: `position()`, `resumeFrom()`. It says
 * nothing, and gives nobody access to anything.
 */
export type Position = string;

/** A stretch of the event stream that is missing. */
export interface Gap {
  /** Up to here nothing is missing; null where nobody knows. */
  readonly from: Position | null;
  /** Where the stream goes on; null while that is not known: the gap is told again when it is. */
  readonly to: Position | null;
  readonly reason: GapReason;
  /** Everybody has the same gap: fetch what is missing after a wait drawn from [0, spreadMs]. */
  readonly spreadMs: number;
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

export interface AddressRequest {
  /** How many waits came before this dial, as `status().attempt` says. */
  readonly attempt: number;
  /** Aborted when the answer no longer counts. */
  readonly signal: AbortSignal;
}

/**
 * Where this dial goes: an absolute `wss:` or `https:` URL, or a path on the page's host. A rejection
 * counts as a failed attempt, an address that cannot be dialled stops the connection.
 */
export type AddressProvider = (request: AddressRequest) => Promise<string | URL> | string | URL;

/** Which subprotocols are offered; a function makes the list itself. */
export type Subprotocols =
  | 'keepline'
  | 'token-only'
  | 'none'
  | ((token: string | null) => readonly string[]);

/** What is asked of a socket; handlers are set as `onopen`, `onmessage`, `onerror` and `onclose`. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly protocol: string;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** The browser's `WebSocket`, that of `ws`, or one of a test's. */
export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;

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

/** Where positions are kept beyond the life of a page. What either throws is logged, and goes no further. */
export interface PositionStore {
  load(key: string): Promise<string | null | undefined> | string | null | undefined;
  /** `saved` is for `load` of the same key; once a second at most, and as the page is left. */
  save(key: string, saved: string): Promise<void> | void;
}

export interface ResumeOptions {
  /**
   * `'session'`: `sessionStorage`, for a reload of the same tab. Keys name the server, the tenant and the user;
   * what is older than ten minutes is ignored. Across a reload each event comes at least once.
   */
  readonly store: 'none' | 'session' | PositionStore;
}

/** Options with a range are generated; these have none. */
export interface ConnectionOptions extends Omit<TableOptions, 'url'> {
  /**
   * The endpoint as an absolute `wss:` or `https:` URL, or as a path; then `path` does not count. A
   * function is asked before each dial, beside `getToken` and within `tokenTimeoutMs`.
   */
  readonly url?: string | AddressProvider | undefined;
  readonly getToken?: TokenProvider | undefined;
  /** Who is signed in: an opaque key. A change drops what belonged to the former one. */
  readonly identity?: string | null | undefined;
  readonly subprotocols?: Subprotocols | undefined;
  /** Connect without being asked; default true. */
  readonly autoConnect?: boolean | undefined;
  /**
   * Where the event stream goes on after a reload, with servers that keep a log; default: nowhere, a new page
   * begins with what happens from then on.
   */
  readonly resume?: ResumeOptions | undefined;
  readonly log?: LogSink | undefined;
  /** In place of the global one; it cannot cross to a worker. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /**
   * `worker`: a dedicated worker, so that the page's thread is left alone; where none can be had, the
   * page. Default `'page'`.
   */
  readonly host?: Host | undefined;
  /** Where the `.wasm` file is; beside the module by default. */
  readonly wasmUrl?: string | URL | undefined;
  /** The bytes of the `.wasm` file, or the compiled module: nothing is fetched then. */
  readonly wasmBinary?: BufferSource | WebAssembly.Module | undefined;
  /** Where `worker.js` is, for `host: 'worker'`; beside the module by default. */
  readonly workerUrl?: string | URL | undefined;
  /** The page's location, for a worker whose own is not the page's; read from `location` by default. */
  readonly page?: string | undefined;
}

/** The link is usable again after having been usable before. */
export interface Reconnection {
  readonly downMs: number;
  readonly identityChanged: boolean;
  /**
   * What was missed: nothing; only what comes again now; or nobody can say, as always where the server
   * keeps no log. Told after the server's verdict.
   */
  readonly missed: Missed;
}

/** The server names another build of itself than on the link before. */
export interface ServerVersion {
  readonly build: string;
  readonly previous: string;
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

/** What the application's own events and messages type. */
type TypedMember = 'subscribe' | 'send' | 'request';
/** Every other member as the type has it. */
export type UntypedConnection = Pick<Connection, Exclude<keyof Connection, symbol | TypedMember>> &
  Record<TypedMember, (...given: never) => unknown>;

/** `dispose` for `using`, where the compiler's library knows `Symbol.dispose`; nothing where it does not. */
export type Disposal = {
  [Key in SymbolConstructor['dispose' & keyof SymbolConstructor] & symbol]: () => void;
};

/**
 * One link to one server. Members may be taken off the object and called alone.
 * After `dispose()` commands do nothing, subscriptions never fire, and `send` rejects.
 */
export interface Connection<Events = RegisteredEvents, Messages = RegisteredMessages>
  extends Disposal {
  /** Is never there: what functions that are given a connection know its types by. */
  '~types'?(events: Events, messages: Messages): void;
  /** For `pendingSends`, which is to cost nothing where it is not used. */
  '~watchSends'(watcher: (send: AnsweredSend) => void): Unsubscribe;
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
    handler: BatchHandler<Events, Pattern>,
    options: BatchOptions<EventOf<Events, Pattern>>,
  ): Unsubscribe;
  /** Resolves when the frame was handed to an open, usable socket; rejects with a `SendError`. */
  send<Type extends MessageType<Messages>>(
    type: Type,
    ...rest: SendArguments<Messages, Type>
  ): Promise<SendReceipt>;

  /**
   * A message that is answered: resolves with what the server made of it. It is sent again on the next link until
   * the answer comes, with the same id, and applied once. Rejects with a `SendError`: `rejected`, with what the
   * server said; `unconfirmed` where the time was over after it had been sent: it may have been applied, and
   * `outcome(error.id)` asks again; `expired` and others where it never was sent; `unsupported` where the server
   * answers no messages.
   */
  request<Type extends MessageType<Messages>>(
    type: Type,
    ...rest: RequestArguments<Messages, Type>
  ): Promise<ResultOf<Type>>;
  /**
   * What became of a message of this page that ended as `unconfirmed`: it is sent again under its id, and the
   * server, which knows it for some minutes, answers as it did or applies it now. Settles as `send` with `ack`;
   * rejects as `unconfirmed` where nobody answers, and where the id is not known here or not any more.
   */
  outcome(id: string, options?: OutcomeOptions): Promise<SendReceipt>;
  status(): Status;
  onStatus(listener: (status: Status) => void): Unsubscribe;
  metrics(): Metrics;
  /** At most once a second, while somebody listens. */
  onMetrics(listener: (metrics: Metrics) => void): Unsubscribe;
  /** Refetch what may have been missed. */
  onReconnected(listener: (reconnection: Reconnection) => void): Unsubscribe;
  /** Drop what belonged to the former identity. */
  onIdentityChanged(listener: () => void): Unsubscribe;
  /**
   * The server was replaced, as its greeting says: a page of the former one may have to be loaded again. Told
   * once the link is usable, and not for the first build that is named.
   */
  onServerVersion(listener: (version: ServerVersion) => void): Unsubscribe;
  /** Events are missing: fetch what they were about. */
  onGap(listener: (gap: Gap) => void): Unsubscribe;
  /**
   * How far the event stream was handed over; null where the server keeps no log, or nothing is known yet.
   * Another user has another.
   */
  position(): Position | null;
  /** Where an earlier page of the same user had come to. Counts before the first link is usable. */
  resumeFrom(position: Position): void;
  /**
   * For tries of your own, such as requests that fail: the wait in ms before the next one after so many
   * failures in a row (an integer from 1), drawn as the waits between dials are, by the option `backoff`.
   * Null where no further try is to be made: all are used up and there is no slow probe, or the
   * connection was disposed of. Answered once the module is there.
   */
  drawWait(failures: number): Promise<number | null>;
  diagnostics(): Diagnostics;

  /**
   * Resolves once the link is usable. Rejects with a `ConnectionError` where none will come by itself:
   * refused, attempts used up (`exhausted`), closed, disposed of or nobody signed in (`disconnected`),
   * a module that can never load, or `timeoutMs` over (`connect_timeout`); with the signal's reason where
   * that is aborted.
   */
  ready(options?: ReadyOptions): Promise<Status>;
  dispose(): void;
}
