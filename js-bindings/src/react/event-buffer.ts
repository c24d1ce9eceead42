// The last events of a type as a list to render.
import { useMemo, useRef, useSyncExternalStore } from 'react';
import type { CoalesceBy, EventOf, EventPattern } from '../client/types.js';
import { newestOfEach } from '../index.js';
import { useLink } from './context.js';
import { createFrameView } from './frame-view.js';
import type { RegisteredEvents } from './register.js';

export interface EventBufferOptions<Event> {
  /** How many are kept, from 1 on; default 100. */
  readonly limit?: number | undefined;
  /**
   * Of events with the same key only the newest is kept, at its own place: the name of a member of the
   * payload, or what a function makes of the event. Events whose key is undefined or null are kept; one
   * for which the function throws is left out, and what it threw is reported.
   */
  readonly coalesceBy?: CoalesceBy<Event> | undefined;
}

const limitByDefault = 100;

/**
 * The last events of `type`, the newest at the end; empty before the first one, and after another user
 * signed in or another server took the place. The same array until it changes, which is at most once a
 * frame and never while the page is hidden.
 */
export function useEventBuffer<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  options: EventBufferOptions<EventOf<RegisteredEvents, Pattern>> = {},
): readonly EventOf<RegisteredEvents, Pattern>[] {
  type Event = EventOf<RegisteredEvents, Pattern>;
  const link = useLink('useEventBuffer');
  const limit = Math.max(1, Math.floor(options.limit ?? limitByDefault));
  // Usually written in place: the newest counts, and a new one makes no new list.
  const newest = useRef(options.coalesceBy);
  newest.current = options.coalesceBy;
  const buffer = useMemo(
    () =>
      createFrameView<Pattern, readonly Event[]>(link, type, {
        initial: none,
        keep: limit,
        fold: (shown, came) => newestOfEach([...shown, ...came], newest.current).slice(-limit),
      }),
    [link, type, limit],
  );
  return useSyncExternalStore(buffer.subscribe, buffer.get, () => none);
}

const none: readonly never[] = [];
