// A live query as an application asks for it and reads it.
//
// Types only.
import type {
  Connection,
  EventOf,
  EventPattern,
  Position,
  RegisteredEvents,
  Unsubscribe,
} from '../client/types.js';

/** Why data are fetched: none are there yet, events are missing, the last try failed, or somebody asked. */
export type FetchReason = 'first' | 'missed' | 'retry' | 'asked';

export interface FetchRequest {
  /** Aborted when the answer no longer counts; one that comes all the same is thrown away. */
  readonly signal: AbortSignal;
  readonly reason: FetchReason;
}

export interface QueryAnswer<Data> {
  readonly data: Data;
  /**
   * Up to here the event stream is in `data`, as the server said with it. Without one every event since the
   * subscription is applied: `apply` must then be idempotent, as replacing an item by its id is.
   */
  readonly position?: Position | null | undefined;
}

export interface LiveQueryOptions<
  Data,
  Pattern extends EventPattern<Events>,
  Events = RegisteredEvents,
> {
  /** What it throws or rejects with is `error`; it is asked again after a wait by the option `backoff`. */
  readonly fetch: (request: FetchRequest) => Promise<QueryAnswer<Data>> | QueryAnswer<Data>;
  /** The events that change the data: types, prefixes `'call_*'`, or `'*'`. */
  readonly events: Pattern | readonly Pattern[];
  /**
   * Makes the next data of the present ones, which it must not change. What it throws is reported, and that
   * event changes nothing.
   */
  readonly apply: (data: Data, event: EventOf<Events, Pattern>) => Data;
  /** Queries of one connection with equal keys are one: fetched once, with the same data. */
  readonly key?: string | undefined;
  /** So many events wait for an answer; past it the oldest give way. 1 to 100 000; default 1000. */
  readonly maxBuffered?: number | undefined;
  /** Default false: a hidden page fetches when it is seen again. */
  readonly fetchWhileHidden?: boolean | undefined;
  /** A request that takes longer is aborted, and has failed; default 30 000. */
  readonly fetchTimeoutMs?: number | undefined;
}

/**
 * - `loading`: there are no data yet.
 * - `live`: what the server has, but for what is on its way.
 * - `catching_up`: the link is back, and what was missed comes now.
 * - `stale`: nothing comes, or something is missing and is being fetched.
 * - `failed`: there are no data, since fetching them failed; it is tried again.
 */
export type LiveQueryState = 'loading' | 'live' | 'catching_up' | 'stale' | 'failed';

/** The same object until one of its members changes. */
export type LiveQuerySnapshot<Data> =
  | {
      readonly state: 'loading' | 'failed';
      readonly data: undefined;
      readonly asOf: null;
      readonly error: unknown;
    }
  | {
      readonly state: 'live' | 'catching_up' | 'stale';
      readonly data: Data;
      /** When the newest of it came, or, once it is not live, until when it was: wall-clock ms. */
      readonly asOf: number;
      /** Why the last try to fetch failed; null where it did not. */
      readonly error: unknown;
    };

export interface LiveQuery<Data> {
  get(): LiveQuerySnapshot<Data>;
  /** Calls with each new snapshot. */
  subscribe(listener: (snapshot: LiveQuerySnapshot<Data>) => void): Unsubscribe;
  /** Fetches now, also while the page is hidden; a request under way is aborted. */
  refetch(): void;
  /** Aborts what is under way; the last of equal keys ends the query. */
  dispose(): void;
}

/** Of a connection, what a query needs. */
export type QueryConnection = Pick<
  Connection,
  | 'status'
  | 'onStatus'
  | 'onGap'
  | 'onReconnected'
  | 'onIdentityChanged'
  | 'position'
  | 'metrics'
  | 'drawWait'
> & {
  subscribe(pattern: string, handler: (event: never) => void): Unsubscribe;
};
