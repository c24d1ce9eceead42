/** Finds out what characters the bytes of a file are, and reads them. Pure. */
import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import { FileRefused } from './refusal.js';

export interface DecodedText {
  readonly text: string;
  /** As the WHATWG calls it: `utf-8`, `utf-16le`, `windows-1252` … */
  readonly encoding: string;
  /** Why nothing after the text could be read. */
  readonly broken: string | undefined;
}

const SAVE_AS = 'save it as "CSV UTF-8"';

/** By what its sender says, or by a guess. */
export function decodeText(bytes: Buffer, asked: string | undefined): DecodedText {
  refuseWorkbook(bytes);
  const encoding = asked === undefined ? guessEncoding(bytes) : knownEncoding(asked);
  if (encoding === 'utf-8' && !isUtf8(bytes)) {
    const good = bytes.subarray(0, goodLinesEnd(bytes));
    const broken = `The file is not UTF-8 text throughout: ${SAVE_AS}.`;
    return { text: decodeAs('utf-8', good), encoding, broken };
  }
  const text = decodeAs(encoding, bytes);
  if (text.includes('\0')) {
    throw new FileRefused('file_unreadable', `The file is no text: ${SAVE_AS}.`);
  }
  return { text, encoding, broken: undefined };
}

/** Undefined for what no reader of web pages knows. */
export function readEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

function knownEncoding(label: string): string {
  const encoding = readEncoding(label);
  if (encoding !== undefined) return encoding;
  throw new FileRefused(
    'encoding_invalid',
    'The encoding is none that is known: write one such as utf-8, utf-16le or windows-1252.',
  );
}

function decodeAs(encoding: string, bytes: Buffer): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** What spreadsheets save by default, and people send. */
const WORKBOOKS = ['504b0304', 'd0cf11e0'].map((hex) => Buffer.from(hex, 'hex'));

function refuseWorkbook(bytes: Buffer): void {
  if (!WORKBOOKS.some((mark) => bytes.subarray(0, mark.length).equals(mark))) return;
  throw new FileRefused('file_unreadable', `The file is a workbook and no text: ${SAVE_AS}.`);
}

/** Enough for letters to be counted; the first line of nearly all of them is ASCII. */
const SAMPLE_BYTES = 64 * 1024;

function guessEncoding(bytes: Buffer): string {
  const utf16 = markOfUtf16(bytes) ?? shapeOfUtf16(bytes);
  if (utf16 !== undefined) return utf16;
  const first = bytes.findIndex((byte) => byte >= 0x80);
  if (first === -1) return 'utf-8';
  const sample = bytes.subarray(Math.max(0, first - SAMPLE_BYTES / 2), first + SAMPLE_BYTES);
  return isUtf8(bytes) || isMostlyUtf8(sample) ? 'utf-8' : guessLegacy(sample);
}

function markOfUtf16(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  return { fffe: 'utf-16le', feff: 'utf-16be' }[mark];
}

/** Without a mark: Latin letters, digits and separators have a byte of 0 beside each other one. */
function shapeOfUtf16(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES - (bytes.length % 2));
  const zeros: [number, number] = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2 ? 1 : 0] += 1;
  const [even, odd] = zeros;
  const most = sample.length / 4;
  if (odd > most && even < odd / 4) return 'utf-16le';
  return even > most && odd < even / 4 ? 'utf-16be' : undefined;
}

/**
 * Hardly any text of another encoding has a character of UTF-8 in it, so one that has as many of
 * them as of other bytes was damaged, or put together of two.
 */
function isMostlyUtf8(sample: Buffer): boolean {
  let [good, bad] = [0, 0];
  for (const [character] of sample.toString('utf8').matchAll(/[^\0-\x7f]/gu)) {
    if (character === '\ufffd') bad += 1;
    else good += 1;
  }
  return good >= bad;
}

/** What Excel writes in the west, and what a few accented letters can well be. */
const USUAL = 'windows-1252';
/** By how much another guess has to be likelier: a short list has not enough letters to tell. */
const LEAD_MIN = 15;

function guessLegacy(sample: Buffer): string {
  const guesses = analyse(sample).flatMap(({ name, confidence }) => {
    const encoding = readEncoding(name);
    return encoding === undefined || encoding.startsWith('utf-') ? [] : [{ encoding, confidence }];
  });
  const [best] = guesses;
  if (best === undefined) return USUAL;
  // Bytes that it has no character for say that it is another.
  if (/[\x80-\x9f]/.test(decodeAs(USUAL, sample))) return best.encoding;
  const usual = guesses.find(({ encoding }) => encoding === USUAL)?.confidence ?? 0;
  return best.confidence >= usual + LEAD_MIN ? best.encoding : USUAL;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Where the first line begins that is not UTF-8. */
function goodLinesEnd(bytes: Buffer): number {
  let begin = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== LINE_FEED && bytes[at] !== CARRIAGE_RETURN) continue;
    if (!isUtf8(bytes.subarray(begin, at))) break;
    begin = at + 1;
  }
  return begin;
}
