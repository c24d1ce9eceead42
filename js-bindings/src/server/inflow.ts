// How much one link says: messages, bytes and announcements, each at its own pace.
import type { Limits } from './limits.js';
import { type Stalls, TokenBucket } from './pace.js';

export class Inflow {
  readonly #stalls: Stalls;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #announcements: TokenBucket;

  constructor({ messages, bytes, announcements }: Limits, stalls: Stalls) {
    const now = performance.now();
    this.#stalls = stalls;
    this.#messages = new TokenBucket(messages, now);
    this.#bytes = new TokenBucket(bytes, now);
    this.#announcements = new TokenBucket(announcements, now);
  }

  /** False where it is too much. */
  takesMessage(size: number): boolean {
    const now = performance.now();
    const { ms } = this.#stalls;
    return this.#messages.take(now, 1, ms) && this.#bytes.take(now, size, ms);
  }

  takesAnnouncement(): boolean {
    return this.#announcements.take(performance.now(), 1, this.#stalls.ms);
  }
}
