/**
 * Measures a CSV file before it is parsed. What a file costs is its cells and rows, and its bytes
 * do not tell those: ten megabytes of commas are ten million cells. Knows quotes, separators and
 * line ends; judges neither the form of a row nor what it says.
 */
import { RequestError } from '../http-json.js';
import type { ImportLimits } from '../options.js';

/** Nothing of the file can be read from there on; what came before is as good as ever. */
export class FileBreak extends Error {
  override readonly name = 'FileBreak';
}

export interface Excess {
  /** Where the last row ends that is within the limits, in the bytes just measured. */
  readonly at: number;
  readonly error: Error;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class FileMeter {
  readonly #limits: ImportLimits;
  /** Empty rows and the header count. */
  #rows = 0;
  #cells = 0;
  /** Of the row that is being measured; 0 where none has begun. */
  #rowBytes = 0;
  #rowColumns = 0;
  /** A quote inside a quoted cell is written twice, and so leaves this as it was. */
  #quoted = false;
  #afterCarriageReturn = false;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
  }

  /** Those that have ended, the header among them. */
  get wholeRows(): number {
    return this.#rowBytes === 0 ? this.#rows : this.#rows - 1;
  }

  /** The next bytes of the file; nothing may be measured after an excess. */
  measure(bytes: Buffer): Excess | undefined {
    let at = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      const endsLineAlready = this.#afterCarriageReturn && byte === LINE_FEED;
      this.#afterCarriageReturn = false;
      if (!endsLineAlready) {
        if (this.#rowBytes === 0) at = index;
        const error = this.#take(byte);
        if (error !== undefined) return { at, error };
      }
    }
    return undefined;
  }

  #take(byte: number): Error | undefined {
    if (this.#rowBytes === 0) this.#beginRow();
    this.#rowBytes += 1;
    if (byte === QUOTE) this.#quoted = !this.#quoted;
    if (!this.#quoted) {
      if (byte === COMMA) this.#beginCell();
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        this.#rowBytes = 0;
        this.#afterCarriageReturn = byte === CARRIAGE_RETURN;
      }
    }
    return this.#excess();
  }

  #beginRow(): void {
    this.#rows += 1;
    this.#rowColumns = 0;
    this.#beginCell();
  }

  #beginCell(): void {
    this.#cells += 1;
    this.#rowColumns += 1;
  }

  #excess(): Error | undefined {
    const { rowsMax, cellsMax, columnsMax, rowBytesMax } = this.#limits;
    if (this.#rows > rowsMax + 1) {
      return new RequestError(
        413,
        `Send at most ${rowsMax} rows, empty ones counted: delete those at the end, or cut the file in two.`,
      );
    }
    if (this.#cells > cellsMax) {
      return new RequestError(
        413,
        `Send at most ${cellsMax} cells: leave out columns that nobody needs, or cut the file in two.`,
      );
    }
    if (this.#rowColumns > columnsMax) {
      return new FileBreak(
        `A row has more than ${columnsMax} columns: leave out those that nobody needs.`,
      );
    }
    if (this.#rowBytes > rowBytesMax) {
      return new FileBreak(
        this.#quoted
          ? 'A quote is opened and not closed for too long.'
          : `A row has more than ${rowBytesMax} bytes: put each on a line of its own.`,
      );
    }
    return undefined;
  }
}
