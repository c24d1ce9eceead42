// `createRealtime`: everything behind the upgrade, for links of whichever transport. It knows no socket, no
// HTTP and no library for tokens.
import { setTimeout as sleep } from 'node:timers/promises';
import { Acks } from './acks.js';
import { CloseCode, hintReason, isSendable, type RetryHint } from './close-codes.js';
import { Cluster } from './cluster/cluster.js';
import type { Kick } from './cluster/wire.js';
import type { EventLog } from './event-log/event-log.js';
import { memoryLog } from './event-log/memory-log.js';
import { readHandshake } from './handshake.js';
import { type ConnectionFilter, Hub } from './hub.js';
import { authoriseWith, isKnown, judgeWith, troubleOf, windowWith } from './judge.js';
import { outcomeLabel } from './labels.js';
import type { Limits } from './limits.js';
import { Summary, safeLog, safeMetrics } from './log.js';
import { type RealtimeOptions, readOptions } from './options.js';
import { Turn } from './outbox.js';
import { Stalls } from './pace.js';
import type { SessionParts } from './parts.js';
import { Counts } from './places.js';
import { Presence } from './presence.js';
import { type Publication, type Published, readPublication } from './publish.js';
import { Session } from './session.js';
import type { TailEntry } from './stream/entry.js';
import { Replays } from './stream/replays.js';
import { Streams } from './stream/streams.js';
import type {
  ConnectionInfo,
  DialRequest,
  Incoming,
  Link,
  Logger,
  Metrics,
  Verify,
} from './types.js';
import type { UserKey } from './user-map.js';

export interface DrainOptions {
  /** How long dials are still taken once the server says that it is not ready: a balancer's interval. Default 0 ms. */
  readonly readyMs?: number | undefined;
  /** Links are told to leave evenly over so long. Default 5,000 ms. */
  readonly overMs?: number | undefined;
  /**
   * When they may come back, counted from the end of the drain: before it there is nobody to come back to.
   * Default after 500 ms, spread over 5,000 ms; where others take them, at once, spread over 500 ms.
   */
  readonly hint?: RetryHint | undefined;
  /** Other nodes take them: the hint counts from the moment in which each is told. Default false. */
  readonly elsewhere?: boolean | undefined;
}

/** Why a dial is turned away before its upgrade, as an HTTP status. */
export type Turned = 429 | 503;

const sliceMs = 100;
/** Of anything that a drain waits for or hints at: what clients take for a hint at most. */
const drainMsMax = 300_000;
/** Not everybody is pinged at one instant: a round is cut into so many. */
const livenessSlices = 16;
const defaultHint: RetryHint = { retryAfterMs: 500, spreadMs: 5000 };
/** Who leaves in slices is spread by them. */
const elsewhereHint: RetryHint = { retryAfterMs: 0, spreadMs: 500 };

export class Realtime {
  readonly limits: Limits;
  readonly #verify: Verify;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #parts: SessionParts;
  readonly #sessions = new Set<Session>();
  readonly #hub = new Hub<Session>();
  readonly #refusals: Summary;
  readonly #stalls = new Stalls();
  readonly #eventLog: EventLog;
  readonly #keeps: boolean;
  readonly #streams: Streams;
  readonly #unreachable = new Set<(user: UserKey) => void>();
  readonly #presence: Presence;
  readonly #cluster: Cluster;
  readonly #liveness: NodeJS.Timeout;
  #dials = 0;
  #round = 0;
  #state: 'open' | 'draining' | 'leaving' | 'closed' = 'open';
  #hint = defaultHint;
  #leaving: Promise<void> | undefined;

