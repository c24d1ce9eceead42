/** A token bucket: so many messages at once, so many a second after that. Time is passed in. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #limit: RateLimit;
  #available: number;
  #refilledAt: number;

  constructor(limit: RateLimit, nowMs: number) {
    this.#limit = limit;
    this.#available = limit.burst;
    this.#refilledAt = nowMs;
  }

  /** False when there is nothing left; the caller decides what that costs. */
  take(nowMs: number): boolean {
    const elapsedSec = Math.max(0, nowMs - this.#refilledAt) / 1000;
    this.#refilledAt = nowMs;
    this.#available = Math.min(
      this.#limit.burst,
      this.#available + elapsedSec * this.#limit.perSecond,
    );
    if (this.#available < 1) return false;
    this.#available -= 1;
    return true;
  }
}
