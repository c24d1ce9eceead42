// A live query of the nearest provider's connection as something to render.
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { EventPattern, Unsubscribe } from '../client/types.js';
import {
  type AnyQueryOptions,
  checkQuery,
  holdQuery,
  patternsOf,
} from '../live-query/live-query.js';
import type { Query } from '../live-query/query.js';
import type { LiveQueryOptions, LiveQuerySnapshot, QueryConnection } from '../live-query/types.js';
import { useLink } from './context.js';
import { releaseAfterMs } from './leases.js';
import type { Link } from './link.js';
import type { RegisteredEvents } from './register.js';
import { onNextFrame } from './screen-frames.js';
import { useNewest } from './use-newest.js';

export interface UseLiveQueryOptions<Data, Pattern extends EventPattern<RegisteredEvents>>
  extends LiveQueryOptions<Data, Pattern, RegisteredEvents> {
  /** Default true; false: nothing is fetched or subscribed, and there are no data. */
  readonly enabled?: boolean | undefined;
}

/** What `LiveQuery` says, and its `refetch`. */
export type LiveQueryResult<Data> = LiveQuerySnapshot<Data> & { readonly refetch: () => void };

/**
 * Data that stay as the server has them: see `liveQuery`. The newest `fetch` and `apply` are called, so that
 * options may be written in place; another `key`, other `events` or another `maxBuffered` make another query,
 * and components with equal keys below one provider share theirs. Renders at most once a frame and never while
 * the page is hidden, but for a change of user, which empties it at once. A query is kept for a second
 * after the last component has gone, so that StrictMode and a remount fetch nothing anew. Suspends nothing,
 * throws no error of `fetch`; throws `option_invalid` for what can be no query.
 */
export function useLiveQuery<Data, Pattern extends EventPattern<RegisteredEvents>>(
  options: UseLiveQueryOptions<Data, Pattern>,
): LiveQueryResult<Data> {
  const link = useLink('useLiveQuery');
  checkQuery(options);
  const { key, events, maxBuffered, enabled = true } = options;
  const newest = useNewest<AnyQueryOptions>(options);
  const [own] = useState(() => ({}));
  // Usually an array that is written in place: what counts is what it holds.
  const names = patternsOf(events).join('\n');
  const view = useMemo(() => {
    const how = { events: names.split('\n'), maxBuffered };
    return createView(link, key ?? own, how, newest, enabled);
  }, [link, key, own, names, maxBuffered, newest, enabled]);
  useEffect(() => view.hold(), [view]);
  const snapshot = useSyncExternalStore(view.subscribe, view.get, nothingYet);
  const refetch = useCallback(() => view.refetch(), [view]);
  return useMemo(
    () => ({ ...(snapshot as LiveQuerySnapshot<Data>), refetch }),
    [snapshot, refetch],
  );
}

type Snapshot = LiveQuerySnapshot<unknown>;

const nothing: Snapshot = /* @__PURE__ */ Object.freeze({
  state: 'loading',
  data: undefined,
  asOf: null,
  error: null,
});
const nothingYet = () => nothing;
const doNothing = () => {};

/** What is shown of a query, at the pace of the screen. */
interface View {
  readonly hold: () => Unsubscribe;
  readonly get: () => Snapshot;
  readonly subscribe: (onChange: () => void) => Unsubscribe;
  readonly refetch: () => void;
}

function createView(
  link: Link,
  key: unknown,
  how: Pick<AnyQueryOptions, 'events' | 'maxBuffered'>,
  newest: { readonly current: AnyQueryOptions },
  enabled: boolean,
): View {
  let query: Query | null = null;
  let shown = nothing;
  let era = link.era();
  let onChange: (() => void) | null = null;
  let cancelFrame: Unsubscribe | null = null;

  const show = () => {
    cancelFrame?.();
    cancelFrame = null;
    era = link.era();
    const next = query?.get() ?? nothing;
    if (Object.is(next, shown)) return;
    shown = next;
    onChange?.();
  };
  const showSoon = ({ data }: Snapshot) => {
    // What was another user's is not shown for another frame.
    if (data === undefined && shown.data !== undefined) show();
    else cancelFrame ??= onNextFrame(show);
  };
  const hold = () => {
    if (!enabled) return doNothing;
    return link.attach((connection) => {
      const held = holdQuery(
        connection as unknown as QueryConnection,
        key,
        how,
        () => newest.current,
      );
      query = held.query;
      const undo = held.query.subscribe(showSoon);
      show();
      return () => {
        undo();
        query = null;
        held.release(releaseAfterMs);
        // Another connection may be another server's.
        if (link.connection() !== connection) show();
      };
    });
  };

  return {
    hold,
    // In a tree that React hides nobody hears that another user has signed in.
    get: () => (era === link.era() ? shown : nothing),
    subscribe: (listener) => {
      onChange = listener;
      return () => {
        onChange = null;
        cancelFrame?.();
        cancelFrame = null;
      };
    },
    refetch: () => query?.refetch(),
  };
}
