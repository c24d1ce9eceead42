// The wire format of `keepline.v1`: a message in, a described frame out, and back. Knows no socket and no
// meaning of any type.

export type InboundFrame =
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | {
      readonly kind: 'message';
      readonly type: string;
      readonly id: string | undefined;
      /** W3C Trace Context, as the client sent it. */
      readonly trace: string | undefined;
      readonly data: unknown;
    }
  | { readonly kind: 'malformed'; readonly why: string };

/** Of `type` and of `id`, in bytes, as the protocol says. */
const nameBytesMax = 64;
/** A version 00 `traceparent` has 55; later versions may be longer. */
const traceCharactersMax = 128;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text as the transport has checked it, or the bytes of a binary frame. */
export function decodeFrame(message: string | Uint8Array): InboundFrame {
  let text: string;
  try {
    text = typeof message === 'string' ? message : strictUtf8.decode(message);
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
  const trace = ownMember(message, 'trace');
  return {
    kind: 'message',
    type,
    id: isName(id) ? id : undefined,
    trace: typeof trace === 'string' && trace.length <= traceCharactersMax ? trace : undefined,
    data: ownMember(message, 'data'),
  };
}

function malformed(why: string): InboundFrame {
  return { kind: 'malformed', why };
}

/** Whether something may be a `type` or an `id`. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= nameBytesMax;
}

/** An object of JSON: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads what the sender wrote, never what `Object.prototype` adds. */
export function ownMember(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export interface EventEnvelope {
  readonly type: string;
  /** Undefined where it has no place in a stream. */
  readonly seq: number | undefined;
  /** The publisher's own, where it has one: it is the same in every epoch. */
  readonly id?: string | undefined;
  readonly ts: number;
  readonly trace?: string | undefined;
  /** The payload as JSON; empty where there is none. */
  readonly json: string;
}

/** What is routed by stands first, so that only the head of a frame is read for it; `data` last. */
export function encodeEvent({ type, seq, id, ts, trace, json }: EventEnvelope): string {
  const head = JSON.stringify({ type, seq, id, ts, trace });
  return json === '' ? head : `${head.slice(0, -1)},"data":${json}}`;
}

export function encodeControl(type: string, data: unknown, id?: string): string {
  return JSON.stringify({ type, id, data });
}

/** `json`: the result, empty where there is none. */
export function encodeAck(id: string, outcome: 'done' | 'repeat', json: string): string {
  const result = json === '' ? '' : `,"result":${json}`;
  return `{"type":"ack","id":${JSON.stringify(id)},"data":{"outcome":"${outcome}"${result}}}`;
}

export function encodePong(id: string | undefined, ts: number): string {
  return JSON.stringify({ type: 'pong', id, ts });
}
