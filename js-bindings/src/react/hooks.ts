// The hooks an application calls: status, events and commands of the nearest provider's connection.
//
// Adapters only: every decision is the connection's.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type {
  CoalesceBy,
  EventHandler,
  EventOf,
  EventPattern,
  Gap,
  Reconnection,
  Status,
} from '../client/types.js';
import { type Commands, commandsOf, sendTo } from './commands.js';
import { useLink } from './context.js';
import type { Link, LinkedConnection } from './link.js';
import type { RegisteredEvents } from './register.js';
import { selectOnce } from './select-once.js';
import { useNewest } from './use-newest.js';

/**
 * The connection itself, for what no hook gives: `diagnostics`, `onMetrics`, `onServerVersion`, `tokenChanged`, `ready`. Null on a
 * server, while rendering for the first time, and where the provider has none; renders again when there is
 * another one.
 */
export function useConnection(): LinkedConnection | null {
  const link = useLink('useConnection');
  return useSyncExternalStore(link.subscribe, link.connection, () => null);
}

/** The present status; renders again when it changes. On a server: connecting, phase `loading`. */
export function useConnectionStatus(): Status;
/**
 * What `selector` makes of the present status; renders again only when that is another value, as
 * `Object.is` tells values apart. May be written in place. What it throws is thrown while rendering.
 */
export function useConnectionStatus<Selection>(selector: (status: Status) => Selection): Selection;
export function useConnectionStatus(selector: (status: Status) => unknown = itself): unknown {
  return useSelectedStatus(useLink('useConnectionStatus'), selector);
}

const itself = (status: Status) => status;

/** The present status of a link at hand. */
export function useLinkStatus(link: Link): Status {
  return useSelectedStatus(link, itself);
}

function useSelectedStatus<Selection>(
  link: Link,
  selector: (status: Status) => Selection,
): Selection {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const unsubscribe = link.subscribe(onChange);
      const detach = link.attach((connection) => connection.onStatus(onChange));
      return () => {
        unsubscribe();
        detach();
      };
    },
    [link],
  );
  const [snapshot, firstSnapshot] = useMemo(
    () => [selectOnce(link.status, selector), selectOnce(() => link.firstStatus, selector)],
    [link, selector],
  );
  return useSyncExternalStore(subscribe, snapshot, firstSnapshot);
}

export interface EventOptions {
  /** Default true; false: nothing is subscribed. */
  readonly enabled?: boolean | undefined;
  readonly batch?: undefined;
  readonly coalesceBy?: undefined;
}

/** For handlers that take many events at once. */
export interface BatchedEventOptions<Event> {
  readonly enabled?: boolean | undefined;
  /**
   * The handler is called at most once a frame, with all that came since, in order. While the page is
   * hidden, as often as the browser lets timers run.
   */
  readonly batch: 'frame';
  /**
   * Of events with the same key in one batch only the newest is handed over: the name of a member of
   * the payload, or what a function makes of the event; the newest function counts.
   */
  readonly coalesceBy?: CoalesceBy<Event> | undefined;
}

/**
 * Calls `handler` with every event of `type`, a prefix `'import_*'` or `'*'`. The newest handler is
 * the one that is called; the component does not render again because of an event. What can be no
 * subscription is reported and hears nothing.
 */
export function useEvent<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  handler: EventHandler<RegisteredEvents, Pattern>,
  options?: EventOptions,
): void;
export function useEvent<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  handler: (events: readonly EventOf<RegisteredEvents, Pattern>[]) => void,
  options: BatchedEventOptions<EventOf<RegisteredEvents, Pattern>>,
): void;
export function useEvent<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  handler: (given: never) => void,
  options: EventOptions | BatchedEventOptions<EventOf<RegisteredEvents, Pattern>> = {},
): void {
  const { enabled = true, batch, coalesceBy } = options;
  const link = useLink('useEvent');
  const newest = useNewest({ handler, coalesceBy });
  // A name is another subscription; a function, usually written in place, is not.
  const isFunction = typeof coalesceBy === 'function';
  const by = isFunction ? undefined : coalesceBy;
  useEffect(() => {
    if (!enabled) return undefined;
    const keyOfNewest = (event: EventOf<RegisteredEvents, Pattern>) => {
      const { coalesceBy: current } = newest.current;
      return typeof current === 'function' ? current(event) : undefined;
    };
    const key = isFunction ? keyOfNewest : by;
    const how = { ...(batch && { batch }), ...(key !== undefined && { coalesceBy: key }) };
    const handle = (given: never) => newest.current.handler(given);
    return link.attach((connection) => connection.subscribe(type, handle as never, how as never));
  }, [link, type, newest, enabled, batch, by, isFunction]);
}

/** Calls `handler` when the link is usable again after a gap: refetch what may have been missed. */
export function useReconnected(handler: (reconnection: Reconnection) => void): void {
  const link = useLink('useReconnected');
  const newest = useNewest(handler);
  useEffect(
    () => link.attach((connection) => connection.onReconnected((gap) => newest.current(gap))),
    [link, newest],
  );
}

/**
 * Calls `handler` when events are missing: fetch what they were about, after a wait drawn from [0, spreadMs]. A
 * gap whose `to` is null is told again when its end is known. `useLiveQuery` does that by itself.
 */
export function useGap(handler: (gap: Gap) => void): void {
  const link = useLink('useGap');
  const newest = useNewest(handler);
  useEffect(
    () => link.attach((connection) => connection.onGap((gap) => newest.current(gap))),
    [link, newest],
  );
}

/**
 * `send` of the connection, without renders: the same function for as long as the provider is the same. Resolves
 * when the message was handed to an open, usable socket; rejects with a `SendError`.
 */
export function useSend(): Commands['send'] {
  const link = useLink('useSend');
  return useMemo(() => sendTo(link), [link]);
}

export interface WebSocketHandle extends Commands {
  /** Also while nobody knows whether anything gets through: see `status.unproven`. */
  readonly isConnected: boolean;
  /** What went wrong last, as a sentence; `status.error` has its kind and its remedy. */
  readonly connectionError: string | null;
  readonly status: Status;
}

/** Status and commands in one: the same object until the status changes, the same functions always. */
export function useWebSocket(): WebSocketHandle {
  const link = useLink('useWebSocket');
  const status = useLinkStatus(link);
  const commands = useMemo(() => commandsOf(link), [link]);
  return useMemo(
    () => ({
      isConnected: status.state === 'connected',
      connectionError: status.error?.message ?? null,
      status,
      ...commands,
    }),
    [status, commands],
  );
}
