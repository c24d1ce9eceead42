// What an application holds: loading, promises, page signals and types around one Session.
//
// Adds no connection logic. Members are closures, so that they may be taken off the object; after
// dispose() they do nothing.
import { ConnectionError, SendError } from './errors.js';
import { logLevels, pageSignals } from './generated/status.js';
import { type HostChoice, startEngine } from './hosts.js';
import { createListeners } from './listeners.js';
import { Loading } from './loading.js';
import { type CountingOptions, checkOptions, shownOptions } from './options.js';
import { type PageSignalSetup, setupPageSignals } from './page-signals.js';
import { Pending } from './pending.js';
import { noHistory, noMetrics } from './reports.js';
import { Session, type SessionListener } from './session.js';
import { createStore } from './store.js';
import { Subscriptions } from './subscriptions.js';
import type {
  BatchOptions,
  Connection,
  ConnectionOptions,
  Diagnostics,
  HostReport,
  KeeplineEvents,
  LogLevel,
  LogSink,
  Metrics,
  Reconnection,
  SendOptions,
  SendReceipt,
  Status,
  SubscribeOptions,
  Unsubscribe,
} from './types.js';
import { version } from './version.js';

const metricsPauseMs = 1000;
const idBytesMax = 64;
const severities: readonly string[] = [...logLevels, 'silent'];

const consoleSink: LogSink = (level, text) => console[level](`[keepline] ${text}`);

/** Written as JSON, or why it cannot be. */
function serialise(type: unknown, data: unknown, { id, ttlMs }: SendOptions, queueTtlMs: number) {
  const size = (text: string) => new TextEncoder().encode(text).length;
  if (typeof type !== 'string' || type === '' || size(type) > idBytesMax) {
    throw new SendError('not_serialisable', 'the type is no string of 1 to 64 bytes');
  }
  if (id !== undefined && (typeof id !== 'string' || size(id) > idBytesMax)) {
    throw new SendError('not_serialisable', 'the id is no string of at most 64 bytes');
  }
  if (ttlMs !== undefined && !(typeof ttlMs === 'number' && ttlMs >= 0)) {
    throw new ConnectionError('option_invalid', { detail: 'ttlMs must be a number from 0' });
  }
  let json: string | undefined = '';
  try {
    if (data !== undefined) json = JSON.stringify(data);
  } catch (reason) {
    throw new SendError('not_serialisable', reason instanceof Error ? reason.message : undefined);
  }
  if (json === undefined) throw new SendError('not_serialisable', `data is a ${typeof data}`);
  return { type, data: json, id: id ?? '', ttlMs: ttlMs ?? queueTtlMs };
}

