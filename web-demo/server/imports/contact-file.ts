/**
 * Reads an uploaded CSV file as it arrives: bytes in, numbered rows out. Judges the header and the
 * form of the file, not what a row says.
 */

import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import { CsvError, type CsvErrorCode, parse } from 'csv-parse';
import { RequestError } from '../http-json.js';
import { type Columns, EXPECTED_COLUMNS, readColumns } from './contact-rules.js';

export interface FileRow {
  /** As a spreadsheet numbers it: the header is 1, and a row without anything counts as well. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface ContactFile {
  readonly columns: Columns;
  readonly rows: readonly FileRow[];
  /** Why nothing after the last row could be read. */
  readonly broken: string | undefined;
}

/** A row longer than this is a quote that nobody closed. */
const RECORD_CHARACTERS_MAX = 64 * 1024;

/** Throws a `RequestError` for what is no contact list at all. */
export async function readContactFile(
  bytes: AsyncIterable<Buffer>,
  rowsMax: number,
): Promise<ContactFile> {
  const reading = new Reading(rowsMax);
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_CHARACTERS_MAX,
    // Rows are taken here and not from the stream's end, where those that still waited would be
    // lost when a later one turns out to be broken.
    on_record: (cells: string[], { records, empty_lines: emptyLines }) => {
      reading.take(cells, records + emptyLines);
      return null;
    },
  });
  parser.resume();
  let broken: string | undefined;
  try {
    await pipeline(requireUtf8(bytes), parser);
  } catch (error) {
    const why = explainBreak(error);
    if (why === undefined) throw error;
    broken = `${why} Nothing after row ${reading.lastRow} was read.`;
  }
  return reading.finish(broken);
}

/** What has been read so far. */
class Reading {
  readonly #rowsMax: number;
  readonly #rows: FileRow[] = [];
  #columns: Columns | undefined;
  lastRow = 0;

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  take(cells: string[], row: number): void {
    this.lastRow = row;
    if (this.#columns === undefined) {
      const columns = readColumns(cells);
      if ('problem' in columns) throw new RequestError(400, columns.problem);
      this.#columns = columns;
      return;
    }
    // Spreadsheets write their empty last rows as nothing but commas.
    if (cells.every((cell) => cell.trim() === '')) return;
    if (this.#rows.length === this.#rowsMax) {
      throw new RequestError(413, `Send at most ${this.#rowsMax} rows: cut the file in two.`);
    }
    this.#rows.push({ row, cells });
  }

  finish(broken: string | undefined): ContactFile {
    if (this.#columns === undefined) {
      const why = broken === undefined ? 'The file is empty.' : 'The file is not a CSV file.';
      throw new RequestError(400, `${why} ${EXPECTED_COLUMNS}`);
    }
    if (this.#rows.length === 0 && broken === undefined) {
      throw new RequestError(400, 'The file has a first line and no rows after it.');
    }
    return { columns: this.#columns, rows: this.#rows, broken };
  }
}

class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/**
 * Lets bytes through up to the first line that is not UTF-8, wherever the network cut the file into
 * chunks.
 */
async function* requireUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const block of wholeLines(bytes)) {
    if (isUtf8(block)) {
      yield block;
      continue;
    }
    for (let at = 0; at < block.length; ) {
      const end = block.indexOf(LINE_FEED, at) + 1 || block.length;
      const line = block.subarray(at, end);
      if (!isUtf8(line)) throw new EncodingError('not UTF-8');
      yield line;
      at = end;
    }
  }
}

/** No character of UTF-8 but the line feed itself contains its byte. */
const LINE_FEED = 0x0a;

async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const begun: Buffer[] = [];
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) yield Buffer.concat([...begun.splice(0), chunk.subarray(0, end)]);
    if (end < chunk.length) begun.push(chunk.subarray(end));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

/** The parser's own sentences quote the cell, which is somebody's name or number. */
const BREAKS: ReadonlyMap<CsvErrorCode, string> = new Map<CsvErrorCode, string>([
  ['CSV_QUOTE_NOT_CLOSED', 'A quote is opened and never closed.'],
  ['CSV_MAX_RECORD_SIZE', 'A quote is opened and not closed for too long.'],
  ['INVALID_OPENING_QUOTE', 'A quote opens in the middle of a cell: write it twice.'],
  ['CSV_INVALID_CLOSING_QUOTE', 'A quote closes before its cell ends: write it twice.'],
]);

/** Undefined for what is no fault of the file. */
function explainBreak(error: unknown): string | undefined {
  if (error instanceof EncodingError) {
    return 'The file is not UTF-8 text: save it as "CSV UTF-8".';
  }
  if (!(error instanceof CsvError)) return undefined;
  return BREAKS.get(error.code) ?? 'The file is not a CSV file from there on.';
}
