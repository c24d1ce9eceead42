// Live queries of a connection: checked, and one for those who name the same key.
import { checkSubscription } from '../client/argument-checks.js';
import { ConnectionError } from '../client/errors.js';
import type {
  Connection,
  EventPattern,
  RegisteredEvents,
  RegisteredMessages,
  Unsubscribe,
} from '../client/types.js';
import { Query, type QuerySource } from './query.js';
import type { LiveQuery, LiveQueryOptions, QueryConnection } from './types.js';

const bufferedByDefault = 1000;
/** As many as a page stands for a minute at a thousand a second, and more than it should. */
const bufferedMax = 100_000;

/** Of whatever data and events, as it may come without a compiler. */
export interface AnyQueryOptions extends QuerySource {
  readonly events: string | readonly string[];
  readonly key?: string | undefined;
  readonly maxBuffered?: number | undefined;
}

interface Entry {
  readonly query: Query;
  /** Whoever holds it; the newest says what is fetched and how it is applied. */
  readonly holders: Map<object, () => QuerySource>;
  leaving: ReturnType<typeof setTimeout> | undefined;
}

/** By connection and key; made with the first of all. */
let entries: WeakMap<object, Map<unknown, Entry>> | undefined;

function refuse(what: string): never {
  throw new ConnectionError('option_invalid', { detail: `liveQuery: ${what}` });
}

export function patternsOf(events: string | readonly string[]): readonly string[] {
  return typeof events === 'string' ? [events] : [...events];
}

/** Throws `option_invalid` for what can be no query. */
export function checkQuery({ fetch, apply, events, key, maxBuffered }: AnyQueryOptions): void {
  if (typeof fetch !== 'function') refuse('fetch must be a function');
  if (typeof apply !== 'function') refuse('apply must be a function');
  if (key !== undefined && typeof key !== 'string') refuse('key must be a string');
  const fits = Number.isInteger(maxBuffered ?? 1) && (maxBuffered ?? 1) >= 1;
  if (!fits || (maxBuffered ?? 1) > bufferedMax) {
    refuse(`maxBuffered must be an integer from 1 to ${bufferedMax}`);
  }
  if (typeof events !== 'string' && !Array.isArray(events)) refuse('events must be names');
  const patterns = patternsOf(events);
  if (patterns.length === 0) refuse('events names none');
  for (const pattern of patterns) checkSubscription(pattern, apply);
}

export interface Hold {
  readonly query: Query;
  /** The last who lets go ends it, after so long: whoever comes back meanwhile finds it as it is. */
  readonly release: (lingerMs: number) => void;
}

/** The query of this key, or a new one. `key`: a name, or an object of whoever has none. */
export function holdQuery(
  connection: QueryConnection,
  key: unknown,
  { events, maxBuffered = bufferedByDefault }: Pick<AnyQueryOptions, 'events' | 'maxBuffered'>,
  source: () => QuerySource,
): Hold {
  entries ??= new WeakMap();
  let ofConnection = entries.get(connection);
  if (!ofConnection) {
    ofConnection = new Map();
    entries.set(connection, ofConnection);
  }
  const all = ofConnection;
  const found = all.get(key);
  clearTimeout(found?.leaving);
  const holders = found?.holders ?? new Map<object, () => QuerySource>();
  const holder = {};
  holders.set(holder, source);
  let last = source;
  const newest = () => {
    last = [...holders.values()].at(-1) ?? last;
    return last();
  };
  const entry: Entry = found ?? {
    query: new Query(connection, [...new Set(patternsOf(events))], maxBuffered, newest),
    holders,
    leaving: undefined,
  };
  all.set(key, entry);
  const end = () => {
    if (all.get(key) === entry) all.delete(key);
    entry.query.end();
  };
  const release = (lingerMs: number) => {
    if (!holders.delete(holder) || holders.size > 0) return;
    if (lingerMs > 0) entry.leaving = setTimeout(end, lingerMs);
    else end();
  };
  return { query: entry.query, release };
}

/**
 * Data that stay as the server has them: fetched once, and changed by the events that follow. What is at or
 * before the answer's `position` is not applied again, what comes behind it is, in order. After an outage
 * nothing is fetched where the server says that nothing is missing; after a gap it is fetched once, after a
 * wait drawn from [0, spreadMs], and the data are `stale` meanwhile. Another user empties it at once.
 *
 * Where the server gives no position with its answers, all events since the subscription are applied: `apply`
 * must be idempotent then. Throws a ConnectionError `option_invalid` for what can be no query.
 */
export function liveQuery<
  Data,
  Pattern extends EventPattern<Events>,
  Events = RegisteredEvents,
  Messages = RegisteredMessages,
>(
  connection: Connection<Events, Messages>,
  options: LiveQueryOptions<Data, Pattern, Events>,
): LiveQuery<Data> {
  checkQuery(options);
  const queried = connection as unknown as QueryConnection;
  const held = holdQuery(queried, options.key ?? {}, options, () => options);
  const listeners = new Set<Unsubscribe>();
  const query = held.query as unknown as LiveQuery<Data>;
  return {
    get: query.get,
    subscribe: (listener) => {
      const undo = query.subscribe(listener);
      const forget = () => {
        listeners.delete(forget);
        undo();
      };
      listeners.add(forget);
      return forget;
    },
    refetch: query.refetch,
    dispose: () => {
      for (const each of [...listeners]) each();
      held.release(0);
    },
  };
}
