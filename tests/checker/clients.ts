// A process: many users' clients, of the package as it is built, and the books of what they were handed.
// clients.ts PORT FROM TO
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Connection,
  createConnection,
  type RealtimeEvent,
  SendError,
  type SendReceipt,
  type Status,
} from 'keepline';
import { WebSocket } from 'ws';
import { answer } from '../bench/server-half/answering.js';
import type { Heard, Sitting } from './judge.js';
import type { Ending } from './judge-sends.js';
import { type Some, someOf, type User, users } from './population.js';

/** Somebody who was disconnected on purpose is told at once that nobody knows. */
const askAgainMs = 1000;

/** Of each tenant the place of the last event. */
export type Ends = Readonly<Record<string, string>>;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type OpenSitting = Mutable<Sitting> & { heard: Heard[] };

const [port, from, to] = process.argv.slice(2).map(Number);
const wasmBinary = readFileSync(createRequire(import.meta.url).resolve('keepline/wasm'));
const sittings: OpenSitting[] = [];
const endings: Ending[] = [];
/** Since somebody asked. */
const outagesMs: number[] = [];

class Seat {
  readonly connection: Connection;
  readonly #index: number;
  #user: User;
  #sitting: OpenSitting;
  #sent = 0;
  #waiting = 0;
  #isWhole = false;
  #lostAtMs: number | undefined;

  constructor(index: number) {
    this.#index = index;
    this.#user = this.#home;
    this.#sitting = this.#sit();
    this.connection = createConnection({
      url: `ws://127.0.0.1:${port}/ws`,
      WebSocket,
      wasmBinary,
      identity: this.#identity,
      getToken: () => `${this.#user.tenant}~${this.#user.user}`,
      backoff: { initialMs: 100, maxMs: 1000, maxAttempts: 10_000 },
      heartbeat: { intervalMs: 5000, timeoutMs: 1000 },
      queue: { ttlMs: 60_000 },
      logLevel: 'silent',
    }) as Connection;
    this.connection.onStatus(({ delivery, phase }) => {
      this.#follow(delivery);
      this.#time(phase === 'ready');
    });
    this.connection.onGap(({ from: since, to: until, reason }) => {
      this.#begin();
      this.#sitting.heard.push({ kind: 'gap', from: since, to: until, reason });
    });
    this.connection.subscribe('*', (event) => this.#hear(event));
  }

  get #home(): User {
    return users[this.#index % users.length] as User;
  }

  get #identity(): string {
    return `${this.#user.tenant}/${this.#user.user}`;
  }

  /** Whether it has come to the end of its tenant's stream, and all its messages have ended. */
  isAtEnd(ends: Ends): boolean {
    return this.#waiting === 0 && this.connection.position() === ends[this.#user.tenant];
  }

  /** Another user takes the seat, in the middle of whatever is going on. */
  switchUser(): void {
    this.leave(false);
    const next = users[(users.indexOf(this.#user) + 7) % users.length] as User;
    this.#user = next;
    this.#sitting = this.#sit();
    this.connection.setIdentity(this.#identity);
  }

  leave(last: boolean): void {
    this.#sitting.ended = this.connection.position();
    this.#sitting.last = last;
  }

  /** A message whose answer is waited for. */
  note(): void {
    this.#sent += 1;
    this.#waiting += 1;
    const id = `seat-${this.#index}-${this.#sent}`;
    const key = `${this.#user.tenant}/${this.#user.user}/${id}`;
    const end = (outcome: string, by: string | null = null) => {
      this.#waiting -= 1;
      endings.push({ key, outcome, by });
    };
    const sitting = this.#sitting;
    const ask = (sent: Promise<SendReceipt>, triesLeft: number) => {
      sent.then(
        ({ result }) => end('done', (result as { by: string }).by),
        (reason: unknown) => {
          const kind = reason instanceof SendError ? reason.kind : String(reason);
          if (kind !== 'unconfirmed') end(kind);
          else if (sitting !== this.#sitting) end('identity_changed');
          else if (triesLeft === 0) end('unsettled');
          else setTimeout(() => ask(this.connection.outcome(id), triesLeft - 1), askAgainMs);
        },
      );
    };
    // Of some the time is over before a link that broke is noticed.
    const ttlMs = this.#sent % 2 === 0 ? 1500 : 30_000;
    ask(this.connection.send('note', { text: key }, { ack: true, id, ttlMs }), 40);
  }

  #hear({ type, seq, data }: RealtimeEvent): void {
    // The greeting is no event of the stream.
    if (type === 'connected') return;
    this.#begin();
    this.#sitting.heard.push({ kind: 'event', n: (data as { n: number }).n, seq: seq ?? 0 });
  }

  /** Whether a gap without an end is over is told by the status alone, where nothing was missing. */
  #follow(delivery: Status['delivery']): void {
    this.#begin();
    const isWhole = delivery === 'live' || delivery === 'catching_up';
    if (isWhole && !this.#isWhole) this.#sitting.heard.push({ kind: 'whole' });
    this.#isWhole = isWhole;
  }

  /** How long it has no link that can be used. */
  #time(isLive: boolean): void {
    if (!isLive) this.#lostAtMs ??= performance.now();
    else if (this.#lostAtMs !== undefined) {
      outagesMs.push(performance.now() - this.#lostAtMs);
      this.#lostAtMs = undefined;
    }
  }

  /** The stream has begun as soon as there is a place in it: nothing was handed over before. */
  #begin(): void {
    this.#sitting.began ??= this.connection?.position() ?? null;
  }

  #sit(): OpenSitting {
    const sitting: OpenSitting = {
      client: `seat ${this.#index}`,
      ...this.#user,
      began: null,
      ended: null,
      last: false,
      heard: [],
    };
    sittings.push(sitting);
    return sitting;
  }
}

const seats = Array.from({ length: (to ?? 0) - (from ?? 0) }, (_, i) => new Seat((from ?? 0) + i));

const some = (which: Some) => someOf(seats, which);

const answers = {
  switchUsers: (which: Some) => {
    for (const seat of some(which)) seat.switchUser();
  },
  offline: ({ ms, ...which }: Some & { ms: number }) => {
    for (const { connection } of some(which)) {
      connection.disconnect();
      setTimeout(() => connection.connect(), ms);
    }
  },
  notes: (which: Some) => {
    for (const seat of some(which)) seat.note();
  },
  outages: () => outagesMs.splice(0),
  live: () => seats.filter(({ connection }) => connection.status().phase === 'ready').length,
  /** How many have not come to the end yet. */
  behind: (ends: Ends) => seats.filter((seat) => !seat.isAtEnd(ends)).length,
  books: () => {
    for (const seat of seats) seat.leave(true);
    return { sittings, endings };
  },
};
export type ClientAnswers = typeof answers;
answer(answers);
