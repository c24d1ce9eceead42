// The object that an application holds, from its creation to its end: its module on the way, its engine
// at work, and another engine where the first is lost. Its members may be taken off it; after dispose()
// they do nothing.
//
// Adds no connection logic.
import type { Command, TellAfterLoss } from '../engine/engine.js';
import { type Metrics, noMetrics } from '../engine/figures.js';
import { guarded } from '../engine/guarded.js';
import { reasonText } from '../engine/own-words.js';
import { readRecorded } from '../engine/reports.js';
import type { Copies } from '../load/copies.js';
import { compileModule, type Try } from '../load/module.js';
import { Tries } from '../load/tries.js';
import { AnsweredSends, requestBy } from './answered-sends.js';
import { checkIdentity, checkSubscription } from './argument-checks.js';
import { BeforeEngine } from './before-engine.js';
import { Draws } from './draws.js';
import { ConnectionError, SendError } from './errors.js';
import { createListeners } from './listeners.js';
import { consoleSink, isWanted } from './log.js';
import { shownOptions } from './option-rows.js';
import type { EffectiveOptions } from './options.js';
import { composeMessage, type OutgoingMessage } from './outgoing.js';
import { endedStatus, loadingStatus, refusedStatus, statusOfLoading } from './own-statuses.js';
import { type PageSignalSetup, whenShown } from './page-signals.js';
import type { KeptPosition } from './position-store.js';
import { whenReady, whyNever } from './ready.js';
import { ServerBuilds } from './server-builds.js';
import { Session, type SessionListener } from './session.js';
import { createStore } from './store.js';
import { Subscriptions } from './subscriptions.js';
import type {
  BatchOptions,
  ConnectionOptions,
  Diagnostics,
  Gap,
  HostReport,
  LogLevel,
  OutcomeOptions,
  ReadyOptions,
  Reconnection,
  RequestOptions,
  SendOptions,
  SendReceipt,
  Status,
  SubscribeOptions,
  Unsubscribe,
  UntypedConnection,
} from './types.js';
import { undoneBy } from './undone-by.js';
import { version } from './version.js';

const metricsPauseMs = 1000;

