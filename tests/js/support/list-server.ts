// A server that keeps a list and a log of it, behind fake sockets and fake time: it fails and delays as the
// seed says. What a page shows can be compared with what it has.
import { vi } from 'vitest';
import { FakeWebSocket } from './fake-web-socket.js';

/** Mulberry32: the same numbers for the same seed, in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Entry {
  readonly seq: number;
  readonly item: number;
}

interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly data?: { readonly from: string | null };
}

/** One link: frames leave in order, each a while after it was written. */
interface Wire {
  readonly socket: FakeWebSocket;
  /** Null before the verdict: up to which number everything was written. */
  sent: number | null;
  /** So many of the page's frames were read. */
  read: number;
  readonly queue: object[];
}

export class ListServer {
  readonly #random: () => number;
  readonly #withLog: boolean;
  readonly items: number[] = [];
  #log: Entry[] = [];
  #epoch = 1;
  #seq = 100;
  #floor = 100;
  #wire: Wire | null = null;
  requests = 0;

  constructor(random: () => number, withLog: boolean) {
    this.#random = random;
    this.#withLog = withLog;
  }

  get position(): string {
    return `e${this.#epoch}.${this.#seq}`;
  }

  publish(): void {
    this.#seq += 1;
    const item = this.items.length;
    this.items.push(item);
    this.#log.push({ seq: this.#seq, item });
  }

  /** What an answer to a request has, and when it comes. */
  readonly fetch = async ({ signal }: { signal: AbortSignal }) => {
    this.requests += 1;
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await wait(this.#random() * 100);
    if (this.#random() < 0.2) throw new Error('the request failed');
    const answer = {
      data: [...this.items] as readonly number[],
      ...(this.#withLog && { position: this.position }),
    };
    await wait(this.#random() * 500);
    if (signal.aborted) throw signal.reason;
    return answer;
  };

  drop(): void {
    const { socket } = this.#wire ?? {};
    this.#wire = null;
    if (socket && socket.readyState < FakeWebSocket.CLOSING) socket.drop();
  }

  /** What is logged so far cannot be repeated any more. */
  trim(): void {
    if (this.#wire) this.#write(this.#wire);
    this.#floor = this.#seq;
    this.#log = [];
  }

  /** The log begins anew, as after a loss of it: numbers go on or begin again. */
  rotate(again: boolean): void {
    this.trim();
    this.#epoch += 1;
    if (again) this.#seq = 0;
    this.#floor = this.#seq;
    this.drop();
  }

  /** A reader that is too slow: what it has not been sent is skipped. */
  skip(): void {
    const wire = this.#wire;
    if (!this.#withLog || !wire || wire.sent === null || wire.sent === this.#seq) return;
    const from = `e${this.#epoch}.${wire.sent}`;
    wire.queue.push({
      type: 'gap',
      data: { from, to: this.position, reason: 'slow', spreadMs: 300 },
    });
    wire.sent = this.#seq;
  }

  /** Does what is due: accepts, answers, writes, delivers some of what was written. */
  step(): void {
    const socket = FakeWebSocket.made.at(-1);
    if (!socket) return;
    if (this.#wire?.socket !== socket) {
      if (socket.readyState !== FakeWebSocket.CONNECTING) return;
      this.#wire = { socket, sent: null, read: 0, queue: [] };
      const log = { features: ['resume'], position: this.position };
      socket.accept().greet(this.#withLog ? log : {});
      if (!this.#withLog) this.#wire.sent = this.#seq;
    }
    const wire = this.#wire;
    if (!wire || socket.readyState !== FakeWebSocket.OPEN) return;
    const frames = wire.socket.frames.slice(wire.read) as Frame[];
    wire.read += frames.length;
    for (const frame of frames) this.#hear(wire, frame);
    this.#write(wire);
    for (let n = Math.floor(this.#random() * 4); n > 0; n -= 1) {
      const frame = wire.queue.shift();
      if (frame && socket.readyState === FakeWebSocket.OPEN) socket.deliver(frame);
    }
  }

  #hear(wire: Wire, { type, id, data }: Frame): void {
    if (type === 'ping') wire.queue.push({ type: 'pong', id });
    if (type === 'resume') this.#judge(wire, data?.from ?? null);
  }

  #judge(wire: Wire, from: string | null): void {
    const [epoch, seq] = (from ?? this.position).split('.') as [string, string];
    const known = epoch === `e${this.#epoch}` && Number(seq) >= this.#floor;
    if (known) {
      wire.queue.push({
        type: 'resumed',
        data: { from: from ?? this.position, to: this.position },
      });
      wire.sent = Number(seq);
    } else {
      const data = { from, to: this.position, reason: 'trimmed', spreadMs: 300 };
      wire.queue.push({ type: 'gap', data });
      wire.sent = this.#seq;
    }
  }

  #write(wire: Wire): void {
    const { sent } = wire;
    if (sent === null) return;
    for (const { seq, item } of this.#log) {
      if (seq > sent) wire.queue.push({ type: 'added', seq, data: item });
    }
    wire.sent = this.#seq;
  }
}

/** So many steps of a run, each with some of what may happen. */
export async function play(
  server: ListServer,
  random: () => number,
  steps: number,
  faults: readonly (readonly [share: number, fault: () => void])[],
): Promise<void> {
  for (let at = 0; at < steps; at += 1) {
    if (random() < 0.5) server.publish();
    for (const [share, fault] of faults) if (random() < share) fault();
    server.step();
    await vi.advanceTimersByTimeAsync(random() * 60);
  }
}

/** Until nothing is on its way any more. */
export async function calm(server: ListServer): Promise<void> {
  for (let at = 0; at < 400; at += 1) {
    server.step();
    await vi.advanceTimersByTimeAsync(200);
  }
}
