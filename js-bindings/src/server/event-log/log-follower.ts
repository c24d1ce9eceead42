// One tenant's log, followed entry by entry in its order by somebody who has a place in it. Hints make it quick,
// and the log alone is believed: it is asked when following begins, when a hint does not follow the last entry,
// and whenever somebody has to know where the log is.
import type { EventLog, LogEntry, LogPosition, StreamState } from './event-log.js';

export interface LogListener {
  /** Of a stream that is entered in the middle, so many entries are read at most; default all that there are. */
  readonly enters?: number | undefined;
  /** The next entry, after all before it. */
  next(entry: LogEntry): void;
  /**
   * What follows does not join what was told up to `before`, null at first: another epoch, or a stretch that was
   * trimmed before it was read. `entries` are what the log still has, up to the new place.
   */
  jumped(entries: readonly LogEntry[], before: LogPosition | null, state: StreamState): void;
  /** One that is in no log. */
  outside?(entry: LogEntry): void;
  /** Entries before this number are gone from the log. */
  trimmed?(floor: number): void;
}

/** How many entries the log is asked for at once. */
const readLimit = 500;
/** A log that does not answer is asked again. */
const retryMs = 1000;

export class LogFollower {
  readonly #log: EventLog;
  readonly #tenant: string;
  readonly #listener: LogListener;
  #place: LogPosition | null = null;
  #hinted: LogPosition | null = null;
  #asking: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #unwatch: (() => void) | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(log: EventLog, tenant: string, listener: LogListener) {
    this.#log = log;
    this.#tenant = tenant;
    this.#listener = listener;
  }

  /** Up to where all has been told; null until the log has said. */
  get place(): LogPosition | null {
    return this.#place;
  }

  /**
   * Resolves once this is as far as the log was when it was asked; rejects where the log does. Who asks while
   * an answer is on its way waits for the next, since that one may be older than the question.
   */
  refresh(): Promise<void> {
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

  /** As `refresh`, as often as it takes. */
  keepUp(): void {
    this.refresh().catch(() => {
      clearTimeout(this.#retry);
      if (!this.#isClosed) this.#retry = setTimeout(() => this.keepUp(), retryMs).unref();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#unwatch?.();
  }

  // ---- what the log says

  async #ask(): Promise<void> {
    // Before the log is read: what is written in between is hinted at.
    this.#unwatch ??= await this.#log.watch(this.#tenant, (epoch, entry) =>
      this.#hear(epoch, entry),
    );
    await this.#follow(await this.#log.open(this.#tenant));
    if (this.#isClosed) this.#unwatch();
    const [place, hinted] = [this.#place, this.#hinted];
    if (hinted && hinted.epoch === place?.epoch && hinted.seq > place.seq) this.keepUp();
  }

  #hear(epoch: string, entry: LogEntry | null): void {
    if (this.#isClosed) return;
    if (entry === null) {
      this.keepUp();
      return;
    }
    const { seq } = entry;
    if (seq === 0) {
      this.#listener.outside?.(entry);
      return;
    }
    this.#hinted = { epoch, seq };
    const place = this.#place;
    if (place?.epoch === epoch && seq === place.seq + 1) this.#tell(epoch, entry);
    else if (place && (place.epoch !== epoch || seq > place.seq)) this.keepUp();
  }

  async #follow(state: StreamState): Promise<void> {
    const { epoch, head, floor } = state;
    const { enters = Number.POSITIVE_INFINITY } = this.#listener;
    const joins = this.#place?.epoch === epoch;
    const from = joins ? this.#seq : Math.max(floor - 1, head - enters);
    const entries = await this.#read(from, head);
    if (joins)
      for (const entry of entries) if (entry.seq === this.#seq + 1) this.#tell(epoch, entry);
    // Nobody is told that nothing is missing where it was trimmed before it was read here.
    if (!joins || this.#seq < head) this.#jump(state, entries);
    this.#listener.trimmed?.(floor);
  }

  get #seq(): number {
    return this.#place?.seq ?? 0;
  }

  /**
   * Consecutive entries up to `head`, after `from` or after whatever is gone by now. What is beyond came later,
   * maybe in another epoch: a hint tells of it.
   */
  async #read(from: number, head: number): Promise<readonly LogEntry[]> {
    let entries: LogEntry[] = [];
    for (let after = from; after < head; ) {
      const page = await this.#log.read(this.#tenant, after, readLimit);
      const [first] = page;
      const last = page.at(-1);
      if (!first || !last) break;
      if (first.seq !== after + 1) entries = [];
      entries.push(...page.filter(({ seq }) => seq <= head));
      after = last.seq;
    }
    return entries;
  }

  #tell(epoch: string, entry: LogEntry): void {
    this.#place = { epoch, seq: entry.seq };
    this.#listener.next(entry);
  }

  #jump(state: StreamState, entries: readonly LogEntry[]): void {
    const before = this.#place;
    this.#place = { epoch: state.epoch, seq: entries.at(-1)?.seq ?? state.head };
    this.#listener.jumped(entries, before, state);
  }
}
