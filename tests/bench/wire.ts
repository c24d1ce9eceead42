// Whole streams as bytes for a socket: WebSocket frames written by hand, many to a chunk, so that the
// server costs next to nothing and the client is what is measured.
import { eventAt, type SentEvent } from './events.js';
import { channel } from './wire-names.js';

/** How an event is written for a client: as PROTOCOL.md has it, or wrapped for a client's own protocol. */
export type Format = 'json' | 'socket.io' | 'centrifuge' | 'pusher' | 'phoenix';

const write: Readonly<Record<Format, (event: SentEvent) => string>> = {
  json: (event) => JSON.stringify(event),
  // What emit(type, rest) sends: a message packet (4) with an event (2).
  'socket.io': ({ type, ...rest }) => `42${JSON.stringify([type, rest])}`,
  centrifuge: (event) => JSON.stringify({ push: { channel, pub: { data: event } } }),
  // Pusher's servers send the payload as JSON in a text.
  pusher: ({ type, ...rest }) =>
    JSON.stringify({ event: type, channel, data: JSON.stringify(rest) }),
  // A push of version 2: no join, no reply, topic, event, payload.
  phoenix: ({ type, ...rest }) => JSON.stringify([null, null, channel, type, rest]),
};

/** One event alone, as the stream has it. */
export const writeEvent = (format: Format, event: SentEvent): string => write[format](event);

const textFrame = 0x81;

/** One unmasked text frame, as servers send them (RFC 6455, 5.2). */
export function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const size = payload.length;
  if (size < 126) return Buffer.concat([Buffer.from([textFrame, size]), payload]);
  if (size > 0xffff) throw new RangeError(`a frame of ${size} bytes is no event`);
  return Buffer.concat([Buffer.from([textFrame, 126, size >> 8, size & 0xff]), payload]);
}

export interface Stream {
  readonly bytes: Buffer;
  /** Where each frame ends. */
  readonly ends: Uint32Array;
}

const made = new Map<string, Stream>();

/**
 * Made once for each format and length: a run must not wait for it. `perMessage` events are one message, each
 * on a line of its own.
 */
export function streamOf(format: Format, count: number, perMessage = 1): Stream {
  const key = `${format} ${count} ${perMessage}`;
  const known = made.get(key);
  if (known) return known;
  const frames: Buffer[] = [];
  const ends = new Uint32Array(Math.ceil(count / perMessage));
  let size = 0;
  for (let index = 0; index < count; index += perMessage) {
    const events = Array.from({ length: Math.min(perMessage, count - index) }, (_, offset) =>
      write[format](eventAt(index + offset, count)),
    );
    const next = frame(events.join('\n'));
    frames.push(next);
    size += next.length;
    ends[frames.length - 1] = size;
  }
  const stream = { bytes: Buffer.concat(frames, size), ends };
  made.set(key, stream);
  return stream;
}

/** One write to the socket: as much as its buffers like at once. */
const chunkBytes = 256 * 1024;

/** Whole frames only, so that what the server says in between is a frame of its own. */
export function* chunksOf({ bytes, ends }: Stream): Generator<Buffer> {
  let from = 0;
  for (const [index, end] of ends.entries()) {
    if (end - from < chunkBytes && index < ends.length - 1) continue;
    yield bytes.subarray(from, end);
    from = end;
  }
}
