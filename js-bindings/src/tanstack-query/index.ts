// `keepline/tanstack-query`: the cache of TanStack Query (React, Vue, Solid, Svelte, Angular) kept as the server has
// it, by a connection's events.
//
// Needs nothing of it at run time but the client that it is given.
import type {
  Connection,
  RealtimeEvent,
  RegisteredEvents,
  RegisteredMessages,
  Unsubscribe,
} from '../client/types.js';
import { drawnFrom, settleMs, whenDue } from '../live-query/due.js';
import { onMissing } from '../live-query/missing.js';
import type { QueryConnection } from '../live-query/types.js';
import { Outdated } from './outdated.js';
import { Replay } from './replay.js';
import type {
  BindQueriesOptions,
  BoundPattern,
  CacheEvent,
  QueryBinding,
  QueryBindings,
  QueryClientLike,
} from './types.js';

export type { Register, RegisteredEvents, RegisteredMessages } from '../client/register.js';
export type {
  BindQueriesOptions,
  QueryBinding,
  QueryBindings,
  QueryClientLike,
  QueryKey,
} from './types.js';

/**
 * Has the events of `connection` change the cache of `client`, or have queries fetched anew, until what it
 * returns is called.
 *
 * An event that comes while a query is being fetched is applied to the answer once more: what a function does
 * must be idempotent, as replacing an item by its id is. After a gap, or where nobody knows what was missed,
 * the queries are marked as out of date at once and fetched once, after a wait drawn from [0, spreadMs] and when
 * the page is seen; one that is being fetched, once more when its answer is there. So are those that were
 * fetched before the link was usable for the first time. Another user empties them at once. What a
 * function throws is reported. Throws `option_invalid` for what can be no subscription.
 */
export function bindQueries<
  Pattern extends BoundPattern<Events>,
  Client extends QueryClientLike,
  Events = RegisteredEvents,
  Messages = RegisteredMessages,
>(
  connection: Connection<Events, Messages>,
  client: Client,
  bindings: QueryBindings<Events, Pattern, Client>,
  options: BindQueriesOptions = {},
): Unsubscribe {
  return bind(
    connection as unknown as QueryConnection,
    client,
    Object.entries(bindings) as [string, QueryBinding<RealtimeEvent, QueryClientLike>][],
    options,
  );
}

function bind(
  connection: QueryConnection,
  client: QueryClientLike,
  bindings: readonly (readonly [string, QueryBinding<RealtimeEvent, QueryClientLike>])[],
  { about, fetchWhileHidden = false }: BindQueriesOptions,
): Unsubscribe {
  const outdated = new Outdated(client);
  const replay = new Replay(({ query }) => outdated.refetch(query));
  let cancelDue: Unsubscribe | null = null;
  let begun = false;

  const filters = about?.map((queryKey) => ({ queryKey })) ?? [undefined];
  /** One wait for all that is missing until it is over. */
  const refetchIn = (waitMs: number) => {
    for (const filter of filters) void client.invalidateQueries({ ...filter, refetchType: 'none' });
    cancelDue ??= whenDue(waitMs, fetchWhileHidden, () => {
      cancelDue = null;
      outdated.fetch(about);
    });
  };
  /** From here on nothing is missed that is not told; what was fetched before may be without what came before. */
  const begin = (waitMs: number) => {
    if (begun || connection.status().phase !== 'ready') return;
    begun = true;
    if (client.getQueryCache().findAll().length > 0) refetchIn(waitMs);
  };
  const empty = () => {
    cancelDue?.();
    cancelDue = null;
    outdated.forget();
    for (const filter of filters) void client.resetQueries(filter);
  };
  const subscribe = ([pattern, binding]: (typeof bindings)[number]) =>
    connection.subscribe(pattern, (event: RealtimeEvent) => {
      if (typeof binding === 'function') replay.apply(() => binding(event, client));
      else outdated.fetchSoon(binding.invalidate);
    });

  for (const query of client.getQueryCache().findAll()) {
    const isFetching = query.state.fetchStatus !== 'idle';
    if (isFetching) replay.hear({ type: 'updated', query, action: { type: 'fetch' } });
  }
  const settles = settleMs(connection);
  const undo = [
    ...bindings.map(subscribe),
    client.getQueryCache().subscribe((event: CacheEvent) => {
      replay.hear(event);
      outdated.hear(event);
    }),
    connection.onStatus(() => begin(0)),
    onMissing(connection, (_to, spreadMs, isOpen) => {
      if (!isOpen) refetchIn(drawnFrom(spreadMs));
    }),
    connection.onIdentityChanged(empty),
    outdated.stop,
  ];
  begin(settles);
  return () => {
    for (const each of undo.splice(0)) each();
    cancelDue?.();
    cancelDue = null;
  };
}
