// Messages that wait for the server's word, and what became of those that got none, as something to render.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { PendingSendOf } from '../client/types.js';
import { type PendingSends, pendingSends } from '../pending-sends/pending-sends.js';
import { useLink } from './context.js';
import type { Link } from './link.js';
import type { RegisteredMessages } from './register.js';

type Sends = readonly PendingSendOf<RegisteredMessages>[];

export interface PendingSendsOptions {
  /**
   * Default false. True: while one of them is on its way, or nobody knows what became of it, the browser asks
   * whoever leaves the page.
   */
  readonly confirmLeave?: boolean | undefined;
}

const none: Sends = [];

/**
 * The messages with `ack`, and requests, that are under way, and the last 50 that ended without success: each
 * `sending`, `unconfirmed` (it may have been applied) or `failed`, with `retry()` and `dismiss()`. Those that
 * are sent from the first component on that asks, by anybody; one that succeeds is taken off. Renders when the
 * list changes. Empty on a server, and for another user.
 */
export function usePendingSends({ confirmLeave = false }: PendingSendsOptions = {}): Sends {
  const link = useLink('usePendingSends');
  const view = useMemo(() => createView(link), [link]);
  const subscribe = useCallback((onChange: () => void) => view.subscribe(onChange), [view]);
  useEffect(
    () =>
      confirmLeave
        ? link.attach((connection) => pendingSends(connection).confirmLeave())
        : undefined,
    [link, confirmLeave],
  );
  return useSyncExternalStore(subscribe, view.get, () => none);
}

function createView(link: Link) {
  let sends: PendingSends | null = null;
  return {
    get: (): Sends => sends?.get() ?? none,
    subscribe: (onChange: () => void) =>
      link.attach((connection) => {
        sends = pendingSends(connection);
        const undo = sends.subscribe(onChange);
        onChange();
        return () => {
          undo();
          sends = null;
          onChange();
        };
      }),
  };
}
