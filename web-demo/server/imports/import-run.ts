/**
 * One import from its first row to its last: a few rows at a time, so that calls go on meanwhile,
 * and told as events of the catalogue. Knows no socket and no HTTP.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { KeeplineEvents } from 'keepline/call-centre';
import type { ImportLimits } from '../options.js';
import type { ContactBook } from './contact-book.js';
import type { ContactFile, FileRow } from './contact-file.js';
import { type Columns, isContact, type RowProblem, readContact } from './contact-rules.js';

export type ImportEventType = 'import_progress' | 'import_error' | 'import_complete';

export type PublishImport = <Type extends ImportEventType>(
  type: Type,
  data: KeeplineEvents[Type],
) => void;

export interface ImportRunDependencies {
  readonly importId: string;
  /** Of the file, as its sender called it. */
  readonly name: string;
  readonly file: ContactFile;
  readonly tenant: string;
  readonly contacts: ContactBook;
  readonly limits: ImportLimits;
  readonly publish: PublishImport;
}

export interface RowError extends RowProblem {
  readonly row: number;
}

/** What a page that was away needs to catch up. */
export interface ImportState {
  readonly importId: string;
  readonly name: string;
  readonly state: 'running' | 'complete' | 'failed';
  readonly total: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failed: number;
  /** The first of them; the rest is counted. */
  readonly errors: readonly RowError[];
  readonly errorsOmitted: number;
  readonly startedAt: string;
  /** How long it took, or has taken. */
  readonly durationMs: number;
  /** Why it failed as a whole. */
  readonly problem?: string;
}

/** Takes about a millisecond, which no call notices. */
const SLICE_ROWS_MAX = 250;
/** A paced import works in slices of this length. */
const SLICE_MS = 50;

const STOPPED = 'The server stopped before the import was done: send the file again.';
const FAILED = 'The server failed before the import was done: send the file again.';

export class ImportRun {
  readonly #deps: Omit<ImportRunDependencies, 'file'>;
  readonly #columns: Columns;
  readonly #broken: string | undefined;
  readonly #total: number;
  readonly #startedAt = new Date().toISOString();
  readonly #startedAtMs = performance.now();
  readonly #errors: RowError[] = [];
  /** Those of the whole file, until the import ends: it is asked about for long after that. */
  #rows: readonly FileRow[];
  #state: ImportState['state'] = 'running';
  #processed = 0;
  #failed = 0;
  #durationMs = 0;
  #problem: string | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor({ file, ...deps }: ImportRunDependencies) {
    this.#deps = deps;
    this.#columns = file.columns;
    this.#broken = file.broken;
    this.#rows = file.rows;
    this.#total = file.rows.length;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  snapshot(): ImportState {
    const { importId, name } = this.#deps;
    return {
      importId,
      name,
      state: this.#state,
      ...this.#counts(),
      errors: this.#errors,
      errorsOmitted: this.#failed - this.#errors.length,
      startedAt: this.#startedAt,
      durationMs: this.isRunning ? this.#elapsedMs() : this.#durationMs,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
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
    const { limits } = this.#deps;
    const paced = limits.rowsPerSecond > 0;
    const sliceRows = paced
      ? Math.min(SLICE_ROWS_MAX, Math.max(1, Math.round((limits.rowsPerSecond * SLICE_MS) / 1000)))
      : SLICE_ROWS_MAX;
    while (this.#processed < this.#total && !signal.aborted) {
      for (const row of this.#rows.slice(this.#processed, this.#processed + sliceRows)) {
        this.#importRow(row);
      }
      if (this.#processed < this.#total) this.#tellProgress(limits.progressIntervalMs);
      await (paced ? this.#waitForPace(signal) : setImmediate());
    }
  }

  #importRow({ row, cells }: FileRow): void {
    const { contacts, tenant, limits, importId, publish } = this.#deps;
    const outcome = readContact(this.#columns, cells);
    const problem = isContact(outcome) ? contacts.add(tenant, outcome) : outcome;
    this.#processed += 1;
    if (problem === undefined) return;
    this.#failed += 1;
    if (this.#errors.length >= limits.errorsTold) return;
    this.#errors.push({ row, ...problem });
    publish('import_error', { importId, row, ...problem });
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
    this.#rows = [];
  }

  #counts() {
    const [processed, failed] = [this.#processed, this.#failed];
    return { total: this.#total, processed, succeeded: processed - failed, failed };
  }

  #elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAtMs);
  }
}
