/**
 * One tenant's log, read entry by entry in its order by somebody who holds no socket. Hints are what makes it
 * quick, and the log alone is believed: a hint may be lost, late or repeated, and may say nothing but "look".
 */
import type { EventLog, LogEntry } from 'keepline/server';

/** How many entries the log is asked for at once. */
const READ_MAX = 500;
/** A log that does not answer is asked again. */
const RETRY_MS = 1000;

/** Entries up to `seq` have been told. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

export class LogFollower {
  readonly #log: EventLog;
  readonly #tenant: string;
  readonly #told: (entry: LogEntry) => void;
  #place: Place | null = null;
  #unwatch: (() => void) | undefined;
  #asking: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `told`: each entry once. What the log has forgotten before it was read here, nobody is told. */
  constructor(log: EventLog, tenant: string, told: (entry: LogEntry) => void) {
    this.#log = log;
    this.#tenant = tenant;
    this.#told = told;
  }

  /** Null until the log has said. */
  get place(): Place | null {
    return this.#place;
  }

  /**
   * Resolves once all has been told that was in the log when this was called; rejects where the log does. Whoever
   * asks while an answer is on its way waits for the next, since that one may be older than the question.
   */
  catchUp(): Promise<void> {
    this.#next ??= (this.#asking ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        this.#asking = this.#ask().finally(() => {
          this.#asking = null;
        });
        return this.#asking;
      });
    return this.#next;
  }

  /** The same, as often as it takes. */
  follow(): void {
    this.catchUp().catch(() => {
      clearTimeout(this.#retry);
      if (!this.#isClosed) this.#retry = setTimeout(() => this.follow(), RETRY_MS).unref();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#unwatch?.();
  }

  async #ask(): Promise<void> {
    // Before it is read: what is written in between is hinted at.
    this.#unwatch ??= await this.#log.watch(this.#tenant, (epoch, entry) =>
      this.#hear(epoch, entry),
    );
    if (this.#isClosed) return this.#unwatch();
    const { epoch, head, floor } = await this.#log.open(this.#tenant);
    // What an epoch that has ended still held is gone with it, and the new one is read from its beginning.
    if (this.#place?.epoch !== epoch) this.#place = { epoch, seq: floor - 1 };
    await this.#readTo(epoch, head);
  }

  async #readTo(epoch: string, head: number): Promise<void> {
    for (let { seq } = this.#place ?? { seq: head }; seq < head; ) {
      const page = await this.#log.read(this.#tenant, seq, READ_MAX);
      const last = page.at(-1);
      if (!last) break;
      // Beyond the head it may be of another epoch, which is heard of by itself.
      for (const entry of page) if (entry.seq <= head) this.#tell(epoch, entry);
      seq = last.seq;
    }
    // What is not there any more is not waited for.
    if (this.#place?.epoch === epoch && this.#place.seq < head) this.#place = { epoch, seq: head };
  }

  #hear(epoch: string, entry: LogEntry | null): void {
    if (this.#isClosed) return;
    const { place } = this;
    const isNext = entry !== null && place?.epoch === epoch && entry.seq === place.seq + 1;
    if (isNext) this.#tell(epoch, entry);
    else if (!entry || place?.epoch !== epoch || entry.seq > place.seq) this.follow();
  }

  #tell(epoch: string, entry: LogEntry): void {
    if (this.#place?.epoch !== epoch || entry.seq <= this.#place.seq) return;
    this.#place = { epoch, seq: entry.seq };
    this.#told(entry);
  }
}
