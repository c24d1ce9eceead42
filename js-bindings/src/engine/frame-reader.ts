// The path of every frame: head into the heap, verdict out of the core, the browser's own JSON.parse
// for what is to be delivered.
//
// Only the head of an ordinary frame is copied, and of a text that begins with its type no more than
// that. The string that the browser delivered is the one that is parsed. Nothing here throws for
// anything that a server can send.

import { headBytes, notJson, notUtf8, tooLarge, typeDiffers } from '../generated/status.js';
import { type EnvelopeNames, encodedLength, makeEvent, ownMembers } from './envelope.js';
import type { RealtimeEvent } from './event.js';
import type { NativeExports } from './native.js';

/** As keepline_frame() answers: a type's number comes on top of `firstType`. */
const needWhole = 1;
const firstType = 2;

/**
 * A browser takes longer to begin encoding a text than to hand over these characters one by one. The
 * type, where it stands first, is the second quoted thing; how many stand there is only a guess at
 * what will do.
 */
const typeGlance = { characters: 64, quotes: 4 };
/**
 * Where a server keeps a log the core must know an event's place in it: as far as into the payload, behind
 * type, seq, id and ts.
 */
const placeGlance = { characters: 160, quotes: 15 };
const quote = 0x22;
const asciiMax = 0x7f;

/** Where a frame lies in the heap, as far as it does. */
interface Region {
  readonly at: number;
  readonly size: number;
  readonly total: number;
}

export type FrameReader = (socket: number, data: string | ArrayBuffer) => RealtimeEvent | null;

export interface FrameReaderSetup {
  readonly exports: NativeExports;
  /** Asks the module; 0 for the type of the frame that was routed last. */
  readonly nameType: (type: number) => string;
  readonly names: EnvelopeNames;
  readonly maxMessageBytes: number;
}

/** Makes the function that reads one frame: the event to deliver, or null. */
export function createFrameReader(setup: FrameReaderSetup): FrameReader {
  const { exports, nameType, names, maxMessageBytes } = setup;
  const target = exports.target;
  const headAt = exports.head;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const typeNames: string[] = [];
  let receivedAt = 0;
  let glance = typeGlance;
  let head = new Uint8Array(exports.heap().buffer, headAt, headBytes);

  const typeName = (type: number): string => {
    if (type === 0) return nameType(0);
    typeNames[type] ??= nameType(type);
    return typeNames[type];
  };

  /** Of a text that was not read to its end; exact wherever the bound on size could matter. */
  const totalOf = (text: string, copied: number): number => {
    const mayBeTooLarge = text.length <= maxMessageBytes && text.length * 3 > maxMessageBytes;
    const total = mayBeTooLarge ? encodedLength(text) : text.length;
    // One that was cut between two characters must not look complete.
    return Math.max(total, copied + 1);
  };

  /** Copies what will do where the type stands first and there is nothing but ASCII before its end. */
  const glanceAtText = (text: string): Region => {
    const end = Math.min(text.length, glance.characters);
    let size = 0;
    for (let quotes = 0; size < end && quotes < glance.quotes; size += 1) {
      const character = text.charCodeAt(size);
      if (character > asciiMax) break;
      head[size] = character;
      if (character === quote) quotes += 1;
    }
    return { at: headAt, size, total: size === text.length ? size : totalOf(text, size) };
  };

  const copyHead = (data: string | ArrayBuffer): Region => {
    if (typeof data !== 'string') {
      const size = Math.min(data.byteLength, headBytes);
      head.set(new Uint8Array(data, 0, size));
      return { at: headAt, size, total: data.byteLength };
    }
    const { read, written } = encoder.encodeInto(data, head);
    const total = read === data.length ? written : totalOf(data, written);
    return { at: headAt, size: written, total };
  };

  const refuse = (
    socket: number,
    why: number,
    data: string | ArrayBuffer,
    whole: Region | null,
  ): null => {
    const { at, size, total } = whole ?? copyHead(data);
    exports.frameRefused(target, socket, why, at, size, total);
    return null;
  };

  const judge = (socket: number, { at, size, total }: Region) =>
    exports.frame(target, socket, at, size, total, receivedAt);

  const toEvent = (
    socket: number,
    data: string | ArrayBuffer,
    verdict: number,
    whole: Region | null,
  ): RealtimeEvent | null => {
    if (verdict < firstType) return null;
    const type = typeName(verdict - firstType);
    let text: string;
    try {
      text = typeof data === 'string' ? data : decoder.decode(data);
    } catch {
      return refuse(socket, notUtf8, data, whole);
    }
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return refuse(socket, notJson, data, whole);
    }
    const members = ownMembers(frame, names);
    // A member that stands there twice is routed by the first and parsed as the last.
    if (members?.[names.type] !== type) {
      return refuse(socket, typeDiffers, data, whole);
    }
    return makeEvent(members, type, names, receivedAt);
  };

  const readWhole = (socket: number, data: string | ArrayBuffer) => {
    const bytes = typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data);
    const at = exports.malloc(bytes.length);
    if (at === 0) return refuse(socket, tooLarge, data, null);
    try {
      exports.heap().set(bytes, at);
      const whole = { at, size: bytes.length, total: bytes.length };
      return toEvent(socket, data, judge(socket, whole), whole);
    } finally {
      exports.free(at);
    }
  };

  return (socket, data) => {
    receivedAt = Date.now();
    if (head.byteLength === 0) head = new Uint8Array(exports.heap().buffer, headAt, headBytes);
    const seen = typeof data === 'string' ? glanceAtText(data) : copyHead(data);
    let verdict = judge(socket, seen);
    if (verdict === needWhole && typeof data === 'string') {
      verdict = judge(socket, copyHead(data));
      // Of an event more had to be seen than its type, its place in a log: so it will of the next.
      if (verdict >= firstType) glance = placeGlance;
    }
    return verdict === needWhole ? readWhole(socket, data) : toEvent(socket, data, verdict, null);
  };
}
