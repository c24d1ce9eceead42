// What makes two events states of the same thing.
import type { RealtimeEvent } from './types.js';

/** The names of an event's payload's members; any name where the payload is not known. */
type PayloadKey<Event> = Event extends { readonly data: infer Data }
  ? unknown extends Data
    ? string
    : Data extends object
      ? keyof Data & string
      : never
  : string;

/** The name of a member of the payload, or what a function makes of the event. */
export type CoalesceBy<Event> = PayloadKey<Event> | ((event: Event) => unknown);

/** Undefined or null for an event that stands for itself. */
export function keyOf<Event extends RealtimeEvent>(
  event: Event,
  by: string | ((event: Event) => unknown) | undefined,
): unknown {
  if (typeof by !== 'string') return by?.(event);
  const { data } = event;
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, by)) return undefined;
  return (data as Readonly<Record<string, unknown>>)[by];
}
