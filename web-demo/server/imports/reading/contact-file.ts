/**
 * Reads an uploaded contact list: bytes in, judged rows out. Pure, and takes its time: it runs in a
 * thread of its own.
 */
import { CsvError, type CsvErrorCode } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import {
  type ColumnFound,
  type ColumnMap,
  EXPECTED_COLUMNS,
  isKnownColumn,
  type ReadHeader,
  readHeader,
} from './columns.js';
import { judgeRow, pickCells } from './contact-rules.js';
import { type Delimiter, findDelimiter } from './delimiter.js';
import { decodeText } from './encoding.js';
import type { CountryCode } from './phone-number.js';
import { FileRefused } from './refusal.js';
import type { ContactCells, RowProblem } from './row.js';
import { measureText, type TextLimits } from './text-meter.js';

/** What the sender of a file says about it. */
export interface ReadSettings {
  readonly map: ColumnMap;
  /** Whose national numbers the list has. */
  readonly country: CountryCode | undefined;
  /** Guessed where it is left out. */
  readonly encoding: string | undefined;
}

export interface ReadRow {
  /** As a spreadsheet numbers it: the header is 1, and a row without anything counts as well. */
  readonly row: number;
  readonly cells: ContactCells;
  /** In E.164, of a row that is good. */
  readonly phone?: string;
  readonly problem?: RowProblem;
}

/** What was found out about a file; its sender is told. */
export interface FileForm {
  readonly encoding: string;
  readonly delimiter: Delimiter;
  readonly country: CountryCode | null;
  /** In the order of the file. */
  readonly columns: readonly ColumnFound[];
}

export interface ReadFile {
  readonly form: FileForm;
  readonly rows: readonly ReadRow[];
  /** Why nothing after the last row could be read. */
  readonly broken: string | undefined;
}

/** Throws a `FileRefused` for what is no contact list at all. */
export function readContactFile(
  bytes: Buffer,
  settings: ReadSettings,
  limits: TextLimits,
): ReadFile {
  const decoded = decodeText(bytes, settings.encoding);
  const { map, country } = settings;
  const found = findDelimiter(decoded.text, limits.rowCharactersMax, (cell) =>
    isKnownColumn(cell, map),
  );
  const { encoding } = decoded;
  const { delimiter, linesBefore } = found;
  const guessed = { encoding, delimiter };
  const measured = measureText(found.text, delimiter, limits);
  const reading = new Reading(settings, guessed, linesBefore);
  const broken = measured.broken ?? decoded.broken;
  if (broken !== undefined) reading.breakAfter(measured.rows + linesBefore, broken);
  parseRows(found.text.slice(0, measured.end), delimiter, reading);
  const { header, rows, broken: why } = reading.finish();
  const form = { ...guessed, country: country ?? null, columns: header.found };
  return { form, rows, broken: why };
}

function parseRows(text: string, delimiter: Delimiter, reading: Reading): void {
  try {
    parse(text, {
      delimiter,
      // All of them at any time: a file that was put together of two has both.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      // Rows are taken here and not from the result, which there is none of when a later one turns
      // out to be broken.
      on_record: (cells: string[], { records, empty_lines: emptyLines }) => {
        reading.take(cells, records + emptyLines);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const why = BREAKS.get(error.code) ?? 'The file is not a CSV file from there on.';
    reading.breakAfter(reading.lastRow, why);
  }
}

/** The parser's own sentences quote the cell, which is somebody's name or number. */
const BREAKS: ReadonlyMap<CsvErrorCode, string> = new Map<CsvErrorCode, string>([
  ['CSV_QUOTE_NOT_CLOSED', 'A quote is opened and never closed.'],
  ['INVALID_OPENING_QUOTE', 'A quote opens in the middle of a cell: write it twice.'],
  ['CSV_INVALID_CLOSING_QUOTE', 'A quote closes before its cell ends: write it twice.'],
]);

/** What has been read so far. */
class Reading {
  readonly #settings: ReadSettings;
  readonly #guessed: Readonly<Record<string, unknown>>;
  readonly #linesBefore: number;
  readonly #rows: ReadRow[] = [];
  #header: ReadHeader | undefined;
  #break: { readonly row: number; readonly why: string } | undefined;
  lastRow: number;

  constructor(
    settings: ReadSettings,
    guessed: Readonly<Record<string, unknown>>,
    linesBefore: number,
  ) {
    this.#settings = settings;
    this.#guessed = guessed;
    this.#linesBefore = linesBefore;
    this.lastRow = linesBefore;
  }

  /** `line` counts from the first that was parsed. */
  take(row: string[], line: number): void {
    this.lastRow = line + this.#linesBefore;
    if (this.#header === undefined) {
      this.#header = this.#readHeader(row);
      return;
    }
    // Spreadsheets write their empty last rows as nothing but commas.
    if (row.every((cell) => cell.trim() === '')) return;
    const { columns } = this.#header;
    const cells = pickCells(columns, row);
    const judgement = judgeRow(columns, row, cells, this.#settings.country);
    this.#rows.push({ row: this.lastRow, cells, ...judgement });
  }

  /** Nothing after this row can be read; the first reason counts. */
  breakAfter(row: number, why: string): void {
    this.#break ??= { row, why };
  }

  finish() {
    const why = this.#break?.why;
    if (this.#header === undefined) {
      throw this.#unreadable(`${why ?? 'The file is empty.'} ${EXPECTED_COLUMNS}`);
    }
    const broken = why && `${why} Nothing after row ${this.#break?.row} was read.`;
    if (this.#rows.length === 0) {
      throw this.#unreadable(broken ?? 'The file has a first line and no rows after it.');
    }
    return { header: this.#header, rows: this.#rows, broken };
  }

  #readHeader(row: string[]): ReadHeader {
    try {
      return readHeader(row, this.#settings.map);
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      // Whoever maps the columns wants to see whether they were read as they are.
      throw new FileRefused(error.code, error.message, { ...error.details, ...this.#guessed });
    }
  }

  #unreadable(message: string): FileRefused {
    return new FileRefused('file_unreadable', message, this.#guessed);
  }
}
