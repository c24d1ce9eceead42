// Queries whose data are out of date: each is fetched anew, once. One that is being fetched may get an answer
// of before: it is not cancelled, and fetched once more when that is there.
import type { Unsubscribe } from '../client/types.js';
import type { CachedQuery, CacheEvent, QueryClientLike, QueryKey } from './types.js';

/** The queries of a key are fetched no more often because of events. */
const pauseMs = 1000;

export class Outdated {
  readonly #client: QueryClientLike;
  /** To be fetched once more when their answers are there. */
  readonly #again = new Set<string>();
  /** By key: when it may be fetched next, and what waits for that. */
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #waiting = new Set<string>();

  constructor(client: QueryClientLike) {
    this.#client = client;
  }

  /** At once. */
  fetch(keys: readonly QueryKey[] | undefined): void {
    const cache = this.#client.getQueryCache();
    const queries = keys
      ? new Set(keys.flatMap((queryKey) => cache.findAll({ queryKey })))
      : cache.findAll();
    for (const query of queries) this.#outdate(query);
  }

  /** At once, or a second after the last time. */
  fetchSoon(key: QueryKey): void {
    const name = JSON.stringify(key);
    if (this.#pauses.has(name)) {
      this.#waiting.add(name);
      return;
    }
    this.fetch([key]);
    this.#pauses.set(
      name,
      setTimeout(() => {
        this.#pauses.delete(name);
        if (this.#waiting.delete(name)) this.fetchSoon(key);
      }, pauseMs),
    );
  }

  /** What the cache tells of a query. */
  hear({ type, query, action }: CacheEvent): void {
    const answered = action?.type === 'success' && !action.manual;
    if (!answered && type !== 'removed' && action?.type !== 'error') return;
    // A failure leaves it marked as out of date, and is the client's to try again.
    if (this.#again.delete(query.queryHash) && answered) this.refetch(query);
  }

  refetch({ queryKey }: CachedQuery): void {
    void this.#client.invalidateQueries({ queryKey, exact: true });
  }

  stop: Unsubscribe = () => {
    for (const pause of this.#pauses.values()) clearTimeout(pause);
    this.#pauses.clear();
    this.#again.clear();
  };

  forget(): void {
    this.#again.clear();
    this.#waiting.clear();
  }

  #outdate(query: CachedQuery): void {
    if (query.state.fetchStatus === 'idle') this.refetch(query);
    else this.#again.add(query.queryHash);
  }
}
