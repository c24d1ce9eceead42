/**
 * Measures a CSV file before it is parsed. What a file costs is its cells and rows, and its length
 * does not tell those: ten megabytes of commas are ten million cells. Knows quotes, delimiters and
 * line ends; judges neither the form of a row nor what it says.
 */
import { FileRefused } from './refusal.js';

export interface TextLimits {
  readonly rowsMax: number;
  readonly columnsMax: number;
  readonly rowCharactersMax: number;
  readonly cellsMax: number;
}

export interface Measured {
  /** Where the last row ends that is within the limits. */
  readonly end: number;
  /** Rows up to there, empty ones and the header among them. */
  readonly rows: number;
  /** Why nothing after it can be read; what came before is as good as ever. */
  readonly broken: string | undefined;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Throws a `FileRefused` for what has more in it than is read of one file. */
export function measureText(text: string, delimiter: string, limits: TextLimits): Measured {
  const separator = delimiter.charCodeAt(0);
  let [rows, cells, begin] = [0, 0, 0];
  while (begin < text.length) {
    const row = measureRow(text, begin, separator, limits);
    rows += 1;
    cells += row.cells;
    if (rows > limits.rowsMax + 1) throw tooManyRows(limits.rowsMax);
    if (cells > limits.cellsMax) throw tooManyCells(limits.cellsMax);
    if (row.broken !== undefined) return { end: begin, rows: rows - 1, broken: row.broken };
    begin = row.end;
  }
  return { end: text.length, rows, broken: undefined };
}

interface MeasuredRow {
  /** Behind its line end. */
  readonly end: number;
  readonly cells: number;
  readonly broken: string | undefined;
}

function measureRow(
  text: string,
  begin: number,
  separator: number,
  { columnsMax, rowCharactersMax }: TextLimits,
): MeasuredRow {
  let cells = 1;
  // A quote inside a quoted cell is written twice, and so leaves this as it was.
  let isQuoted = false;
  let at = begin;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    if (!isQuoted && code === LINE_FEED) return { end: at + 1, cells, broken: undefined };
    if (!isQuoted && code === CARRIAGE_RETURN) {
      const end = text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
      return { end, cells, broken: undefined };
    }
    if (at - begin >= rowCharactersMax) {
      const broken = isQuoted
        ? 'A quote is opened and not closed for too long.'
        : `A row has more than ${rowCharactersMax} characters: put each on a line of its own.`;
      return { end: at, cells, broken };
    }
    if (isQuoted || code !== separator) continue;
    cells += 1;
    if (cells > columnsMax) {
      const broken = `A row has more than ${columnsMax} columns: leave out those that nobody needs.`;
      return { end: at, cells, broken };
    }
  }
  return { end: at, cells, broken: undefined };
}

function tooManyRows(most: number): FileRefused {
  return new FileRefused(
    'file_too_large',
    `Send at most ${most} rows, empty ones counted: delete those at the end, or cut the file in two.`,
  );
}

function tooManyCells(most: number): FileRefused {
  return new FileRefused(
    'file_too_large',
    `Send at most ${most} cells: leave out columns that nobody needs, or cut the file in two.`,
  );
}
