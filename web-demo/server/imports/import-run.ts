/**
 * One import from its first row to its last: a few rows at a time, so that calls go on meanwhile,
 * and told as events of the catalogue. Knows no socket and no HTTP.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { KeeplineEvents } from 'keepline/call-centre';
import type { ImportLimits } from '../options.js';
import type { ContactBook } from './contact-book.js';
import type { FileForm, ReadRow } from './reading/contact-file.js';
import type { RowProblem } from './reading/row.js';
import { type PackedFile, unpackRows } from './reading/thread-messages.js';
import { RefusedRows } from './refused-rows.js';

export type ImportEventType = 'import_progress' | 'import_error' | 'import_complete';

export type PublishImport = <Type extends ImportEventType>(
  type: Type,
  data: KeeplineEvents[Type],
) => void;

export interface ImportRunDependencies {
  readonly importId: string;
  /** Of the file, as its sender called it. */
  readonly name: string;
  readonly file: PackedFile;
  readonly tenant: string;
  readonly contacts: ContactBook;
  readonly limits: ImportLimits;
  readonly publish: PublishImport;
}

export interface RowError {
  readonly row: number;
  readonly code: string;
  readonly message: string;
  /** Of the contact in this row, for whoever looks for it. */
  readonly name: string | undefined;
  /** The cell that is wrong, where it is one. */
  readonly value: string | undefined;
}

/** What a list of imports says of each. */
export interface ImportSummary {
  readonly importId: string;
  readonly name: string;
  readonly state: 'running' | 'complete' | 'failed';
  readonly total: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly startedAt: string;
  /** How long it took, or has taken. */
  readonly durationMs: number;
  /** Why it failed as a whole. */
  readonly problem?: string;
  /** Refused rows that can be downloaded. */
  readonly refusedKept: number;
}

/** What a page that was away needs to catch up. */
export interface ImportState extends ImportSummary, FileForm {
  /** The first of them; the rest is counted. */
  readonly errors: readonly RowError[];
  readonly errorsOmitted: number;
}

/** A paced import works in turns of this length. */
const TURN_MS = 50;

/** Of a cell that is shown beside its reason. */
const SHOWN_CHARACTERS_MAX = 64;

const STOPPED = 'The server stopped before the import was done: send the file again.';
const FAILED = 'The server failed before the import was done: send the file again.';

