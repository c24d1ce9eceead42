// One connection to Redis. It comes back by itself, asks now and then whether anybody is there, and refuses a
// Redis that would lose events in silence.
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, ErrorReply } from 'redis';
import { safeLog } from '../log.js';
import type { Logger } from '../types.js';
import type { RedisSettings } from './options.js';
import type { Script } from './scripts.js';
import { isLoading, troubleWith } from './trouble.js';

/** How often it is asked for an answer; one that takes longer than `answerMs` is none. */
const lookMs = 500;
const answerMs = 2500;
/** A socket on which nothing comes for so long is given up: each question has an answer. */
const silenceMs = 8000;
const connectMs = 3000;
const loadingMs = 100;
const againMs = 50;
const retryMs = { least: 50, most: 2000 } as const;

type Client = ReturnType<typeof createRedisClient>;

export interface Patience {
  readonly waitMs: number;
  /** Done twice it would be another thing. */
  readonly once?: boolean;
}

export interface ConnectionListener {
  /** It is usable again, or for the first time: whatever it had subscribed to was not heard in between. */
  ready(): void;
  /** `isUp` may have changed. */
  changed(): void;
}

export class RedisConnection {
  readonly #settings: RedisSettings;
  readonly #role: string;
  readonly #log: Logger;
  readonly #listener: ConnectionListener;
  readonly #looking: NodeJS.Timeout;
  /** By channel: a client that is ended knows nothing of them any more. */
  readonly #subscriptions = new Map<string, (message: string) => void>();
  #client: Client;
  /** Why this Redis must not be used; undefined until it was looked at. */
  #trouble: string | null | undefined;
  #askedAt: number | null = null;
  #isLate = false;
  #isLost = false;
  #isClosed = false;

  constructor(settings: RedisSettings, role: string, listener: ConnectionListener) {
    this.#settings = settings;
    this.#role = role;
    this.#log = safeLog(settings.logger);
    this.#listener = listener;
    this.#client = this.#open();
    this.#looking = setInterval(() => this.#look(), lookMs).unref();
  }

  /** Whether it answers, and may be used. */
  get isUp(): boolean {
    return this.#client.isReady && this.#trouble === null && !this.#isLate;
  }

  /** Why a Redis that answers must not be used. */
  get trouble(): string | null {
    return this.#trouble ?? null;
  }

  /**
   * Rejects where nobody has answered within `waitMs`; what was not written yet then never is. What was refused
   * for now is asked again, and what may be repeated too where a connection broke before the answer.
   */
  async send<Reply>(
    command: readonly string[],
    { waitMs, once = false }: Patience,
  ): Promise<Reply> {
    const until = performance.now() + waitMs;
    for (;;) {
      try {
        return await this.#send<Reply>(command, Math.max(1, until - performance.now()));
      } catch (reason) {
        const fate = fateOf(reason);
        const mayRepeat = fate === 'refused_for_now' || (fate === 'unknown' && !once);
        const isOver = performance.now() + againMs >= until || this.#isClosed || this.#trouble;
        if (isOver || !mayRepeat) throw reason;
        await sleep(againMs);
      }
    }
  }

