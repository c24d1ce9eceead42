// The envelope of a parsed frame, as an event: whatever the wire calls its members (PROTOCOL.md,
// "Envelope"). A member that is not what it should be is left out.
import type { RealtimeEvent } from './types.js';

export interface EnvelopeNames {
  readonly type: string;
  readonly data: string;
  readonly seq: string;
  readonly id: string;
  readonly ts: string;
}

const idBytesMax = 64;
const encoder = new TextEncoder();

/** `__proto__` and its like are ordinary names. */
export const own = (frame: object, name: string): unknown =>
  Object.hasOwn(frame, name) ? (frame as Readonly<Record<string, unknown>>)[name] : undefined;

/** Of a frame whose type is known to be a text. */
export function readEnvelope(
  frame: object,
  names: EnvelopeNames,
  receivedAt: number,
): RealtimeEvent {
  const event: { -readonly [Key in keyof RealtimeEvent]: RealtimeEvent[Key] } = {
    type: own(frame, names.type) as string,
    data: own(frame, names.data),
    receivedAt,
  };
  const seq = own(frame, names.seq);
  if (Number.isSafeInteger(seq) && (seq as number) >= 1) event.seq = seq as number;
  const id = own(frame, names.id);
  if (typeof id === 'string' && id.length <= idBytesMax) {
    if (encoder.encode(id).length <= idBytesMax) event.id = id;
  }
  const ts = own(frame, names.ts);
  if (Number.isFinite(ts)) event.ts = ts as number;
  return event;
}