export class ImportRun {
  readonly #deps: Omit<ImportRunDependencies, 'file'>;
  readonly #form: FileForm;
  readonly #broken: string | undefined;
  readonly #total: number;
  readonly #refused: RefusedRows;
  readonly #startedAt = new Date().toISOString();
  readonly #startedAtMs = performance.now();
  readonly #errors: RowError[] = [];
  /** Those that are still to be imported, and none when it has ended: it is asked about for long after. */
  #slices: Uint8Array[];
  #state: ImportState['state'] = 'running';
  #processed = 0;
  #failed = 0;
  #durationMs = 0;
  #problem: string | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor({ file, ...deps }: ImportRunDependencies) {
    this.#deps = deps;
    this.#form = file.form;
    this.#broken = file.broken;
    this.#slices = [...file.slices];
    this.#total = file.total;
    this.#refused = new RefusedRows(deps.limits.refusedBytesMax, file.form.delimiter);
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  summary(): ImportSummary {
    const { importId, name } = this.#deps;
    return {
      importId,
      name,
      state: this.#state,
      ...this.#counts(),
      startedAt: this.#startedAt,
      durationMs: this.isRunning ? this.#elapsedMs() : this.#durationMs,
      refusedKept: this.#refused.kept,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  snapshot(): ImportState {
    return {
      ...this.summary(),
      ...this.#form,
      errors: this.#errors,
      errorsOmitted: this.#failed - this.#errors.length,
    };
  }

  get refused(): RefusedRows {
    return this.#refused;
  }

  /**
   * Settles when all has been told; `signal` ends it early, and says so. Rejects where an event
   * could not be told; it has ended then as well.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#importRows(signal);
      if (this.#processed < this.#total) this.#fail(STOPPED, 'stopped');
      else this.#finish();
    } finally {
      if (this.isRunning) {
        this.#problem = FAILED;
        this.#end('failed');
      }
    }
  }

  /** Up to the last one, or to the signal. */
  async #importRows(signal: AbortSignal): Promise<void> {
    const { rowsPerSecond, progressIntervalMs } = this.#deps.limits;
    const isPaced = rowsPerSecond > 0;
    const atOnce = isPaced ? Math.max(1, Math.round((rowsPerSecond * TURN_MS) / 1000)) : Infinity;
    for (let slice = this.#slices.shift(); slice !== undefined; slice = this.#slices.shift()) {
      const rows = unpackRows(slice);
      while (rows.length > 0) {
        if (signal.aborted) return;
        for (const row of rows.splice(0, atOnce)) this.#importRow(row);
        if (this.#processed < this.#total) this.#tellProgress(progressIntervalMs);
        await (isPaced ? this.#waitForPace(signal) : setImmediate());
      }
    }
  }

  #importRow(read: ReadRow): void {
    const { contacts, tenant } = this.#deps;
    const problem = read.phone === undefined ? read.problem : contacts.add(tenant, read.phone);
    this.#processed += 1;
    if (problem !== undefined) this.#refuse(read, problem);
  }

  #refuse(read: ReadRow, { code, message, field }: RowProblem): void {
    const { limits, importId, publish } = this.#deps;
    this.#failed += 1;
    this.#refused.add(read, message);
    if (this.#errors.length >= limits.errorsTold) return;
    const { row, cells } = read;
    const name = shown(cells.name);
    const value = field === undefined || field === 'name' ? undefined : shown(cells[field]);
    // Spread together, each would have a hidden class of its own, which weighs more than what is in it.
    this.#errors.push({ row, code, message, name, value });
    publish('import_error', { importId, row, code, message });
  }

  /** At most once in the interval: a progress is a state, and only the newest matters. */
  #tellProgress(intervalMs: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < intervalMs) return;
    this.#toldAtMs = nowMs;
    this.#deps.publish('import_progress', { importId: this.#deps.importId, ...this.#counts() });
  }

  async #waitForPace(signal: AbortSignal): Promise<void> {
    const dueMs = (this.#processed / this.#deps.limits.rowsPerSecond) * 1000;
    const waitMs = Math.max(0, dueMs - this.#elapsedMs());
    await setTimeout(waitMs, undefined, { signal }).catch(() => {});
  }

  #finish(): void {
    this.#tellProgress(0);
    if (this.#broken === undefined) this.#complete();
    else this.#fail(this.#broken, 'file_broken');
  }

  #complete(): void {
    const { total, succeeded, failed } = this.#counts();
    this.#end('complete');
    const { importId, publish } = this.#deps;
    publish('import_complete', {
      importId,
      total,
      succeeded,
      failed,
      durationMs: this.#durationMs,
    });
  }

  #fail(message: string, code: string): void {
    this.#problem = message;
    this.#end('failed');
    this.#deps.publish('import_error', { importId: this.#deps.importId, message, code });
  }

  #end(state: 'complete' | 'failed'): void {
    this.#state = state;
    this.#durationMs = this.#elapsedMs();
    this.#slices = [];
  }

  #counts() {
    const [processed, failed] = [this.#processed, this.#failed];
    return { total: this.#total, processed, succeeded: processed - failed, failed };
  }

  #elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAtMs);
  }
}

/** Undefined where nothing is to be seen. */
function shown(text: string): string | undefined {
  const seen = [...text.replace(/\p{C}/gu, '')].slice(0, SHOWN_CHARACTERS_MAX).join('');
  return seen === '' ? undefined : seen;
}
