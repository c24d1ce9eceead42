// Of events that are states of the same thing, the newest.

import { guarded } from '../engine/guarded.js';
import { type CoalesceBy, keyOf } from './coalesce-key.js';
import type { RealtimeEvent } from './types.js';

/**
 * Of events with the same key the newest alone, in the order in which these came. One whose key cannot
 * be told, since the function throws, is left out.
 */
export function newestOfEach<Event extends RealtimeEvent>(
  events: readonly Event[],
  by: CoalesceBy<Event> | undefined,
): readonly Event[] {
  if (by === undefined) return events;
  const kept = new Map<unknown, Event>();
  for (const event of events) {
    guarded(() => {
      const key = keyOf(event, by) ?? event;
      kept.delete(key);
      kept.set(key, event);
    });
  }
  return [...kept.values()];
}
