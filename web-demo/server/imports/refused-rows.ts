/**
 * The rows of an import that were refused, each with its reason, as a file for a spreadsheet: it can
 * be mended there and sent again.
 */
import { stringify } from 'csv-stringify/sync';
import type { ReadRow } from './reading/contact-file.js';

const HEADER = ['row', 'reason', 'name', 'phone', 'email', 'company'];
/** Without it Excel takes UTF-8 for the encoding of its country. */
const MARK = '\ufeff';

export class RefusedRows {
  readonly #bytesMax: number;
  readonly #delimiter: string;
  /** One for all lines, and not one for each: thousands of small ones weigh more than what is in them. */
  #lines = Buffer.alloc(0);
  #bytes = 0;
  #kept = 0;
  #isFull = false;

  constructor(bytesMax: number, delimiter: string) {
    this.#bytesMax = bytesMax;
    this.#delimiter = delimiter;
  }

  get kept(): number {
    return this.#kept;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Up to the bound: those that follow are counted and not kept. */
  add({ row, cells }: ReadRow, reason: string): void {
    if (this.#isFull) return;
    const { name, phone, email, company } = cells;
    const line = this.#line([String(row), reason, name, phone, email, company]);
    this.#isFull = this.#bytes + line.length > this.#bytesMax;
    if (this.#isFull) return;
    this.#makeRoom(this.#bytes + line.length);
    line.copy(this.#lines, this.#bytes);
    this.#bytes += line.length;
    this.#kept += 1;
  }

  forget(): void {
    this.#lines = Buffer.alloc(0);
    this.#bytes = 0;
    this.#kept = 0;
    this.#isFull = true;
  }

  toCsv(): Buffer {
    const lines = this.#lines.subarray(0, this.#bytes);
    return Buffer.concat([Buffer.from(MARK), this.#line(HEADER), lines]);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#lines.length) return;
    const roomier = Buffer.alloc(Math.min(this.#bytesMax, bytes * 2));
    this.#lines.copy(roomier);
    this.#lines = roomier;
  }

  #line(cells: readonly string[]): Buffer {
    return Buffer.from(
      stringify([cells], {
        delimiter: this.#delimiter,
        record_delimiter: '\r\n',
        // A cell that begins like a formula is one to a spreadsheet, whoever wrote it.
        escape_formulas: true,
      }),
    );
  }
}
