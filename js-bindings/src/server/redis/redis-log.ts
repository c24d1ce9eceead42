// The event log of many nodes, kept in Redis: the stream of each tenant is the truth, and what is published to
// its channel is a hint that may be lost. What was not heard is asked for.
import type {
  EventLog,
  LogEntry,
  LogEvent,
  LogHint,
  StreamState,
  Written,
} from '../event-log/event-log.js';
import { AnswersInRedis } from './answers.js';
import { RedisConnection } from './connection.js';
import { decodeEntry, decodeHint } from './entry.js';
import { keysOf, type TenantKeys } from './keys.js';
import { RedisNodeBus } from './node-bus.js';
import { type RedisOptions, type RedisSettings, readRedisOptions } from './options.js';
import { endScript, openScript, readScript } from './scripts.js';
import { newEpoch, Writer } from './writer.js';

export interface RedisLog extends EventLog {
  /** Whether Redis answers, on both of its connections. */
  readonly isUp: boolean;
  /** Why Redis must not be used although it answers: too old, or it evicts. Null where it may. */
  readonly trouble: string | null;
}

/** A reconnection that takes no longer is nobody's business. */
const awayMs = 1000;
/** A hint that has not come so long after what it is about was lost, and so may be the subscription. */
const lostMs = 1000;
/** What the check's interval is shortened by at most. */
const jitter = 0.5;

interface Watched {
  readonly keys: TenantKeys;
  readonly hints: Set<LogHint>;
  /** How far the channel has come. */
  heard: { readonly epoch: string; readonly seq: number } | null;
  subscribed: Promise<void>;
}

/** Throws a TypeError or a RangeError that names a wrong option. Connects by itself, and again whenever it must. */
export function redisLog(options: RedisOptions): RedisLog {
  return new LogInRedis(readRedisOptions('redisLog', options));
}

