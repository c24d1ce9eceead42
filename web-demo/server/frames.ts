/**
 * The wire format of `keepline.v1`: bytes in, a described frame out, and back. Knows no socket and
 * no meaning of any type.
 */
export type InboundFrame =
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | {
      readonly kind: 'message';
      readonly type: string;
      readonly id: string | undefined;
      readonly data: unknown;
    }
  | { readonly kind: 'malformed'; readonly why: string };

/** Of `type` and of `id`, in bytes, as the protocol says. */
const NAME_BYTES_MAX = 64;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeFrame(bytes: Buffer): InboundFrame {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return malformed('the frame is not UTF-8');
  }
  if (text === 'ping' || text === 'pong') return { kind: text };
  return decodeMessage(text);
}

function decodeMessage(text: string): InboundFrame {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return malformed('the frame is not JSON');
  }
  if (!isRecord(message)) return malformed('the frame is not a JSON object');
  const type = ownMember(message, 'type');
  if (!isName(type)) return malformed('"type" is not a string of 1 to 64 bytes');
  const id = ownMember(message, 'id');
  return {
    kind: 'message',
    type,
    id: isName(id) ? id : undefined,
    data: ownMember(message, 'data'),
  };
}

function malformed(why: string): InboundFrame {
  return { kind: 'malformed', why };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= NAME_BYTES_MAX;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads what the sender wrote, never what `Object.prototype` adds. */
export function ownMember(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export interface EventEnvelope {
  readonly type: string;
  readonly seq: number;
  readonly ts: number;
  readonly data: unknown;
}

/** `type` first so that routing reads only the head of a frame, `data` last for the same reason. */
export function encodeEvent({ type, seq, ts, data }: EventEnvelope): string {
  return JSON.stringify({ type, seq, ts, data });
}

export function encodeControl(type: string, data: unknown, id?: string): string {
  return JSON.stringify(id === undefined ? { type, data } : { type, id, data });
}

export function encodePong(id: string | undefined, ts: number): string {
  return JSON.stringify(id === undefined ? { type: 'pong', ts } : { type: 'pong', id, ts });
}
