/**
 * Reads an uploaded CSV file as it arrives: bytes in, numbered rows out. Judges the header and the
 * form of the file, not what a row says.
 */

import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import { CsvError, type CsvErrorCode, parse } from 'csv-parse';
import { RequestError } from '../http-json.js';
import type { ImportLimits } from '../options.js';
import {
  type Columns,
  type ContactCells,
  EXPECTED_COLUMNS,
  pickCells,
  readColumns,
} from './contact-rules.js';
import { FileBreak, FileMeter } from './file-meter.js';
import { slices } from './file-slices.js';

export interface FileRow {
  /** As a spreadsheet numbers it: the header is 1, and a row without anything counts as well. */
  readonly row: number;
  readonly cells: ContactCells;
}

export interface ContactFile {
  readonly columns: Columns;
  readonly rows: readonly FileRow[];
  /** Why nothing after the last row could be read. */
  readonly broken: string | undefined;
}

/** Throws a `RequestError` for what is no contact list at all. */
export async function readContactFile(
  bytes: AsyncIterable<Buffer>,
  limits: ImportLimits,
): Promise<ContactFile> {
  const meter = new FileMeter(limits);
  const reading = new Reading();
  const parser = parse({
    bom: true,
    // All of them at any time: a file that was put together of two has both.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    // Rows are taken here and not from the stream's end, where those that still waited would be
    // lost when a later one turns out to be broken.
    on_record: (cells: string[], { records, empty_lines: emptyLines }) => {
      reading.take(cells, records + emptyLines);
      return null;
    },
  });
  parser.resume();
  async function* upToBreak(): AsyncGenerator<Buffer> {
    try {
      yield* requireLimits(requireUtf8(slices(bytes)), meter);
    } catch (error) {
      if (!(error instanceof FileBreak)) throw error;
      // The parser ends here and is not cut off: it looks ahead, and so has a row or two to give.
      reading.breakAfter(meter.wholeRows, error.message);
    }
  }
  try {
    await pipeline(upToBreak, parser);
  } catch (error) {
    const why = explainBreak(error);
    if (why === undefined) throw error;
    reading.breakAfter(reading.lastRow, why);
  }
  return reading.finish();
}

/** What has been read so far. */
class Reading {
  readonly #rows: FileRow[] = [];
  #columns: Columns | undefined;
  #break: { readonly row: number; readonly why: string } | undefined;
  lastRow = 0;

  take(cells: string[], row: number): void {
    // Of the row that is broken the parser may have the beginning.
    if (this.#break !== undefined && row > this.#break.row) return;
    this.lastRow = row;
    if (this.#columns === undefined) {
      const columns = readColumns(cells);
      if ('problem' in columns) throw new RequestError(400, columns.problem);
      this.#columns = columns;
      return;
    }
    // Spreadsheets write their empty last rows as nothing but commas.
    if (cells.every((cell) => cell.trim() === '')) return;
    this.#rows.push({ row, cells: pickCells(this.#columns, cells) });
  }

  /** Nothing after this row can be read; the first reason counts. */
  breakAfter(row: number, why: string): void {
    this.#break ??= { row, why };
  }

  finish(): ContactFile {
    const why = this.#break?.why;
    if (this.#columns === undefined) {
      throw new RequestError(400, `${why ?? 'The file is empty.'} ${EXPECTED_COLUMNS}`);
    }
    const broken = why && `${why} Nothing after row ${this.lastRow} was read.`;
    if (this.#rows.length === 0) {
      throw new RequestError(400, broken ?? 'The file has a first line and no rows after it.');
    }
    return { columns: this.#columns, rows: this.#rows, broken };
  }
}

/** Lets bytes through up to the first row that is too much. */
async function* requireLimits(
  blocks: AsyncIterable<Buffer>,
  meter: FileMeter,
): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    const excess = meter.measure(block);
    if (excess === undefined) {
      yield block;
    } else {
      yield block.subarray(0, excess.at);
      throw excess.error;
    }
  }
}

/** Lets whole characters through up to the first line that is not UTF-8. */
async function* requireUtf8(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    if (isUtf8(block)) {
      yield block;
      continue;
    }
    for (const line of linesOf(block)) {
      if (!isUtf8(line)) {
        throw new FileBreak('The file is not UTF-8 text: save it as "CSV UTF-8".');
      }
      yield line;
    }
  }
}

/** No character of UTF-8 but the line end itself contains its byte. */
const LINE_END = /[^\r\n]*[\r\n]?/g;

function linesOf(block: Buffer): Buffer[] {
  const lines = block.toString('latin1').match(LINE_END) ?? [];
  return lines.map((line) => Buffer.from(line, 'latin1'));
}

/** The parser's own sentences quote the cell, which is somebody's name or number. */
const BREAKS: ReadonlyMap<CsvErrorCode, string> = new Map<CsvErrorCode, string>([
  ['CSV_QUOTE_NOT_CLOSED', 'A quote is opened and never closed.'],
  ['INVALID_OPENING_QUOTE', 'A quote opens in the middle of a cell: write it twice.'],
  ['CSV_INVALID_CLOSING_QUOTE', 'A quote closes before its cell ends: write it twice.'],
]);

/** Undefined for what is no fault of the file. */
function explainBreak(error: unknown): string | undefined {
  if (error instanceof FileBreak) return error.message;
  if (!(error instanceof CsvError)) return undefined;
  return BREAKS.get(error.code) ?? 'The file is not a CSV file from there on.';
}