  /** Throws a TypeError or a RangeError that names a wrong option. */
  constructor(given: RealtimeOptions) {
    const options = readOptions(given);
    const { verify, limits } = options;
    const metrics = safeMetrics(options.metrics);
    this.limits = limits;
    this.#verify = verify;
    this.#metrics = metrics;
    this.#log = safeLog(options.logger);
    this.#refusals = new Summary(this.#log);
    this.#presence = new Presence(options.heartbeatMs, {
      changed: (user) => this.#cluster.changed(user),
      lost: (user) => this.#cluster.lost(user),
    });
    const places = { addresses: new Counts(), users: new Counts(), waiting: new Counts() };
    this.#keeps = options.log !== null;
    this.#eventLog = options.log ?? memoryLog({ retainEvents: 1 });
    this.#cluster = new Cluster(this.#eventLog.nodes, {
      beatMs: options.nodeBeatMs,
      presence: this.#presence,
      log: this.#log,
      metrics,
      lost: (user) => this.#tellUnreachable(user),
      kicked: (kick, before) => this.#kickHere(kick, before),
    });
    const max = { events: limits.tailEvents, bytes: limits.tailBytes };
    this.#streams = new Streams(this.#eventLog, max, {
      appended: (tenant, entry) => this.#deliver(tenant, entry, 'offer'),
      outside: (tenant, entry) => this.#deliver(tenant, entry, 'outside'),
      restarted: (tenant, before) => {
        for (const session of this.#hub.ofTenant(tenant)) session.reader?.restarted(before);
      },
      interrupted: () => {
        for (const session of this.#hub.all()) session.reader?.interrupted();
      },
      restored: (tenant) => {
        for (const session of this.#hub.ofTenant(tenant)) session.reader?.restored();
      },
    });
    const acks = options.features.includes('ack') ? new Acks(limits) : null;
    this.#parts = {
      ...options,
      streams: this.#streams,
      replays: new Replays(),
      turn: new Turn(),
      hub: this.#hub,
      presence: this.#presence,
      places,
      stalls: this.#stalls,
      handling: {
        handlers: options.messages,
        log: this.#log,
        atOnce: limits.handling,
        patienceMs: limits.handlerMs,
        acks,
        answers: this.#eventLog.answers ?? null,
        ackMs: limits.ackMs,
        count: (outcome) => metrics.count('answers_total', { outcome }),
      },
      log: this.#log,
      metrics,
      verify: judgeWith(verify, limits, this.#log, metrics),
      authorise: authoriseWith(options.authorise, this.#log),
      batchWindowMs: windowWith(options.batchWindowMs, this.#log),
      linksElsewhere: (user) => this.#cluster.linksElsewhere(user),
      dialFailed: (code) => this.#countRefusal(outcomeLabel(code)),
      gone: (session) => this.#sessions.delete(session),
    };
    metrics.gauge('sockets_open', () => this.#hub.size);
    metrics.gauge('sockets_held', () => this.#sessions.size);
    metrics.gauge('sockets_waiting', () => places.waiting.total);
    metrics.gauge('answers_kept_bytes', () => acks?.bytes ?? 0);
    const pause = options.livenessMs / livenessSlices;
    this.#liveness = setInterval(() => this.#checkSlice(), pause).unref();
  }

  // ---- for adapters

  /** Whether a dial may be upgraded at all; the HTTP status to answer where it may not. */
  turnsAway(remoteAddress: string): Turned | null {
    const { limits } = this;
    const turned =
      this.#state === 'closed' || this.#sessions.size >= limits.sockets
        ? 503
        : this.#parts.places.addresses.of(remoteAddress) >= limits.socketsPerAddress
          ? 429
          : null;
    if (turned) this.#countRefusal(turned === 503 ? 'server_full' : 'address_full');
    return turned;
  }

  /**
   * Takes a link that has just opened. `origins`: which pages may dial, by default `['self']`.
   * What it refuses it closes with a code that browsers show to the page.
   */
  accept(link: Link, dial: DialRequest, origins?: readonly string[]): Incoming {
    this.#dials += 1;
    const session = new Session(link, dial, this.#parts, this.#dials % livenessSlices);
    this.#sessions.add(session);
    const handshake = readHandshake(dial, origins);
    if (this.#state === 'leaving' || this.#state === 'closed') {
      session.close(CloseCode.restart, hintReason(this.#hint));
    } else if (handshake.kind === 'refused') {
      session.close(handshake.code, handshake.why);
    } else {
      void session.authenticate(handshake.token, isKnown(this.#verify, handshake.token));
    }
    return session;
  }

  /** Counts a dial that an adapter turned away by itself. */
  countRefusal(outcome: 'not_found' | 'fault'): void {
    this.#countRefusal(outcome);
  }

  // ---- for the application

  /**
   * To all links of the tenant, or of these users, that want to hear this type. Resolves once it is in the log
   * and on its way; rejects with a TypeError for what is no event, and with an Error once the server is closed,
   * or where the log does not take it.
   */
  async publish(event: Publication): Promise<Published> {
    const read = readPublication(event);
    if (this.#state === 'closed') throw new Error('publish: this server is closed');
    const { position, repeat } = await this.#eventLog.publish(read);
    if (!repeat) this.#metrics.count('events_published_total');
    return { position: this.#keeps ? position : null, repeat };
  }

  /** The open links of this node, newest state. */
  connections(filter: ConnectionFilter = {}): ConnectionInfo[] {
    return this.#hub.select(filter).map(({ info }) => info);
  }

  /** How many links are open on this node. */
  get size(): number {
    return this.#hub.size;
  }

  /** Whoever has an open link on this node. */
  users(): UserKey[] {
    return this.#hub.users();
  }

  /**
   * Whether a page of this user said something within one and a half heartbeats, to this node or to another one
   * of the same log: asked before somebody rings a browser. The browser's own answers do not count.
   */
  reachable(tenant: string, user: string): boolean {
    return this.#cluster.isReachable({ tenant, user });
  }

  /** Called once, on one of the nodes, when a user who was reachable no longer is. Returns what takes it off. */
  onUnreachable(listener: (user: UserKey) => void): () => void {
    this.#unreachable.add(listener);
    return () => {
      this.#unreachable.delete(listener);
    };
  }

  /**
   * Closes links, by default with 4403, after which clients stop, on all nodes of the same log. Returns how many
   * on this one. Throws a RangeError for a code that no server may send.
   */
  kick(filter: ConnectionFilter, code: number = CloseCode.forbidden, reason = ''): number {
    if (!isSendable(code))
      throw new RangeError(`kick: ${code} is none of 1000, 1012, 1013, 3000-4999`);
    const kick = { filter, code, reason };
    this.#cluster.kick(kick);
    return this.#kickHere(kick);
  }

  /** Null while traffic may come; otherwise why not: for a readiness probe. */
  notReady(): string | null {
    if (this.#state !== 'open') return 'the server is stopping';
    if (!this.#streams.isUp) return 'the event log does not answer';
    return troubleOf(this.#verify);
  }

  /** Sends everybody away at once, as before a restart, and goes on taking dials. Resolves when they have gone. */
  async sendAway(hint: RetryHint = defaultHint): Promise<void> {
    const leaving = [...this.#sessions];
    for (const session of leaving) session.sendAway(hint);
    await this.#gone(leaving);
  }

  /**
   * Says that it is not ready, then sends everybody away in slices, and resolves when all have gone. Rejects with a
   * RangeError for times that are none, up to 300,000 ms.
   */
  drain(options: DrainOptions = {}): Promise<void> {
    this.#leaving ??= this.#leave(options).catch((reason: unknown) => {
      this.#leaving = undefined;
      throw reason;
    });
    return this.#leaving;
  }

  /** Sends everybody away at once, if that has not been done, and lets go of all timers. */
  async close(): Promise<void> {
    await this.drain({ overMs: 0 });
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearInterval(this.#liveness);
    this.#presence.close();
    this.#cluster.close();
    this.#stalls.close();
    // The log may be others' too: whoever gave it closes it.
    this.#streams.close();
    this.#refusals.flush();
    this.#verify.close?.();
  }

  /** One whole round of protocol pings, as it is made in slices every `livenessMs`. For tests. */
  checkLiveness(): void {
    for (const session of [...this.#sessions]) session.checkLiveness();
  }

  // ---- inside

  async #leave({ readyMs = 0, overMs = 5000, elsewhere = false, ...given }: DrainOptions) {
    const { hint = elsewhere ? elsewhereHint : defaultHint } = given;
    for (const ms of [readyMs, overMs, hint.retryAfterMs, hint.spreadMs]) {
      if (!(ms >= 0 && ms <= drainMsMax))
        throw new RangeError(`drain: ${ms} is not 0 to ${drainMsMax} ms`);
    }
    this.#state = 'draining';
    if (readyMs > 0) await sleep(readyMs);
    this.#state = 'leaving';
    this.#hint = hint;
    const leaving = [...this.#sessions];
    // One socket a slice is gentle enough: few leave sooner, and nobody is waited for where there is none.
    const slices = Math.max(1, Math.min(Math.ceil(overMs / sliceMs), leaving.length));
    for (let slice = 0; slice < slices; slice += 1) {
      const leftMs = elsewhere ? 0 : (slices - 1 - slice) * sliceMs;
      const own = { ...hint, retryAfterMs: hint.retryAfterMs + leftMs };
      const from = Math.floor((leaving.length * slice) / slices);
      const to = Math.floor((leaving.length * (slice + 1)) / slices);
      for (const session of leaving.slice(from, to)) session.sendAway(own);
      if (slice < slices - 1) await sleep(sliceMs);
    }
    // Those who dialled meanwhile were turned away by `accept`.
    await this.#gone([...this.#sessions]);
    this.#cluster.leave();
  }

  /** Links end by force within `closeMs`; an adapter that never says so is not waited for. */
  async #gone(leaving: readonly Session[]): Promise<void> {
    const patience = new AbortController();
    const late = sleep(2 * this.limits.closeMs, undefined, patience);
    await Promise.race([Promise.all(leaving.map(({ whenClosed }) => whenClosed)), late]);
    late.catch(() => undefined);
    patience.abort();
  }

  /** Of links that were dialled before this, wall-clock ms. */
  #kickHere({ filter, code, reason }: Kick, before = Number.POSITIVE_INFINITY): number {
    const leaving = this.#hub.select(filter).filter(({ since }) => since <= before);
    for (const session of leaving) session.close(code, reason);
    return leaving.length;
  }

  #checkSlice(): void {
    this.#round = (this.#round + 1) % livenessSlices;
    for (const session of [...this.#sessions]) {
      if (session.slot === this.#round) session.checkLiveness();
    }
  }

  #deliver(tenant: string, entry: TailEntry, how: 'offer' | 'outside'): void {
    let links = 0;
    this.#hub.forEach(tenant, entry.to, (session) => {
      if (session.reader?.[how](entry)) links += 1;
    });
    this.#metrics.count('messages_sent_total', { type: 'event' }, links);
  }

  #tellUnreachable(user: UserKey): void {
    for (const listener of [...this.#unreachable]) {
      try {
        listener(user);
      } catch (reason) {
        this.#log.error({ problem: String(reason) }, 'a listener of onUnreachable failed');
      }
    }
  }

  #countRefusal(outcome: string): void {
    this.#metrics.count('upgrades_total', { outcome });
    this.#refusals.add(outcome);
  }
}

/** Everything behind the upgrade; `attach` of `keepline/server/ws` puts it on an HTTP server. */
export function createRealtime(options: RealtimeOptions): Realtime {
  return new Realtime(options);
}
