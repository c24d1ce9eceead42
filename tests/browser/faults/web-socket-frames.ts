// WebSocket frames as they pass by on the wire: where each ends, and what it says. Knows the framing of
// RFC 6455 and nothing of connections; holds what is not yet whole.

export interface PassingFrame {
  readonly opcode: number;
  /** False where the rest of the message follows in further frames. */
  readonly last: boolean;
  readonly payload: Buffer;
  /** The frame as it came, to be sent on unchanged. */
  readonly bytes: Buffer;
}

export const CONTINUATION = 0;
export const TEXT = 1;
const CLOSE = 8;

/** Frames are given out as soon as they are whole. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): PassingFrame[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: PassingFrame[] = [];
    for (let frame = parse(this.#held); frame; frame = parse(this.#held)) {
      frames.push(frame);
      this.#held = this.#held.subarray(frame.bytes.length);
    }
    return frames;
  }
}

/** The frame at the front; undefined while it is not whole. */
function parse(held: Buffer): PassingFrame | undefined {
  const size = readSize(held);
  if (size === undefined || held.length < size.header + size.payload) return undefined;
  const bytes = held.subarray(0, size.header + size.payload);
  const payload = Buffer.from(bytes.subarray(size.header));
  if (size.masked) {
    const mask = bytes.subarray(size.header - 4, size.header);
    for (let at = 0; at < payload.length; at += 1) {
      payload.writeUInt8(payload.readUInt8(at) ^ mask.readUInt8(at % 4), at);
    }
  }
  const first = bytes.readUInt8(0);
  return { opcode: first & 0x0f, last: first >= 0x80, payload, bytes };
}

function readSize(held: Buffer): { header: number; payload: number; masked: boolean } | undefined {
  if (held.length < 2) return undefined;
  const second = held.readUInt8(1);
  const masked = second >= 0x80;
  const short = second & 0x7f;
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
  if (held.length < 2 + extended) return undefined;
  const payload =
    extended === 8
      ? Number(held.readBigUInt64BE(2))
      : extended === 2
        ? held.readUInt16BE(2)
        : short;
  return { header: 2 + extended + (masked ? 4 : 0), payload, masked };
}

/** A close frame as a server sends it: not masked. */
export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return Buffer.concat([Buffer.from([0x80 | CLOSE, payload.length]), payload]);
}
