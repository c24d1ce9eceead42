/**
 * Cuts a file into slices of whole characters, however the network cut it, and lets the event loop
 * turn after each: a file that arrives in one piece holds nobody up. Knows UTF-8, and no CSV.
 */
import { setImmediate } from 'node:timers/promises';

/**
 * The worst of CSV files is rows of two bytes, each of them an error to the parser: so much of it
 * takes about eight milliseconds, and several files are read in the same turn.
 */
export const SLICE_BYTES = 512;

const NOTHING = Buffer.alloc(0);

export async function* slices(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun = NOTHING;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = Buffer.concat([begun, chunk.subarray(at, at + SLICE_BYTES)]);
      const end = endOfWholeCharacters(slice);
      begun = slice.subarray(end);
      if (end > 0) yield slice.subarray(0, end);
      await setImmediate();
    }
  }
  if (begun.length > 0) yield begun;
}

/** The longest character of UTF-8. */
const CHARACTER_BYTES_MAX = 4;

/** Where the character begins that is still to be completed; the end, where there is none. */
function endOfWholeCharacters(bytes: Buffer): number {
  for (let back = 1; back < CHARACTER_BYTES_MAX && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (isContinuation) continue;
    return characterBytes(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function characterBytes(first: number): number {
  if (first >= 0xf0) return CHARACTER_BYTES_MAX;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
