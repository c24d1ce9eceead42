// Of events that are states of the same thing, the newest.
import type { RealtimeEvent } from './types.js';

/** The name of a member of the payload, or what a function makes of the event. */
export type CoalesceBy<Event> = string | ((event: Event) => unknown);

/** Undefined or null for an event that stands for itself. */
export function keyOf<Event extends RealtimeEvent>(
  event: Event,
  by: CoalesceBy<Event> | undefined,
): unknown {
  if (typeof by !== 'string') return by?.(event);
  const { data } = event;
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, by)) return undefined;
  return (data as Readonly<Record<string, unknown>>)[by];
}

/** Of events with the same key the newest alone, in the order in which these came. */
export function newestOfEach<Event extends RealtimeEvent>(
  events: readonly Event[],
  by: CoalesceBy<Event> | undefined,
): readonly Event[] {
  if (by === undefined) return events;
  const kept = new Map<unknown, Event>();
  for (const event of events) {
    const key = keyOf(event, by) ?? event;
    kept.delete(key);
    kept.set(key, event);
  }
  return [...kept.values()];
}
