// What is bound to what, and as much of TanStack Query as that needs: any adapter's client has it, whichever
// package it came with.
//
// Types only.
import type { EventOf, EventPattern } from '../client/types.js';

export type QueryKey = readonly unknown[];

/** A query of the cache. */
export interface CachedQuery {
  readonly queryHash: string;
  readonly queryKey: QueryKey;
  readonly state: { readonly fetchStatus: 'fetching' | 'paused' | 'idle'; readonly data?: unknown };
}

/** What the cache tells of a query. */
export interface CacheEvent {
  readonly type: string;
  readonly query: CachedQuery;
  readonly action?: { readonly type: string; readonly manual?: boolean | undefined } | undefined;
}

interface Filters {
  readonly queryKey?: QueryKey;
  readonly exact?: boolean;
}

/** TanStack Query 5's `QueryClient`. */
export interface QueryClientLike {
  getQueryCache(): {
    findAll(filters?: Filters): readonly CachedQuery[];
    subscribe(listener: (event: CacheEvent) => void): () => void;
  };
  invalidateQueries(
    filters?: Filters & { readonly refetchType?: 'none' | 'active' },
  ): Promise<void>;
  resetQueries(filters?: Filters): Promise<void>;
}

/**
 * What an event does: a function changes the cache, with `cache.setQueryData(key, (old) => …)`; `invalidate`
 * has the queries below a key fetched anew, a second apart at most often.
 */
export type QueryBinding<Event, Client> =
  | ((event: Event, cache: Client) => void)
  | { readonly invalidate: QueryKey };

/** By type, prefix `'import_*'` or `'*'`. */
export type QueryBindings<Events, Pattern extends string, Client> = {
  readonly [Name in Pattern]: QueryBinding<EventOf<Events, Name>, Client>;
};

export interface BindQueriesOptions {
  /**
   * The keys below which queries are about what this connection tells: they are fetched anew after a gap,
   * and emptied for another user. Every query of the client where absent.
   */
  readonly about?: readonly QueryKey[] | undefined;
  /** Default false: a hidden page fetches when it is seen again. */
  readonly fetchWhileHidden?: boolean | undefined;
}

/** The patterns that bindings may have. */
export type BoundPattern<Events> = EventPattern<Events>;