export class Client implements UntypedConnection {
  readonly #options: ConnectionOptions;
  readonly #effective: EffectiveOptions;
  readonly #copies: Copies | null;
  readonly #setupSignals: PageSignalSetup;
  readonly #early: BeforeEngine;
  readonly #subscriptions = new Subscriptions();
  readonly #reconnected = createListeners<Reconnection>();
  readonly #gaps = createListeners<Gap>();
  readonly #identityChanged = createListeners<void>();
  readonly #serverBuilds = new ServerBuilds();
  readonly #draws = new Draws();
  readonly #answered = new AnsweredSends(
    (message) => this.#deliver(message),
    () => this.#session?.ackWindowMs() ?? null,
  );
  readonly #metrics = createListeners<Metrics>((size) => this.#tick(size));
  readonly #status = createStore(loadingStatus);
  #tries: Tries;
  #identity: string | null | undefined;
  /** Whether there is to be a link, as far as the application has said. */
  #wanted = false;
  #session: Session | null = null;
  /** Where the event stream goes on, until an engine is there that knows. */
  #resumeFrom: string | null = null;
  /** Beyond the life of the page, where that is wanted. */
  #kept: KeptPosition | undefined;
  #stopSignals: Unsubscribe | undefined;
  #host: HostReport;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #ended = false;
  /** Where an engine was lost: until another has taken over, nobody is told that there was no link before. */
  #tellAfterLoss: ((status: Status) => void) | null = null;

  /** Takes what was checked. One that does not begin stays `idle`, and asks for nothing. */
  constructor(
    options: ConnectionOptions,
    effective: EffectiveOptions,
    copies: Copies | null,
    setupSignals: PageSignalSetup,
    begins: boolean,
  ) {
    this.#options = options;
    this.#effective = effective;
    this.#copies = copies;
    this.#setupSignals = setupSignals;
    this.#identity = options.identity;
    this.#host = { asked: options.host ?? 'page', runsIn: null, why: '' };
    this.#early = new BeforeEngine(effective.queue);
    this.#tries = this.#newTries();
    this.#status.set(this.#loadingStatus());
    // Not in every browser yet.
    const disposal = Symbol.dispose as symbol | undefined;
    if (disposal) Object.defineProperty(this, disposal, { value: this.dispose });
    if (begins) this.#begin();
    else this.#end('idle');
  }

  /** The module is asked for, and the link is opened where that is not left to the application. */
  #begin(): void {
    if (this.#options.autoConnect !== false) this.connect();
    const shown = whenShown();
    // Nobody looks at a page that is only prepared: nothing is asked of anybody for it.
    if (shown) void shown.then(() => this.#ended || this.#tries.begin());
    else this.#tries.begin();
  }

  // ---- its engine

  #newTries(): Tries {
    return new Tries({
      attempt: (how) => this.#attempt(how),
      changed: () => this.#tell(this.#loadingStatus()),
    });
  }

  readonly #loadingStatus = (): Status =>
    statusOfLoading(this.#tries.progress, this.#effective.backoff.maxAttempts);

  async #attempt(how: Try): Promise<void> {
    try {
      await this.#start(how);
    } catch (reason) {
      if (this.#ended || this.#session) return;
      if (reason instanceof ConnectionError) {
        // An option that the core refuses stays what it is: no further try mends it.
        this.#log('error', reason.message);
        this.#tell(refusedStatus(reason));
      } else {
        this.#log('warn', `the module could not be started: ${reasonText(reason)}`);
        throw reason;
      }
    }
  }

  async #start(how: Try): Promise<void> {
    const { workerUrl } = this.#options;
    const copies = this.#copies;
    const module = compileModule(this.#options, { copies, log: this.#log }, how);
    // Its failure may come before the engine waits for it, or where none ever does.
    module.catch(() => undefined);
    const { asked } = this.#host;
    const session = await Session.start(
      { asked, module, chosen: this.#chosen, workerUrl, workerCopy: copies?.worker, how },
      this.#options,
      this.#effective,
      () => this.#identity,
      this.#sessionListener,
    );
    if (this.#ended || this.#session) session.dispose();
    else this.#adopt(session);
  }

  readonly #sessionListener: SessionListener = {
    status: (status) => this.#tell(status),
    event: (event) => this.#subscriptions.dispatch(event),
    forget: () => this.#subscriptions.dropGathered(),
    reconnected: this.#reconnected.emit,
    gap: this.#gaps.emit,
    serverBuild: (build) => this.#serverBuilds.note(build),
    positionWanted: (...whose) => void this.#lookUp(...whose),
    identityChanged: () => this.#changeIdentity(),
    log: (level, text) => this.#log(level, text),
    lost: (...loss) => this.#replace(...loss),
  };

  /** By itself, since most pages never need it. Where it cannot be had nobody waits for it. */
  async #lookUp(...whose: readonly [tenant: string, user: string]): Promise<void> {
    const session = this.#session;
    const { KeptPosition } = await import('./position-store.js');
    if (session === null || session !== this.#session) return;
    this.#kept ??= new KeptPosition(this.#options.resume, this.position, (what, reason) =>
      this.#log('warn', `the position could not be ${what}: ${reasonText(reason)}`),
    );
    const position = await this.#kept.load(this.#status.get().endpoint, ...whose);
    if (session === this.#session) session.tell('keptPosition', position ?? '');
  }

  #adopt(session: Session): void {
    this.#session = session;
    session.together(() => {
      this.#subscriptions.attach(session);
      const identity = this.#identity;
      // Said after the engine had begun, and before it could be told.
      if (identity !== undefined && identity !== session.identity) {
        session.tell('setIdentity', identity ?? '', identity !== null);
      }
      if (this.#resumeFrom !== null) session.tell('resumeFrom', this.#resumeFrom);
      this.#resumeFrom = null;
      this.#early.replay(session);
    });
    this.#draws.drawBy(session);
    // Whoever was told of the dial may have ended it all.
    if (this.#ended) return;
    // After the dial, which is what everybody waits for: no signal comes before this task has ended.
    this.#stopSignals ??= this.#setupSignals({
      signal: (signal) => this.#session?.tell('pageSignal', signal),
      blocked: (uri) => this.#session?.tell('blocked', uri),
    });
  }

  /** An engine that answers no more: another takes its place, with what the page knows. */
  #replace(why: string, tellAfterLoss: TellAfterLoss): void {
    this.#log('warn', `the worker is ended and replaced: ${why}`);
    const status = this.#status.get();
    if (status.state !== 'connecting') {
      this.#tellAfterLoss ??= tellAfterLoss(status, this.#status.set, (downMs) => {
        this.#tellAfterLoss = null;
        if (downMs === null) return;
        this.#reconnected.emit({ downMs, identityChanged: false, missed: 'unknown' });
      });
    }
    this.#resumeFrom = this.#session?.position() ?? null;
    this.#draws.drawBy(null);
    this.#session?.dispose();
    this.#session = null;
    this.#subscriptions.detach();
    if (this.#wanted) this.#early.wish('connect');
    else if (status.phase === 'closed') this.#early.wish('disconnect');
    this.#tries = this.#newTries();
    this.#tell(this.#loadingStatus());
    if (!this.#ended) this.#tries.begin();
  }

  #tell(status: Status): void {
    if (!this.#ended) (this.#tellAfterLoss ?? this.#status.set)(status);
  }

  readonly #chosen = (report: HostReport): void => {
    this.#host = report;
    if (report.why) this.#log('warn', `no worker, so the page itself: ${report.why}`);
  };

  readonly #log = (level: LogLevel, text: string): void => {
    if (!isWanted(level, this.#effective.logLevel)) return;
    guarded(this.#options.log ?? consoleSink, level, text);
  };

  // ---- what the application asks for

  readonly connect = (): void => this.#ask('connect');
  readonly disconnect = (): void => this.#ask('disconnect');
  readonly tokenChanged = (): void => this.#ask('tokenChanged');
  readonly reconnect = (): void => {
    this.#ask('reconnect');
    if (!this.#session) this.#tries.retry();
  };
  readonly setIdentity = (identity: string | null): void => {
    checkIdentity(identity);
    this.#ask('setIdentity', identity ?? '', identity !== null);
  };

  #ask(...command: Command): void {
    if (this.#ended) return;
    const [name, identity, somebody] = command;
    const former = this.#identity;
    if (name === 'setIdentity') this.#identity = somebody ? (identity as string) : null;
    this.#wanted = name === 'disconnect' ? false : this.#wanted || name !== 'tokenChanged';
    // What comes then is no return to what there was.
    if (name === 'disconnect' || this.#identity !== former) this.#tellAfterLoss = null;
    if (this.#session) this.#session.tell(...command);
    else if (name === 'disconnect') this.#early.wish('disconnect');
    else if (name !== 'tokenChanged' && !(name === 'setIdentity' && !somebody))
      this.#early.wish('connect');
    if (this.#session || this.#identity === former) return;
    this.#early.end('identity_changed');
    this.#resumeFrom = null;
    this.#changeIdentity();
  }

  /** Drops what was the former user's. */
  #changeIdentity(): void {
    this.#answered.forget();
    this.#kept?.forget();
    this.#identityChanged.emit();
  }

  readonly subscribe = (
    pattern: string,
    handler: (given: never) => void,
    { signal, ...options }: SubscribeOptions | BatchOptions<never> = {},
  ): Unsubscribe => {
    checkSubscription(pattern, handler, options);
    if (this.#ended || signal?.aborted) return () => undefined;
    return undoneBy(signal, this.#subscriptions.add(pattern, handler, options));
  };

  readonly send = (type: string, data: unknown, options?: SendOptions): Promise<SendReceipt> => {
    const outcome = this.#send(type, data, options);
    // Whoever does not look at the outcome does not want an "unhandled rejection" for it either.
    outcome.catch(() => undefined);
    return outcome;
  };

  async #send(type: string, data: unknown, options: SendOptions = {}): Promise<SendReceipt> {
    const message = composeMessage(type, data, options, this.#effective.queue.ttlMs);
    return message.ack ? this.#answered.send(message, data) : this.#deliver(message);
  }

  readonly #deliver = async (message: OutgoingMessage): Promise<SendReceipt> => {
    if (this.#ended) throw new SendError('disconnected');
    // What is certainly too big does not cross into the module's memory.
    if (message.data.length > this.#effective.maxMessageBytes) throw new SendError('too_big');
    return (this.#session ?? this.#early).send(message);
  };

  readonly request = (type: string, data: unknown, options: RequestOptions = {}) =>
    requestBy(this.send, type, data, options);
  readonly outcome = (id: string, { timeoutMs }: OutcomeOptions = {}): Promise<SendReceipt> =>
    this.#answered.outcome(id, timeoutMs ?? this.#effective.queue.ttlMs);
  readonly '~watchSends' = this.#answered.watched.add;

  readonly status = this.#status.get;
  /** After the end nobody hears of anything. */
  readonly onStatus = this.#status.subscribe;
  readonly onReconnected = this.#reconnected.add;
  readonly onGap = this.#gaps.add;
  readonly onIdentityChanged = this.#identityChanged.add;
  readonly onServerVersion = this.#serverBuilds.changed.add;
  readonly onMetrics = this.#metrics.add;
  readonly metrics = (): Metrics => this.#session?.metrics() ?? noMetrics;

  #tick(listeners: number): void {
    clearInterval(this.#ticking);
    if (listeners === 0 || this.#ended) return;
    this.#ticking = setInterval(() => this.#metrics.emit(this.metrics()), metricsPauseMs);
  }

  readonly position = (): string | null => this.#session?.position() ?? null;
  readonly resumeFrom = (position: string): void => {
    if (this.#ended) return;
    if (this.#session) this.#session.tell('resumeFrom', position);
    else this.#resumeFrom = position;
  };

  readonly drawWait = (failures: number): Promise<number | null> => this.#draws.draw(failures);

  readonly diagnostics = (): Diagnostics => ({
    version,
    userAgent: globalThis.navigator?.userAgent ?? '',
    takenAt: Date.now(),
    status: this.#status.get(),
    options: shownOptions(this.#options),
    metrics: this.metrics(),
    host: this.#host,
    ...(this.#session?.diagnostics() ?? readRecorded([])),
  });

  readonly ready = (options?: ReadyOptions): Promise<Status> =>
    whenReady(this.#status, this.#whyNever, options);

  readonly #whyNever = (status: Status): ConnectionError | null =>
    this.#ended ? new ConnectionError('disconnected') : whyNever(status, this.#wanted);

  /** Tells a last status, and settles whatever waits. */
  readonly dispose = (): void => this.#end('closed');

  /** `idle` where it never begins. */
  #end(phase: 'closed' | 'idle'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tries.stop();
    this.#stopSignals?.();
    this.#kept?.stop();
    this.#early.end('disconnected');
    this.#subscriptions.clear();
    this.#session?.dispose();
    this.#session = null;
    this.#draws.end();
    this.#answered.forget();
    for (const listeners of [
      this.#reconnected,
      this.#gaps,
      this.#identityChanged,
      this.#serverBuilds.changed,
      this.#metrics,
    ])
      listeners.clear();
    this.#status.set(endedStatus(phase));
    this.#status.clear();
  }
}