class LiveConnection {
  readonly #options: ConnectionOptions;
  readonly #counting: CountingOptions;
  readonly #loading: Loading;
  readonly #pending: Pending;
  readonly #subscriptions = new Subscriptions();
  readonly #status;
  readonly #reconnected = createListeners<Reconnection>();
  readonly #identityChanged = createListeners<void>();
  readonly #metrics = createListeners<Metrics>((size) => this.#tick(size));
  readonly #stopSignals: Unsubscribe;
  readonly #ended = new AbortController();
  #session: Session | null = null;
  #host: HostReport;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(options: ConnectionOptions, setup: PageSignalSetup) {
    this.#counting = checkOptions(options);
    this.#options = { ...options };
    this.#host = { asked: options.host ?? 'page', runsIn: null, why: '' };
    this.#pending = new Pending(this.#counting);
    if (options.autoConnect !== false) this.connect();
    this.#loading = new Loading(options, this.#counting.maxAttempts, {
      loaded: (module) => void this.#start(module),
      changed: (status) => this.#status.set(status),
      failed: (message) => this.#log('warn', message),
    });
    this.#status = createStore<Status>(this.#loading.status());
    this.#stopSignals = setup({
      signal: (signal) => {
        const number = pageSignals.indexOf(signal);
        if (this.#session) this.#session.tell('pageSignal', number);
        else if (signal === 'online' || signal === 'visible') this.#loading.retry();
      },
      blocked: (uri) => this.#session?.tell('blocked', uri),
    });
  }

  async #start(module: WebAssembly.Module): Promise<void> {
    const listener: SessionListener = {
      status: this.#status.set,
      event: (event) => this.#subscriptions.dispatch(event),
      forget: () => this.#subscriptions.dropGathered(),
      reconnected: this.#reconnected.emit,
      identityChanged: this.#identityChanged.emit,
      log: this.#log,
    };
    let session: Session;
    try {
      session = await Session.start(
        (setup, engineListener) => startEngine(this.#choice(module), setup, engineListener),
        this.#options,
        this.#counting,
        listener,
      );
    } catch (reason) {
      if (!this.#ended.signal.aborted) this.#loading.unusable(reason);
      return;
    }
    if (this.#ended.signal.aborted) {
      session.dispose();
      return;
    }
    this.#loading.stop();
    this.#session = session;
    session.together(() => {
      this.#subscriptions.attach({
        subscribe: (pattern) => session.subscribe(pattern),
        unsubscribe: (ticket) => session.tell('unsubscribe', ticket),
      });
      this.#pending.replay(session);
    });
  }

  #choice(module: WebAssembly.Module): HostChoice {
    return {
      asked: this.#host.asked,
      module,
      chosen: (report) => {
        this.#host = report;
        if (report.why) this.#log('warn', `no worker, so the page itself: ${report.why}`);
      },
    };
  }

  readonly #log = (level: LogLevel, text: string): void => {
    if (severities.indexOf(level) < severities.indexOf(this.#counting.logLevel)) return;
    (this.#options.log ?? consoleSink)(level, text);
  };

  #command(run: (session: Session) => void): void {
    if (this.#ended.signal.aborted) return;
    if (this.#session) run(this.#session);
    else this.#pending.command(run);
  }

  #tick(listeners: number): void {
    clearInterval(this.#ticking);
    if (listeners === 0) return;
    this.#ticking = setInterval(() => this.#metrics.emit(this.metrics()), metricsPauseMs);
  }

  readonly connect = (): void => {
    this.#command((session) => session.tell('connect'));
  };

  readonly disconnect = (): void => {
    this.#command((session) => session.tell('disconnect'));
  };

  readonly reconnect = (): void => {
    if (this.#session) {
      this.#session.tell('reconnect');
    } else if (!this.#ended.signal.aborted) {
      // There is no dial to replace yet, only the module to wait for.
      this.connect();
      this.#loading.retry();
    }
  };

  readonly setIdentity = (identity: string | null): void => {
    if (identity !== null && typeof identity !== 'string') {
      throw new ConnectionError('option_invalid', { detail: 'identity must be a string or null' });
    }
    this.#command((session) => session.tell('setIdentity', identity ?? '', identity !== null));
  };

  readonly tokenChanged = (): void => {
    this.#command((session) => session.tell('tokenChanged'));
  };

  readonly subscribe = (
    pattern: string,
    handler: (given: never) => void,
    { signal, ...options }: SubscribeOptions | BatchOptions = {},
  ): Unsubscribe => {
    if (this.#ended.signal.aborted || signal?.aborted) return () => undefined;
    const remove = this.#subscriptions.add(pattern, handler, options);
    const unsubscribe = () => {
      signal?.removeEventListener('abort', unsubscribe);
      remove();
    };
    signal?.addEventListener('abort', unsubscribe);
    return unsubscribe;
  };

  readonly send = (type: string, data?: unknown, options: SendOptions = {}) => {
    const sent = this.#send(type, data, options);
    // Whoever does not look at the outcome does not want an "unhandled rejection" for it either.
    sent.catch(() => undefined);
    return sent;
  };

  async #send(type: string, data: unknown, options: SendOptions): Promise<SendReceipt> {
    const message = serialise(type, data, options, this.#counting.queueTtlMs);
    if (this.#ended.signal.aborted) throw new SendError('disconnected');
    // What is certainly too big does not cross into the module's memory.
    if (message.data.length > this.#counting.maxMessageBytes) throw new SendError('too_big');
    return this.#session ? this.#session.send(message) : this.#pending.send(message);
  }

  readonly status = (): Status => this.#status.get();
  readonly onStatus: Connection['onStatus'] = (listener) =>
    this.#listen(this.#status.subscribe, listener);
  readonly onReconnected: Connection['onReconnected'] = (listener) =>
    this.#listen(this.#reconnected.add, listener);
  readonly onIdentityChanged: Connection['onIdentityChanged'] = (listener) =>
    this.#listen(this.#identityChanged.add, listener);
  readonly onMetrics: Connection['onMetrics'] = (listener) =>
    this.#listen(this.#metrics.add, listener);

  #listen<Value>(
    add: (listener: (value: Value) => void) => Unsubscribe,
    listener: (value: Value) => void,
  ): Unsubscribe {
    return this.#ended.signal.aborted ? () => undefined : add(listener);
  }

  readonly metrics = (): Metrics => {
    return this.#session?.metrics() ?? noMetrics;
  };

  readonly diagnostics = (): Diagnostics => {
    return {
      version,
      userAgent: typeof navigator === 'undefined' ? '' : navigator.userAgent,
      takenAt: Date.now(),
      status: this.status(),
      options: shownOptions(this.#options),
      metrics: this.metrics(),
      host: this.#host,
      ...(this.#session?.diagnostics() ?? noHistory),
    };
  };

  readonly ready = (): Promise<Status> =>
    new Promise((resolve, reject) => {
      const { signal } = this.#ended;
      const disposed = () => finish(() => reject(signal.reason));
      const look = (status: Status) => {
        if (status.phase === 'ready') finish(() => resolve(status));
        if (status.phase === 'refused') finish(() => reject(status.error));
      };
      const stop = this.onStatus(look);
      const finish = (settle: () => void) => {
        stop();
        signal.removeEventListener('abort', disposed);
        settle();
      };
      signal.addEventListener('abort', disposed);
      if (signal.aborted) disposed();
      else look(this.status());
    });

  readonly dispose = (): void => {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new DOMException('The connection was disposed of.', 'AbortError'));
    this.#stopSignals();
    this.#loading.stop();
    this.#pending.clear();
    this.#subscriptions.clear();
    this.#session?.dispose();
    this.#session = null;
    this.#status.clear();
    this.#reconnected.clear();
    this.#identityChanged.clear();
    this.#metrics.clear();
  };
}

/** For tests and for pages of another kind: the same with page signals of one's own. */
export function createConnectionWith<Events = KeeplineEvents>(
  options: ConnectionOptions,
  setup: PageSignalSetup,
): Connection<Events> {
  const connection = new LiveConnection(options, setup);
  // Not in every browser yet.
  const disposal = Symbol.dispose as symbol | undefined;
  if (disposal) Object.defineProperty(connection, disposal, { value: connection.dispose });
  return connection as unknown as Connection<Events>;
}

/**
 * Returns at once; the module loads in the background and the link opens by itself.
 * Throws a ConnectionError `option_invalid` for a wrong option.
 */
export function createConnection<Events = KeeplineEvents>(
  options: ConnectionOptions = {},
): Connection<Events> {
  return createConnectionWith<Events>(options, setupPageSignals);
}
