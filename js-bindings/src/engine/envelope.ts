// The envelope of a parsed frame, as an event: whatever the wire calls its members (PROTOCOL.md,
// "Envelope"). A member that is not what it should be is left out.
//
// Every event passes here. Each member is read in a place of its own, since an engine remembers by the
// place where it found what was asked for there.
import type { RealtimeEvent } from './event.js';

export interface EnvelopeNames {
  readonly type: string;
  readonly data: string;
  readonly seq: string;
  readonly id: string;
  readonly ts: string;
}

/** A frame's own members; see `ownMembers`. */
export type Members = Readonly<Record<string, unknown>>;

const idBytesMax = 64;

/** In bytes; for the few texts whose size their length does not tell. */
export const encodedLength = (text: string): number => new TextEncoder().encode(text).length;

/**
 * What the frame itself has, or null where it is no object. `__proto__` and its like are ordinary names:
 * where one of ours is something that every object has, the frame is copied to where nothing is. To ask
 * each frame what is its own would take as long as all the rest.
 */
export function ownMembers(frame: unknown, names: EnvelopeNames): Members | null {
  if (typeof frame !== 'object' || frame === null) return null;
  const every = Object.prototype;
  const shared =
    names.type in every ||
    names.data in every ||
    names.seq in every ||
    names.id in every ||
    names.ts in every;
  return shared ? Object.assign(Object.create(null), frame) : (frame as Members);
}

/** Of what `ownMembers` gave, whose type is `type`. */
export function makeEvent(
  members: Members,
  type: string,
  names: EnvelopeNames,
  receivedAt: number,
): RealtimeEvent {
  const data = members[names.data];
  const seq = members[names.seq];
  const event: { -readonly [Key in keyof RealtimeEvent]: RealtimeEvent[Key] } = isSequenceNumber(
    seq,
  )
    ? { type, data, receivedAt, seq }
    : { type, data, receivedAt };
  const id = members[names.id];
  if (typeof id === 'string' && fitsId(id)) event.id = id;
  const ts = members[names.ts];
  if (Number.isFinite(ts)) event.ts = ts as number;
  return event;
}

/** Of a frame whose type is known to be a text. */
export function readEnvelope(
  frame: object,
  names: EnvelopeNames,
  receivedAt: number,
): RealtimeEvent {
  const members = ownMembers(frame, names) as Members;
  return makeEvent(members, members[names.type] as string, names, receivedAt);
}

/**
 * What a server says of itself in its greeting, which is a text and comes first; null for any other frame, and
 * for one of which the core says what is wrong with it.
 */
export function readGreeting(data: string | ArrayBuffer, names: EnvelopeNames): Members | null {
  if (typeof data !== 'string' || !data.includes('"connected"')) return null;
  try {
    const frame = JSON.parse(data);
    return frame[names.type] === 'connected' ? Object(frame[names.data]) : null;
  } catch {
    return null;
  }
}

function isSequenceNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** Counting the bytes of a text costs more than a look at whether there are more than characters. */
function fitsId(id: string): boolean {
  if (id.length > idBytesMax) return false;
  return /^[ -~]*$/.test(id) || encodedLength(id) <= idBytesMax;
}
