// The last events of a type as a list to render.
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { newestOfEach } from '../client/coalesce.js';
import type {
  CoalesceBy,
  EventOf,
  EventPattern,
  RealtimeEvent,
  Unsubscribe,
} from '../client/types.js';
import { useLink } from './context.js';
import { createFrameView, type FrameView } from './frame-view.js';
import { checkNumber } from './hook-options.js';
import type { Link } from './link.js';
import type { RegisteredEvents } from './register.js';
import { useNewest } from './use-newest.js';

export interface EventBufferOptions<Event> {
  /** How many are kept: an integer from 1 to 100 000; default 100. Another limit keeps what there is. */
  readonly limit?: number | undefined;
  /**
   * Of events with the same key only the newest is kept, at its own place: the name of a member of the
   * payload, or what a function makes of the event. Events whose key is undefined or null are kept; one
   * for which the function throws is left out, and what it threw is reported.
   */
  readonly coalesceBy?: CoalesceBy<Event> | undefined;
  /**
   * A name under which the provider keeps the list, so that a route that is left and found again still has
   * it; it goes on filling meanwhile, until another user signs in. Components that use one name for one type
   * see one list, of the greatest limit among them. Past 32 lists the one that was left longest ago
   * is given up.
   */
  readonly keepAs?: string | undefined;
}

const limitByDefault = 100;
/** What React can still draw, and far more than a person reads. */
const limitMax = 100_000;
/** Names may be made of data: without a bound a page would keep a list for each it ever showed. */
const keptMax = 32;

/**
 * The last events of `type`, the newest at the end; empty before the first one, and after another user
 * signed in or another server took the place. The same array until it changes, which is at most once a
 * frame and never while the page is hidden. Throws `option_invalid` for a limit out of its range.
 */
export function useEventBuffer<Pattern extends EventPattern<RegisteredEvents>>(
  type: Pattern,
  options: EventBufferOptions<EventOf<RegisteredEvents, Pattern>> = {},
): readonly EventOf<RegisteredEvents, Pattern>[] {
  const link = useLink('useEventBuffer');
  const { limit = limitByDefault, coalesceBy, keepAs } = options;
  const fits = Number.isInteger(limit) && limit >= 1 && limit <= limitMax;
  checkNumber('useEventBuffer: limit', limit, fits, `an integer from 1 to ${limitMax}`);
  // Usually written in place: the newest counts, and a new one makes no new list.
  const newest = useNewest(coalesceBy);
  const buffer = useMemo(
    () => (keepAs === undefined ? createBuffer(link, type) : keptBuffer(link, type, keepAs)),
    [link, type, keepAs],
  );
  useEffect(
    () => buffer.claim({ limit, coalesceBy: () => newest.current }),
    [buffer, limit, newest],
  );
  const list = useSyncExternalStore(buffer.subscribe, buffer.get, () => none);
  return useMemo(() => (list.length > limit ? list.slice(-limit) : list), [list, limit]);
}

const none: readonly never[] = [];

/** What a mounted hook asks of a buffer. */
interface Claim<Event> {
  readonly limit: number;
  readonly coalesceBy: () => CoalesceBy<Event> | undefined;
}

interface Buffer<Event> extends FrameView<readonly Event[]> {
  readonly claim: (claim: Claim<Event>) => Unsubscribe;
  readonly isClaimed: () => boolean;
}

function createBuffer<Pattern extends EventPattern<RegisteredEvents>>(
  link: Link,
  type: Pattern,
  lasting = false,
): Buffer<EventOf<RegisteredEvents, Pattern>> {
  type Event = EventOf<RegisteredEvents, Pattern>;
  const claims = new Set<Claim<Event>>();
  // Where nobody claims it at the moment, it goes on as it was.
  let limit = limitByDefault;
  let coalesceBy: Claim<Event>['coalesceBy'] = () => undefined;
  // Measured as events come: components that leave together leave one after the other.
  const measured = () => {
    if (claims.size > 0) limit = Math.max(...[...claims].map((claim) => claim.limit));
    return limit;
  };
  const newestOf = (events: readonly Event[]) => newestOfEach(events, coalesceBy());
  const view = createFrameView<Pattern, readonly Event[]>(link, type, {
    initial: none,
    keep: measured,
    condense: newestOf,
    fold: (shown, came) => newestOf([...shown, ...came]).slice(-measured()),
    lasting,
  });
  return {
    ...view,
    claim: (claim) => {
      claims.add(claim);
      coalesceBy = claim.coalesceBy;
      measured();
      return () => claims.delete(claim);
    },
    isClaimed: () => claims.size > 0,
  };
}

/** The one of this name and type; it fills from the first that is mounted with it. */
function keptBuffer<Pattern extends EventPattern<RegisteredEvents>>(
  link: Link,
  type: Pattern,
  name: string,
): Buffer<EventOf<RegisteredEvents, Pattern>> {
  const { kept } = link;
  const key = JSON.stringify(['useEventBuffer', name, type]);
  const found = kept.get(key) as Buffer<EventOf<RegisteredEvents, Pattern>> | undefined;
  const buffer = found ?? createBuffer(link, type, true);
  // The one that was asked for last stands at the end.
  kept.delete(key);
  kept.set(key, buffer);
  for (const [other, { isClaimed, giveUp }] of kept as Map<string, Buffer<RealtimeEvent>>) {
    if (kept.size <= keptMax) break;
    if (isClaimed() || other === key) continue;
    kept.delete(other);
    giveUp();
  }
  return buffer;
}