class LogInRedis implements RedisLog {
  readonly answers: AnswersInRedis;
  readonly nodes: RedisNodeBus;
  readonly #settings: RedisSettings;
  readonly #commands: RedisConnection;
  readonly #ears: RedisConnection;
  readonly #writer: Writer;
  readonly #watched = new Map<string, Watched>();
  readonly #listeners = new Set<(isUp: boolean) => void>();
  /** Tenants of whom some were told what is in no log, and the epoch that this ends; empty for whichever it is. */
  readonly #owed = new Map<string, string>();
  #isTold = true;
  #telling: NodeJS.Timeout | undefined;
  #checking: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(settings: RedisSettings) {
    this.#settings = settings;
    const listener = { ready: () => this.#checkAll(), changed: () => this.#tell() };
    this.#commands = new RedisConnection(settings, 'commands', listener);
    this.#ears = new RedisConnection(settings, 'ears', listener);
    this.#writer = new Writer(this.#commands, settings);
    this.answers = new AnswersInRedis(this.#commands, settings);
    this.nodes = new RedisNodeBus(settings.prefix, this.#commands, this.#ears);
    this.#planCheck();
    this.#tell();
  }

  get isUp(): boolean {
    return this.#commands.isUp && this.#ears.isUp;
  }

  get trouble(): string | null {
    return this.#commands.trouble ?? this.#ears.trouble;
  }

  async publish(event: LogEvent): Promise<Written> {
    const { whenLogDown } = this.#settings;
    if (whenLogDown === 'reject') return this.#writer.publish(event);
    if (this.#isTold) {
      try {
        return await this.#writer.publish(event);
      } catch (reason) {
        if (this.#isClosed) throw reason;
      }
    }
    return this.#deliverAlone(event);
  }

  async open(tenant: string): Promise<StreamState> {
    const { engine, retainEvents } = this.#settings;
    const { meta, log, channel } = this.#keysOf(tenant);
    await this.#settleDebt(tenant, meta);
    const [epoch, head, floor] = await this.#commands.run<[string, string, string]>(
      openScript,
      [meta, log],
      [engine, newEpoch(), channel, retainEvents],
      this.#settings,
    );
    return { epoch, head: Number(head), floor: Number(floor) };
  }

  async read(tenant: string, after: number, limit: number): Promise<readonly LogEntry[]> {
    const { retainEvents } = this.#settings;
    const { meta, log } = this.#keysOf(tenant);
    type Row = readonly [id: string, fields: readonly string[]];
    const rows = await this.#commands.run<readonly Row[]>(
      readScript,
      [meta, log],
      [after, limit, retainEvents],
      this.#settings,
    );
    return rows.map(([id, [, at, , text = '']]) =>
      decodeEntry(Number.parseInt(id, 10), Number(at), text),
    );
  }

  async watch(tenant: string, hint: LogHint): Promise<() => void> {
    const watched = this.#watched.get(tenant) ?? this.#begin(tenant);
    // The same function may watch twice.
    const own: LogHint = (...told) => hint(...told);
    watched.hints.add(own);
    // Of a Redis that is away nothing is heard: once it is back, all that is watched is compared.
    if (this.#ears.isUp) await watched.subscribed;
    return () => {
      watched.hints.delete(own);
      if (watched.hints.size > 0 || this.#watched.get(tenant) !== watched) return;
      this.#watched.delete(tenant);
      this.#ears.unsubscribe(watched.keys.channel).catch(() => undefined);
    };
  }

  onAvailable(listener: (isUp: boolean) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#checking);
    clearTimeout(this.#telling);
    await Promise.all([this.#commands.close(), this.#ears.close()]);
  }

  /** The stream begins anew before anybody is told how it goes on. */
  async #settleDebt(tenant: string, meta: string): Promise<void> {
    const owed = this.#owed.get(tenant);
    if (owed === undefined) return;
    // What is delivered alone meanwhile is owed again.
    this.#owed.delete(tenant);
    try {
      await this.#commands.run(endScript, [meta], [owed], this.#settings);
    } catch (reason) {
      this.#owed.set(tenant, owed);
      throw reason;
    }
  }

  /** To those who listen here: it is in no log, of which everybody is told once that is back. */
  #deliverAlone({ tenant, ...event }: LogEvent): Written {
    const watched = this.#watched.get(tenant);
    this.#owed.set(tenant, watched?.heard?.epoch ?? '');
    const entry: LogEntry = { ...event, seq: 0, at: Date.now() };
    for (const hint of [...(watched?.hints ?? [])]) hint('', entry);
    return { position: null, repeat: false };
  }

  // ---- what is heard

  #begin(tenant: string): Watched {
    const keys = this.#keysOf(tenant);
    const hear = (message: string) => this.#hear(watched, message);
    const watched: Watched = {
      keys,
      hints: new Set(),
      heard: null,
      // A connection that is lost meanwhile subscribes again by itself.
      subscribed: this.#ears.subscribe(keys.channel, hear).catch(() => undefined),
    };
    this.#watched.set(tenant, watched);
    return watched;
  }

  #hear(watched: Watched, message: string): void {
    const told = decodeHint(message);
    if (!told) return;
    const { epoch, seq, entry } = told;
    watched.heard = { epoch, seq };
    for (const hint of [...watched.hints]) hint(epoch, entry);
  }

  #checkAll(): void {
    for (const tenant of this.#owed.keys()) {
      if (!this.#watched.has(tenant)) this.open(tenant).catch(() => undefined);
    }
    for (const [tenant, watched] of this.#watched) {
      // A Redis that does not answer is one that says so by itself.
      this.#check(tenant, watched).catch(() => undefined);
    }
  }

  async #check(tenant: string, watched: Watched): Promise<void> {
    const { epoch, head } = await this.open(tenant);
    const hasHeard = () => watched.heard?.epoch === epoch && watched.heard.seq >= head;
    if (hasHeard()) return;
    const before = watched.heard;
    for (const hint of [...watched.hints]) hint(epoch, null);
    // Of what came before anybody listened nothing could be heard.
    if (before === null) {
      watched.heard = { epoch, seq: head };
      return;
    }
    setTimeout(() => {
      if (this.#isClosed || hasHeard()) return;
      watched.heard = { epoch, seq: head };
      this.#ears.reopen();
    }, lostMs).unref();
  }

  #planCheck(): void {
    const ms = this.#settings.checkMs * (1 - Math.random() * jitter);
    this.#checking = setTimeout(() => {
      this.#checkAll();
      this.#planCheck();
    }, ms).unref();
  }

  // ---- whether it is there

  #tell(): void {
    if (this.isUp) {
      clearTimeout(this.#telling);
      this.#telling = undefined;
      this.#say(true);
    } else {
      this.#telling ??= setTimeout(() => this.#say(false), awayMs).unref();
    }
  }

  #say(isUp: boolean): void {
    if (isUp === this.#isTold || this.#isClosed) return;
    this.#isTold = isUp;
    for (const listener of [...this.#listeners]) listener(isUp);
  }

  #keysOf(tenant: string): TenantKeys {
    return keysOf(this.#settings.prefix, tenant);
  }
}
