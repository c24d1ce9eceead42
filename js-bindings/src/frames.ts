// The path of every frame: head into the heap, verdict out of the core, the browser's own JSON.parse
// for what is to be delivered.
//
// Only the head of an ordinary frame is copied, and the string that the browser delivered is the one
// that is parsed. Nothing here throws for anything that a server can send.
import { type EnvelopeNames, own, readEnvelope } from './envelope.js';
import { headBytes, type Malformed, malformedKinds } from './generated/status.js';
import type { NativeConnection, NativeExports } from './native.js';
import type { RealtimeEvent } from './types.js';

/** As keepline_frame() answers: a type's number comes on top of `firstType`. */
const needWhole = 1;
const firstType = 2;

const encoder = new TextEncoder();
const utf8Length = (text: string) => encoder.encode(text).length;

/** Where a frame lies in the heap, as far as it does. */
interface Region {
  readonly at: number;
  readonly size: number;
  readonly total: number;
}

export type FrameReader = (socket: number, data: string | ArrayBuffer) => RealtimeEvent | null;

export interface FrameReaderSetup {
  readonly exports: NativeExports;
  readonly native: NativeConnection;
  readonly names: EnvelopeNames;
  readonly maxMessageBytes: number;
}

/** Makes the function that reads one frame: the event to deliver, or null. */
export function createFrameReader(setup: FrameReaderSetup): FrameReader {
  const { exports, native, names, maxMessageBytes } = setup;
  const target = native.target();
  const headAt = native.head();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const typeNames: string[] = [];
  let receivedAt = 0;
  let head = new Uint8Array(exports.heap().buffer, headAt, headBytes);

  const typeName = (type: number): string => {
    if (type === 0) return native.currentType();
    typeNames[type] ??= native.typeName(type);
    return typeNames[type];
  };

  /** Copies as much as fits; `total` is exact wherever the bound on size could matter. */
  const copyHead = (data: string | ArrayBuffer): Region => {
    if (head.byteLength === 0) head = new Uint8Array(exports.heap().buffer, headAt, headBytes);
    if (typeof data !== 'string') {
      const size = Math.min(data.byteLength, headBytes);
      head.set(new Uint8Array(data, 0, size));
      return { at: headAt, size, total: data.byteLength };
    }
    const { read, written } = encoder.encodeInto(data, head);
    if (read === data.length) return { at: headAt, size: written, total: written };
    const mayBeTooLarge = data.length <= maxMessageBytes && data.length * 3 > maxMessageBytes;
    const total = mayBeTooLarge ? utf8Length(data) : data.length;
    // One that was cut between two characters must not look complete.
    return { at: headAt, size: written, total: Math.max(total, written + 1) };
  };

  const refuse = (socket: number, why: Malformed, { at, size, total }: Region): null => {
    const number = malformedKinds.indexOf(why);
    exports.frameRefused(target, socket, number, at, size, total);
    return null;
  };

  const judge = (socket: number, data: string | ArrayBuffer, region: Region, complete: boolean) =>
    exports.frame(
      target,
      socket,
      region.at,
      region.size,
      region.total,
      complete ? 1 : 0,
      typeof data === 'string' ? 0 : 1,
      performance.now(),
      receivedAt,
    );

  const toEvent = (
    socket: number,
    data: string | ArrayBuffer,
    region: Region,
    verdict: number,
  ): RealtimeEvent | null => {
    if (verdict < firstType) return null;
    const type = typeName(verdict - firstType);
    let text: string;
    try {
      text = typeof data === 'string' ? data : decoder.decode(data);
    } catch {
      return refuse(socket, 'not_utf8', region);
    }
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return refuse(socket, 'not_json', region);
    }
    // A member that stands there twice is routed by the first and parsed as the last.
    if (typeof frame !== 'object' || frame === null || own(frame, names.type) !== type) {
      return refuse(socket, 'type_differs', region);
    }
    return readEnvelope(frame, names, receivedAt);
  };

  const readWhole = (socket: number, data: string | ArrayBuffer, start: Region) => {
    const bytes = typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data);
    const at = exports.malloc(bytes.length);
    if (at === 0) return refuse(socket, 'too_large', { ...start, total: bytes.length });
    try {
      exports.heap().set(bytes, at);
      const whole = { at, size: bytes.length, total: bytes.length };
      return toEvent(socket, data, whole, judge(socket, data, whole, true));
    } finally {
      exports.free(at);
    }
  };

  return (socket, data) => {
    receivedAt = Date.now();
    const start = copyHead(data);
    const verdict = judge(socket, data, start, start.size === start.total);
    return verdict === needWhole
      ? readWhole(socket, data, start)
      : toEvent(socket, data, start, verdict);
  };
}
