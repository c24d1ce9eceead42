// What goes out over one link, in order: at once, or joined to what else is ready, where the peer reads several
// frames in one message. RFC 8259 lets no line break into JSON, so that one stands between frames.
import type { Link } from './types.js';

/** Of one message that is several frames. */
const batchBytesMax = 64 * 1024;
export const batchWindowMsMax = 50;

/** Everybody's messages that are to leave in this turn of the loop. */
export class Turn {
  #waiting: Outbox[] = [];

  add(outbox: Outbox): void {
    this.#waiting.push(outbox);
    if (this.#waiting.length > 1) return;
    setImmediate(() => {
      const leaving = this.#waiting;
      this.#waiting = [];
      for (const each of leaving) each.flush();
    });
  }
}

export class Outbox {
  readonly #link: Link;
  readonly #turn: Turn;
  /** Undefined where the peer reads one frame a message. */
  #frames: string[] | undefined;
  #bytes = 0;
  #leavesThisTurn = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(link: Link, turn: Turn) {
    this.#link = link;
    this.#turn = turn;
  }

  /** The peer has said that it reads them. */
  batch(): void {
    this.#frames ??= [];
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes + this.#bytes;
  }

  /** Sent by now, and whatever waits before it. */
  send(frame: string): void {
    this.flush();
    this.#link.send(frame);
  }

  /** `bytes`: of the frame. `windowMs`: how long it may wait for others. */
  push(frame: string, bytes: number, windowMs: number): void {
    if (!this.#frames) {
      this.#link.send(frame);
      return;
    }
    if (this.#bytes + bytes > batchBytesMax) this.flush();
    this.#frames.push(frame);
    this.#bytes += bytes + 1;
    if (windowMs > 0) this.#timer ??= setTimeout(() => this.flush(), windowMs);
    else if (!this.#leavesThisTurn) {
      this.#leavesThisTurn = true;
      this.#turn.add(this);
    }
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leavesThisTurn = false;
    const frames = this.#frames;
    if (!frames?.length) return;
    this.#frames = [];
    this.#bytes = 0;
    // One alone is the same text for all links, whose frame is made once.
    this.#link.send(frames.length === 1 ? (frames[0] ?? '') : frames.join('\n'));
  }

  /** What is written in there goes out together. */
  corked(write: () => void): void {
    const all = () => {
      write();
      this.flush();
    };
    if (this.#link.corked) this.#link.corked(all);
    else all();
  }

  /** Nothing leaves any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#frames &&= [];
    this.#bytes = 0;
  }
}
