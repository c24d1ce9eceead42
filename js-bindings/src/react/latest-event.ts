// The newest event of a type as something to render.
import { useMemo, useSyncExternalStore } from 'react';
import type { EventOf, EventPattern } from '../client/types.js';
import { guarded } from '../engine/guarded.js';
import { useLink } from './context.js';
import { createFrameView } from './frame-view.js';
import type { RegisteredEvents } from './register.js';
import { selectOnce } from './select-once.js';

/**
 * The newest event of `type`, or what `selector` makes of it; null before the first one, where `selector`
 * throws, and after another user signed in or another server took the place. Renders at most once a frame, and neither
 * while the page is hidden nor while the selection is the same. In a tree that React hides it keeps what it
 * showed, and misses what comes meanwhile.
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
  selector: (event: EventOf<RegisteredEvents, Pattern>) => unknown = itself,
): unknown {
  type Event = EventOf<RegisteredEvents, Pattern>;
  const link = useLink('useLatestEvent');
  const latest = useMemo(
    () =>
      createFrameView<Pattern, Event | null>(link, type, {
        initial: null,
        keep: one,
        fold: (shown, came) => came.at(-1) ?? shown,
      }),
    [link, type],
  );
  const snapshot = useMemo(
    () => selectOnce(latest.get, (event) => event && selected(selector, event)),
    [latest, selector],
  );
  return useSyncExternalStore(latest.subscribe, snapshot, nothing);
}

const itself = (event: unknown) => event;
const nothing = () => null;
const one = () => 1;

/** A selector that throws at this event must not take the page with it, nor the events to come. */
function selected<Event>(selector: (event: Event) => unknown, event: Event): unknown {
  let selection: unknown = null;
  guarded(() => {
    selection = selector(event);
  });
  return selection;
}
