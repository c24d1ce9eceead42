// A connection at work: its module on the way or running, subscriptions, figures and page signals around
// one Session. Loaded when a connection is created, and not with the page.
//
// Adds no connection logic. What comes in was checked by connection.ts, which also owns the status.

import type { Command } from '../engine/engine.js';
import { noMetrics } from '../engine/figures.js';
import { guarded } from '../engine/guarded.js';
import { lateErrorTexts } from '../generated/late-errors.js';
import { logLevels, pageSignals } from '../generated/status.js';
import { compileModule } from '../load/load.js';
import { type CountingOptions, readCounting } from './effective-options.js';
import { ConnectionError, learnErrorTexts, SendError } from './errors.js';
import { startEngine } from './hosts.js';
import { createListeners } from './listeners.js';
import { noDiagnostics } from './nothing-yet.js';
import { shownOptions } from './option-rows.js';
import { type PageSignalSetup, setupPageSignals } from './page-signals.js';
import { type OutgoingMessage, Pending } from './pending.js';
import { sendTexts } from './send-texts.js';
import { Session, type SessionListener } from './session.js';
import type { Store } from './store.js';
import { Subscriptions } from './subscriptions.js';
import type {
  BatchOptions,
  ConnectionOptions,
  Diagnostics,
  HostReport,
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
import type { Written } from './write.js';

const metricsPauseMs = 1000;
const idBytesMax = 64;
const severities: readonly string[] = [...logLevels, 'silent'];

const consoleSink: LogSink = (level, text) => console[level](`[keepline] ${text}`);

/** `written`: null where too many wait already. */
function composeMessage(
  type: unknown,
  written: Written | null,
  { id, ttlMs }: SendOptions,
  queueTtlMs: number,
): OutgoingMessage {
  const size = (text: string) => new TextEncoder().encode(text).length;
  if (!written) throw new SendError('queue_full');
  if (typeof type !== 'string' || type === '' || size(type) > idBytesMax) {
    throw new SendError('not_serialisable', 'the type is no string of 1 to 64 bytes');
  }
  if (id !== undefined && (typeof id !== 'string' || size(id) > idBytesMax)) {
    throw new SendError('not_serialisable', 'the id is no string of at most 64 bytes');
  }
  if (ttlMs !== undefined && !(typeof ttlMs === 'number' && ttlMs >= 0)) {
    throw new ConnectionError('option_invalid', { detail: 'ttlMs must be a number from 0' });
  }
  if ('problem' in written) throw new SendError('not_serialisable', written.problem);
  return { type, data: written.json, id: id ?? '', ttlMs: ttlMs ?? queueTtlMs };
}

export class Live {
  readonly #options: ConnectionOptions;
  readonly #counting: CountingOptions;
  readonly #status: Store<Status>;
  readonly #pending: Pending;
  readonly #subscriptions = new Subscriptions();
  readonly #reconnected = createListeners<Reconnection>();
  readonly #identityChanged = createListeners<void>();
  readonly #metrics = createListeners<Metrics>((size) => this.#tick(size));
  /** After the end nobody hears of anything. */
  readonly onReconnected = this.#reconnected.add;
  readonly onIdentityChanged = this.#identityChanged.add;
  readonly onMetrics = this.#metrics.add;
  readonly #setupSignals: PageSignalSetup;
  readonly #ended = new AbortController();
  #session: Session | null = null;
  #stopSignals: Unsubscribe | undefined;
  #host: HostReport;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(
    options: ConnectionOptions,
    counting: ReadonlyMap<string, unknown>,
    status: Store<Status>,
    setup: PageSignalSetup = setupPageSignals,
  ) {
    learnErrorTexts(lateErrorTexts, sendTexts);
    this.#options = options;
    this.#counting = readCounting(counting);
    this.#status = status;
    this.#setupSignals = setup;
    this.#host = { ...noDiagnostics.host, asked: options.host ?? 'page' };
    this.#pending = new Pending(this.#counting);
    if (options.autoConnect !== false) this.tell('connect');
  }

  /** Loads the module and begins; rejects where that cannot be. `afresh`: beside a try that hangs. */
  async start(afresh: boolean, early?: Promise<WebAssembly.Module>): Promise<void> {
    const module = compileModule(this.#options, afresh, early);
    // Its failure may come before the engine waits for it, or where none ever does.
    module.catch(() => undefined);
    const listener: SessionListener = {
      status: this.#status.set,
      event: (event) => this.#subscriptions.dispatch(event),
      forget: () => this.#subscriptions.dropGathered(),
      reconnected: this.#reconnected.emit,
      identityChanged: this.#identityChanged.emit,
      log: this.log,
    };
    const session = await Session.start(
      (setup, engineListener) =>
        startEngine(
          { asked: this.#host.asked, module, chosen: this.#chosen },
          setup,
          engineListener,
        ),
      this.#options,
      this.#counting,
      listener,
    );
    if (this.#ended.signal.aborted || this.#session) {
      session.dispose();
      return;
    }
    this.#session = session;
    session.together(() => {
      this.#subscriptions.attach({
        subscribe: (pattern) => session.subscribe(pattern),
        unsubscribe: (ticket) => session.tell('unsubscribe', ticket),
      });
      this.#pending.replay(session);
    });
    // Whoever was told of the dial may have ended it all.
    if (this.#ended.signal.aborted) return;
    // After the dial, which is what everybody waits for: no signal comes before this task has ended.
    this.#stopSignals = this.#setupSignals({
      signal: (signal) => session.tell('pageSignal', pageSignals.indexOf(signal)),
      blocked: (uri) => session.tell('blocked', uri),
    });
  }

  readonly #chosen = (report: HostReport): void => {
    this.#host = report;
    if (report.why) this.log('warn', `no worker, so the page itself: ${report.why}`);
  };

  readonly log = (level: LogLevel, text: string): void => {
    if (severities.indexOf(level) < severities.indexOf(this.#counting.logLevel)) return;
    guarded(this.#options.log ?? consoleSink, level, text);
  };

  #tick(listeners: number): void {
    clearInterval(this.#ticking);
    if (listeners === 0 || this.#ended.signal.aborted) return;
    this.#ticking = setInterval(() => this.#metrics.emit(this.metrics()), metricsPauseMs);
  }

  /** A command of the application's; before there is a session it waits for one. */
  tell(...command: Command): void {
    if (this.#ended.signal.aborted) return;
    if (this.#session) this.#session.tell(...command);
    else this.#pending.command(command);
  }

  reconnect(): void {
    // Without a session there is no dial to replace yet, only the module to wait for.
    this.tell(this.#session ? 'reconnect' : 'connect');
  }

  subscribe(
    pattern: string,
    handler: (given: never) => void,
    { signal, ...options }: SubscribeOptions | BatchOptions<never> = {},
  ): Unsubscribe {
    if (this.#ended.signal.aborted || signal?.aborted) return () => undefined;
    const remove = this.#subscriptions.add(pattern, handler, options);
    const unsubscribe = () => {
      signal?.removeEventListener('abort', unsubscribe);
      remove();
    };
    signal?.addEventListener('abort', unsubscribe);
    return unsubscribe;
  }

  async send(
    type: string,
    written: Written | null,
    askedAt: number,
    options: SendOptions = {},
  ): Promise<SendReceipt> {
    const message = composeMessage(type, written, options, this.#counting.queueTtlMs);
    if (this.#ended.signal.aborted) throw new SendError('disconnected');
    // What is certainly too big does not cross into the module's memory.
    if (message.data.length > this.#counting.maxMessageBytes) throw new SendError('too_big');
    if (this.#session) return this.#session.send(message);
    const ttlMs = message.ttlMs - (Date.now() - askedAt);
    if (ttlMs < 0) throw new SendError('expired');
    return this.#pending.send({ ...message, ttlMs });
  }

  metrics(): Metrics {
    return this.#session?.metrics() ?? noMetrics;
  }

  diagnostics(): Diagnostics {
    return {
      ...noDiagnostics,
      userAgent: typeof navigator === 'undefined' ? '' : navigator.userAgent,
      takenAt: Date.now(),
      status: this.#status.get(),
      options: shownOptions(this.#options),
      metrics: this.metrics(),
      host: this.#host,
      ...this.#session?.diagnostics(),
    };
  }

  ready(): Promise<Status> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#ended;
      const look = () => {
        const status = this.#status.get();
        if (signal.aborted) reject(signal.reason);
        else if (status.phase === 'ready') resolve(status);
        else if (status.phase === 'refused') reject(status.error);
        else return;
        stop();
        signal.removeEventListener('abort', look);
      };
      const stop = this.#status.subscribe(look);
      signal.addEventListener('abort', look);
      look();
    });
  }

  dispose(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new DOMException('The connection was disposed of.', 'AbortError'));
    this.#stopSignals?.();
    this.#pending.clear();
    this.#subscriptions.clear();
    this.#session?.dispose();
    this.#session = null;
    this.#reconnected.clear();
    this.#identityChanged.clear();
    this.#metrics.clear();
  }
}