  /** As `send`: a script is sent whole where this Redis does not know it yet. */
  async run<Reply>(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
    patience: Patience,
  ): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    try {
      return await this.send<Reply>(['EVALSHA', script.sha, ...rest], patience);
    } catch (reason) {
      if (!isReply(reason, 'NOSCRIPT')) throw reason;
      return this.send<Reply>(['EVAL', script.text, ...rest], patience);
    }
  }

  /** To whoever listens; lost where nobody answers. */
  say(channel: string, message: string): void {
    if (this.isUp && !this.#isClosed) this.#client.publish(channel, message).catch(() => undefined);
  }

  /** Resolves when it is heard; what is subscribed to once is so again after each reconnection. */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    this.#subscriptions.set(channel, listener);
    await this.#client.subscribe(channel, listener);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#subscriptions.delete(channel);
    if (this.#client.isOpen) await this.#client.unsubscribe(channel);
  }

  /**
   * Anew, to whoever has the address now, with all subscriptions. By another client: where one was ended and
   * connected again, commands were seen to be given each other's answers.
   */
  reopen(): void {
    const before = this.#client;
    // One that is not ready is dialling already.
    if (this.#isClosed || !before.isReady) return;
    this.#client = this.#open();
    before.destroy();
    this.#listener.changed();
  }

  /** What is under way may end, for as long as somebody answers. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#looking);
    const client = this.#client;
    if (this.isUp) await within(client.close(), answerMs).catch(() => undefined);
    // What it asks while it dials nobody would hear fail: it gives up by itself, or is ended once it is there.
    if (client.isReady) client.destroy();
    else client.once('ready', () => client.destroy());
  }

  // ---- inside

  /** It is retried for ever: what ends it is an end that was asked for. */
  #open(): Client {
    this.#trouble = undefined;
    this.#askedAt = null;
    const client = createRedisClient(this.#settings, this.#role, () => this.#isClosed);
    client.on('error', (reason: Error) => {
      if (client === this.#client) this.#lose(reason);
    });
    // The first that is sent: who is greeted hears all that is published from then on.
    const channels = [...this.#subscriptions];
    const heard = Promise.all(channels.map((each) => client.subscribe(...each)));
    client.on(
      'ready',
      () =>
        void heard.then(
          () => this.#greet(client),
          () => undefined,
        ),
    );
    client.connect().catch(() => undefined);
    return client;
  }

  #lose(reason: Error): void {
    this.#trouble = undefined;
    this.#askedAt = null;
    // It is tried again and again, and told of once.
    const problem = nameOf(reason);
    if (!this.#isLost) this.#log.warn({ role: this.#role, problem }, 'Redis is away');
    this.#isLost = true;
    this.#listener.changed();
  }

  async #greet(client: Client): Promise<void> {
    let trouble: string | null;
    try {
      let info = await client.info();
      // One that reads its disk refuses everything else until it has.
      for (; isLoading(info); info = await client.info()) await sleep(loadingMs);
      trouble = troubleWith(info);
    } catch {
      // It was lost again.
      return;
    }
    if (client !== this.#client) return;
    this.#trouble = trouble;
    const role = this.#role;
    if (trouble !== null) this.#log.error({ role, problem: trouble }, 'Redis is no log');
    else if (this.#isLost) this.#log.info({ role }, 'Redis is back');
    this.#isLost = false;
    this.#listener.ready();
    this.#listener.changed();
  }

  async #send<Reply>(command: readonly string[], patienceMs: number): Promise<Reply> {
    if (this.#isClosed) throw new Error('this log is closed');
    if (this.#trouble) throw new Error(this.#trouble);
    const patience = new AbortController();
    const sent = this.#client.sendCommand<Reply>([...command], { abortSignal: patience.signal });
    try {
      return await within(sent, patienceMs);
    } catch (reason) {
      patience.abort();
      // A replica: its address will lead elsewhere, or it is promoted.
      if (isReply(reason, 'READONLY')) this.reopen();
      throw reason;
    }
  }

  #look(): void {
    const isLate = this.#askedAt !== null && performance.now() - this.#askedAt > answerMs;
    if (isLate !== this.#isLate) {
      this.#isLate = isLate;
      this.#listener.changed();
    }
    if (!this.#client.isReady || this.#askedAt !== null) return;
    this.#askedAt = performance.now();
    const answered = () => {
      this.#askedAt = null;
    };
    this.#client.ping().then(answered, answered);
  }
}

function createRedisClient({ url }: RedisSettings, role: string, isClosed: () => boolean) {
  return createClient({
    url,
    name: `keepline-${role}`,
    // What a Redis with an access list may refuse.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: connectMs,
      socketTimeout: silenceMs,
      reconnectStrategy: (retries) => {
        if (isClosed()) return false;
        const { least, most } = retryMs;
        return Math.min(least * 2 ** Math.min(retries, 10), most) * (0.5 + Math.random() / 2);
      },
    },
  });
}

/** Rejects after so long where nothing else has come of it. */
export async function within<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it is Redis that refuses, in these words. */
const isReply = (reason: unknown, code: string): boolean =>
  reason instanceof ErrorReply && reason.message.startsWith(code);

/** What becomes of a command that failed: of most failures nobody knows how far it came. */
function fateOf(reason: unknown): 'refused' | 'refused_for_now' | 'unknown' {
  if (!(reason instanceof ErrorReply)) return 'unknown';
  return passing.test(reason.message) ? 'refused_for_now' : 'refused';
}

/** Of a Redis that is about to begin, to end, or to take over. */
const passing = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY) /;

const nameOf = (reason: Error): string => `${reason.name}: ${reason.message}`;
