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
  readonly #lines: Buffer[] = [];
  #bytes = 0;
  #isFull = false;

  constructor(bytesMax: number, delimiter: string) {
    this.#bytesMax = bytesMax;
    this.#delimiter = delimiter;
  }

  get kept(): number {
    return this.#lines.length;
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
    this.#lines.push(line);
    this.#bytes += line.length;
  }

  forget(): void {
    this.#lines.length = 0;
    this.#bytes = 0;
    this.#isFull = true;
  }

  toCsv(): Buffer {
    return Buffer.concat([Buffer.from(MARK), this.#line(HEADER), ...this.#lines]);
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
