// Events beside requests: the answer to a request that was on its way as an event came may be without it, and
// would undo it. What came meanwhile is applied once more, to the answer.
import { guarded } from '../engine/guarded.js';
import type { CacheEvent } from './types.js';

/** So many events are remembered while requests are on their way; past it a query is fetched once more. */
const rememberedMax = 1000;

interface Remembered {
  readonly at: number;
  readonly apply: () => void;
}

export class Replay {
  /** For each query that is being fetched, how many events had come before. */
  readonly #started = new Map<string, number>();
  #remembered: Remembered[] = [];
  #count = 0;
  readonly #incomplete: (event: CacheEvent) => void;

  /** `incomplete`: an answer to which not all can be applied any more. */
  constructor(incomplete: (event: CacheEvent) => void) {
    this.#incomplete = incomplete;
  }

  /** A change that an event makes. */
  apply(apply: () => void): void {
    guarded(apply);
    this.#count += 1;
    if (this.#started.size === 0) return;
    this.#remembered.push({ at: this.#count, apply });
    if (this.#remembered.length > rememberedMax) this.#remembered.shift();
  }

  /** What the cache tells of a query. */
  hear(event: CacheEvent): void {
    const { type, query, action } = event;
    const { queryHash, state } = query;
    if (action?.type === 'success') {
      if (!action.manual) this.#answered(event, queryHash);
    } else if (action?.type === 'fetch') {
      this.#started.set(queryHash, this.#count);
    } else if (type === 'removed' || (action && state.fetchStatus === 'idle')) {
      // It failed, or was cancelled.
      this.#end(queryHash);
    }
  }

  #answered(event: CacheEvent, queryHash: string): void {
    const since = this.#started.get(queryHash);
    if (since === undefined) return;
    const missed = this.#remembered.filter(({ at }) => at > since);
    const isWhole = missed.length === this.#count - since;
    this.#end(queryHash);
    for (const { apply } of missed) guarded(apply);
    if (!isWhole) this.#incomplete(event);
  }

  #end(queryHash: string): void {
    this.#started.delete(queryHash);
    if (this.#started.size === 0) this.#remembered = [];
  }
}
