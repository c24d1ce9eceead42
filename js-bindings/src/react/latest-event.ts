// The newest event of a type as something to render, at the pace of the screen and not of the wire.
import { useMemo, useSyncExternalStore } from 'react';
import type { EventOf, EventPattern, Unsubscribe } from '../types.js';
import { useLink } from './context.js';
import { onNextFrame } from './frames.js';
import type { Link, LinkedConnection } from './link.js';
import type { RegisteredEvents } from './register.js';

/**
 * The newest event of `type`, or what `selector` makes of it; null before the first one, and after
 * another user signed in or another server took the place. Renders at most once a frame, and neither
 * while the page is hidden nor while the selection is the same.
 */
export function useLatestEvent<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
): EventOf<RegisteredEvents, Pattern> | null;
export function useLatestEvent<Pattern extends EventPattern<RegisteredEvents>, Selection>(
  type: Pattern,
  selector: (event: EventOf<RegisteredEvents, Pattern>) => Selection,
): Selection | null;
export function useLatestEvent<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  selector: (event: EventOf<RegisteredEvents, Pattern>) => unknown = (event) => event,
): unknown {
  const link = useLink('useLatestEvent');
  const latest = useMemo(() => createLatest(link, type), [link, type]);
  const snapshot = useMemo(() => selectOnce(latest.get, selector), [latest, selector]);
  return useSyncExternalStore(latest.subscribe, snapshot, nothing);
}

const nothing = () => null;

/** Selects each event once: a selector that makes a new object must not look like a new event. */
function selectOnce<Event>(
  get: () => Event | null,
  selector: (event: Event) => unknown,
): () => unknown {
  let selectedFrom: Event | null = null;
  let selection: unknown = null;
  return () => {
    const event = get();
    if (event === selectedFrom) return selection;
    selectedFrom = event;
    selection = event === null ? null : selector(event);
    return selection;
  };
}

function createLatest<Pattern extends EventPattern<RegisteredEvents>>(link: Link, type: Pattern) {
  type Event = EventOf<RegisteredEvents, Pattern>;
  // The snapshot stays the one of the last frame until the next: an unrelated render in between
  // must not tear.
  let latest: Event | null = null;
  let next: Event | null = null;
  let subscribed = false;
  let source: LinkedConnection | null = null;

  return {
    get: () => latest,
    subscribe: (onChange: () => void): Unsubscribe => {
      let cancelFrame: Unsubscribe | null = null;
      const show = () => {
        cancelFrame = null;
        latest = next;
        onChange();
      };
      const forget = () => {
        next = null;
        cancelFrame?.();
        show();
      };
      const detach = link.attach((connection) => {
        // Another connection may be another server's, or another user's.
        if (source && source !== connection) forget();
        source = connection;
        const unsubscribe = connection.subscribe(type, (event) => {
          next = event;
          cancelFrame ??= onNextFrame(show);
        });
        const stopForgetting = connection.onIdentityChanged(forget);
        return () => {
          unsubscribe();
          stopForgetting();
        };
      });
      subscribed = true;
      if (next !== latest) cancelFrame = onNextFrame(show);
      return () => {
        detach();
        cancelFrame?.();
        subscribed = false;
        // StrictMode comes back at once, and for the event that waited. Whoever comes back later may
        // have missed that another user signed in.
        queueMicrotask(() => {
          if (!subscribed) latest = next = null;
        });
      };
    },
  };
}
