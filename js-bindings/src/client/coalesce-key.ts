// What makes two events states of the same thing.
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
