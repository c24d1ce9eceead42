/**
 * A line on which everything takes a while and nothing overtakes. Without a delay, and with nothing
 * on it, what is put in comes out at once.
 */
interface Held {
  readonly dueAtMs: number;
  readonly bytes: number;
  readonly pass: () => void;
}

/** Room for the largest burst there is, ten seconds late; whoever fills it is cut. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;

export class DelayLine {
  #delayMs = 0;
  #held: Held[] = [];
  #heldBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** For what is put in from now on; without a delay what was held comes out at once. */
  setDelay(ms: number): void {
    this.#delayMs = ms;
    if (ms === 0) this.#release(this.#held.length);
  }

  /** False when the line is full. */
  put(bytes: number, pass: () => void): boolean {
    if (this.#delayMs === 0 && this.#held.length === 0) {
      pass();
      return true;
    }
    if (this.#heldBytes + bytes > HELD_BYTES_MAX) return false;
    this.#heldBytes += bytes;
    this.#held.push({ dueAtMs: performance.now() + this.#delayMs, bytes, pass });
    if (this.#held.length === 1) this.#arm();
    return true;
  }

  /** Forgets what is held: the link it was for is gone. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#held = [];
    this.#heldBytes = 0;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#held[0];
    if (first === undefined) return;
    this.#timer = setTimeout(
      () => this.#releaseDue(),
      Math.max(0, first.dueAtMs - performance.now()),
    );
  }

  /** Stops at the first that is not due: what came after it under a shorter delay waits its turn. */
  #releaseDue(): void {
    const nowMs = performance.now();
    const waiting = this.#held.findIndex(({ dueAtMs }) => dueAtMs > nowMs);
    this.#release(waiting === -1 ? this.#held.length : waiting);
  }

  #release(count: number): void {
    const due = this.#held.splice(0, count);
    for (const { bytes } of due) this.#heldBytes -= bytes;
    this.#arm();
    for (const { pass } of due) pass();
  }
}
