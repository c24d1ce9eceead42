// How fast somebody may go: token buckets, and what they make of a process that was busy with something else.
import type { Rate } from './limits.js';

/** How often the clock below looks how late it is. */
const lookEveryMs = 100;

/**
 * Knows how long this process has just not come round to its sockets. What arrived meanwhile is read all at
 * once, and is no flood.
 */
export class Stalls {
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();
  #stalledMs = 0;

  constructor() {
    // Timers run before sockets are read, in each turn of the loop: what is read after a stall finds it known.
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#stalledMs = Math.max(0, now - this.#lookedAt - lookEveryMs);
      this.#lookedAt = now;
    }, lookEveryMs);
    this.#timer.unref();
  }

  get ms(): number {
    return this.#stalledMs;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** Time is passed in, monotonic, in ms. */
export class TokenBucket {
  readonly #rate: Rate;
  #available: number;
  #filledAt: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#available = rate.burst;
    this.#filledAt = nowMs;
  }

  /** False when there is not enough left; the caller decides what that costs. */
  take(nowMs: number, amount = 1, stalledMs = 0): boolean {
    const { burst, perSecond } = this.#rate;
    const elapsedMs = Math.max(0, nowMs - this.#filledAt);
    this.#filledAt = nowMs;
    // What a stall has kept back was allowed to come while it lasted.
    const most = burst + (perSecond * stalledMs) / 1000;
    this.#available = Math.min(most, this.#available + (perSecond * elapsedMs) / 1000);
    if (this.#available < amount) return false;
    this.#available -= amount;
    return true;
  }
}
