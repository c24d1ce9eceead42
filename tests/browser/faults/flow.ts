// One direction of a connection through the proxy: what comes out of one socket goes into another, at
// once or as a bad network would pass it on. Knows bytes and time; knows nothing of what the bytes say.
import type { Socket } from 'node:net';

export interface Pace {
  /** How long everything is on its way. */
  readonly delayMs: number;
  /** In pieces of so many bytes, each that much after the last; 0 bytes for as it came. */
  readonly pieceBytes: number;
  readonly gapMs: number;
}

export const AT_ONCE: Pace = { delayMs: 0, pieceBytes: 0, gapMs: 0 };

interface Piece {
  readonly dueAtMs: number;
  /** Null is the end of what there is to say. */
  readonly bytes: Buffer | null;
}

/** What a flow does beside passing on. */
export interface FlowHooks {
  /** Sees every chunk as it comes, and says what is to be passed on in its place. */
  readonly change?: (chunk: Buffer) => Buffer;
  /** Sees what is passed on, when it is. */
  readonly passed?: (bytes: Buffer) => void;
}

export class Flow {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #hooks: FlowHooks;
  readonly #line: Piece[] = [];
  #pace = AT_ONCE;
  #held = false;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, sink: Socket, hooks: FlowHooks) {
    this.#source = source;
    this.#sink = sink;
    this.#hooks = hooks;
    source.on('data', (chunk: Buffer) => this.#take(chunk));
    source.on('end', () => this.#put(null));
    sink.on('drain', () => {
      if (!this.#held) source.resume();
    });
  }

  /** What is not passed on waits in the kernels, as behind a router that has gone. */
  setHeld(held: boolean): void {
    this.#held = held;
    if (held) this.#source.pause();
    else this.#source.resume();
    this.#pump();
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
  }

  /** What a reader took off the front before this existed. */
  unshift(chunk: Buffer): void {
    this.#take(chunk);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#line.length = 0;
  }

  #take(chunk: Buffer): void {
    const changed = this.#hooks.change?.(chunk) ?? chunk;
    const step = this.#pace.pieceBytes || changed.length;
    for (let at = 0; at < changed.length; at += step) this.#put(changed.subarray(at, at + step));
  }

  #put(bytes: Buffer | null): void {
    const { delayMs, gapMs } = this.#pace;
    this.#lastDueMs = Math.max(this.#lastDueMs + gapMs, performance.now() + delayMs);
    this.#line.push({ dueAtMs: delayMs + gapMs === 0 ? 0 : this.#lastDueMs, bytes });
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#held || this.#sink.destroyed) return;
    for (let next = this.#line[0]; next; next = this.#line[0]) {
      const waitMs = next.dueAtMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), waitMs);
        return;
      }
      this.#line.shift();
      if (next.bytes === null) {
        this.#sink.end();
        continue;
      }
      this.#hooks.passed?.(next.bytes);
      if (!this.#sink.write(next.bytes)) this.#source.pause();
    }
  }
}
