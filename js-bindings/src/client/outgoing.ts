// A message on its way out: checked and written as JSON at once, since whoever sends it may change the
// payload later.
import { refuseOption, SendError } from './errors.js';
import type { SendOptions } from './types.js';
import { utf8Length } from './utf8.js';

export interface OutgoingMessage {
  readonly type: string;
  /** JSON; empty where there is none. */
  readonly data: string;
  readonly id: string;
  readonly ttlMs: number;
  /** Whether it waits for the server's word. */
  readonly ack: boolean;
}

const idBytesMax = 64;

function write(data: unknown): string {
  let json: string | undefined;
  try {
    json = data === undefined ? '' : JSON.stringify(data);
  } catch (reason) {
    throw new SendError('not_serialisable', reason instanceof Error ? reason.message : undefined);
  }
  if (json === undefined) throw new SendError('not_serialisable', `data is a ${typeof data}`);
  return json;
}

/** Throws a `SendError` for what cannot be sent, a `ConnectionError` for a wrong time to live. */
export function composeMessage(
  type: unknown,
  data: unknown,
  { id, ttlMs, ack }: SendOptions,
  queueTtlMs: number,
): OutgoingMessage {
  if (typeof type !== 'string' || type === '' || utf8Length(type) > idBytesMax) {
    throw new SendError('not_serialisable', 'the type is no string of 1 to 64 bytes');
  }
  if (id !== undefined && (typeof id !== 'string' || utf8Length(id) > idBytesMax)) {
    throw new SendError('not_serialisable', 'the id is no string of at most 64 bytes');
  }
  if (ttlMs !== undefined && !(typeof ttlMs === 'number' && ttlMs >= 0)) {
    refuseOption('ttlMs', 'must be a number from 0');
  }
  return { type, data: write(data), id: id ?? '', ttlMs: ttlMs ?? queueTtlMs, ack: ack === true };
}
