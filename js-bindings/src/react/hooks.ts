// The hooks an application calls: status, events and commands of the nearest provider's connection.
//
// Adapters only: every decision is the connection's.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { loadingStatus } from '../client/own-statuses.js';
import type {
  EventHandler,
  EventPattern,
  Reconnection,
  Status,
  SubscribeOptions,
  Unsubscribe,
} from '../client/types.js';
import { SendError } from '../index.js';
import { useLink } from './context.js';
import type { Link, LinkedConnection } from './link.js';
import type { RegisteredEvents } from './register.js';
import { useNewest } from './use-newest.js';

/** The present status; renders again when it changes. On a server: connecting, phase `loading`. */
export function useConnectionStatus(): Status {
  return useLinkStatus(useLink('useConnectionStatus'));
}

/** The same for a link at hand. */
export function useLinkStatus(link: Link): Status {
  const subscribe = useCallback(
    (onChange: () => void) =>
      link.attach((connection) => {
        const unsubscribe = connection.onStatus(onChange);
        onChange();
        // A connection that goes away leaves its status with it.
        return () => {
          unsubscribe();
          onChange();
        };
      }),
    [link],
  );
  const snapshot = () => link.connection()?.status() ?? loadingStatus;
  return useSyncExternalStore(subscribe, snapshot, () => loadingStatus);
}

/**
 * Calls `handler` with every event of `type`, a prefix `'import_*'` or `'*'`. The newest handler is
 * the one that is called; the component does not render again because of an event.
 */
export function useEvent<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  handler: EventHandler<RegisteredEvents, Pattern>,
): void {
  const link = useLink('useEvent');
  const newest = useNewest(handler);
  useEffect(
    () => link.attach((connection) => connection.subscribe(type, (event) => newest.current(event))),
    [link, type, newest],
  );
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

export interface WebSocketHandle {
  /** Also while nobody knows whether anything gets through: see `status.unproven`. */
  readonly isConnected: boolean;
  /** What went wrong last, as a sentence; `status.error` has its kind and its remedy. */
  readonly connectionError: string | null;
  readonly status: Status;
  /** For effects: returns what undoes it. */
  readonly subscribe: <Pattern extends EventPattern<RegisteredEvents>>(
    pattern: Pattern,
    handler: EventHandler<RegisteredEvents, Pattern>,
    options?: SubscribeOptions,
  ) => Unsubscribe;
  readonly send: LinkedConnection['send'];
  readonly reconnect: () => void;
  readonly disconnect: () => void;
}

type Commands = Pick<WebSocketHandle, 'subscribe' | 'send' | 'reconnect' | 'disconnect'>;

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

function unmounted(): Promise<never> {
  const rejected = Promise.reject(
    new SendError(
      'disconnected',
      'the provider is not mounted yet, or not any more: call send from an effect or an event handler',
    ),
  );
  rejected.catch(() => undefined);
  return rejected;
}

function commandsOf(link: Link): Commands {
  return {
    subscribe: (pattern, handler, options) => {
      const signal = options?.signal;
      if (signal?.aborted) return () => {};
      const detach = link.attach((connection) => connection.subscribe(pattern, handler, options));
      const undo = () => {
        // A signal may outlive many subscriptions and must not remember each.
        signal?.removeEventListener('abort', undo);
        detach();
      };
      signal?.addEventListener('abort', undo);
      return undo;
    },
    // The connection's own promise: one that is made of it would be rejected on its own account, and
    // whoever does not look at the outcome would be told of an unhandled rejection.
    send: (...message) => link.connection()?.send(...message) ?? unmounted(),
    reconnect: () => link.connection()?.reconnect(),
    disconnect: () => link.connection()?.disconnect(),
  };
}
