// One tenant's events as this node has them in memory: the newest of its log, without holes. All readers of the
// tenant read here. The log itself is asked when the tail begins, when a hint does not follow the last entry,
// and before somebody is told where it stands.
import type { EventLog, LogEntry, StreamState } from '../event-log/event-log.js';
import { TailEntry } from './entry.js';

export interface TailListener {
  /** The newest entry has come, the next after all before it. */
  appended(entry: TailEntry): void;
  /** One that is in no log. */
  outside(entry: TailEntry): void;
  /** What follows does not join what was here: readers stood at `before`, or earlier, and go on at the head. */
  restarted(before: StreamState): void;
}

/** What is kept in memory: both bounds hold, but for one entry that is larger alone. */
export interface TailMax {
  readonly events: number;
  readonly bytes: number;
}

/** How many entries the log is asked for at once. */
const readLimit = 500;
/** A log that does not answer is asked again. */
const retryMs = 1000;

export class Tail {
  readonly #tenant: string;
  readonly #log: EventLog;
  readonly #listener: TailListener;
  readonly #max: TailMax;
  #bytes = 0;
  #entries: TailEntry[] = [];
  /** Of each key the newest seq. */
  readonly #newest = new Map<string, number>();
  /** Empty until the log has said. */
  #epoch = '';
  #head = 0;
  #floor = 1;
  #hinted: { readonly epoch: string; readonly seq: number } | null = null;
  #asking: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  /** What `refreshWithin` waits for, and its answer. */
  #awaited: Promise<void> | null = null;
  #within = Promise.resolve();
  #unwatch: (() => void) | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(tenant: string, log: EventLog, max: TailMax, listener: TailListener) {
    this.#tenant = tenant;
    this.#log = log;
    this.#max = max;
    this.#listener = listener;
  }

  /** Null until the log has said. Entries `floor` to `head` can be read here. */
  get state(): StreamState | null {
    return this.#epoch === '' ? null : { epoch: this.#epoch, head: this.#head, floor: this.#floor };
  }

  get head(): number {
    return this.#head;
  }

  get floor(): number {
    return this.#floor;
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

  /** The same, and never rejects: a log that does not answer holds nobody for longer. All who ask at once share it. */
  refreshWithin(ms: number): Promise<void> {
    const refreshed = this.refresh();
    if (refreshed !== this.#awaited) {
      this.#awaited = refreshed;
      this.#within = new Promise((resolve) => {
        const late = setTimeout(resolve, ms);
        const settled = () => {
          clearTimeout(late);
          resolve();
        };
        refreshed.then(settled, settled);
      });
    }
    return this.#within;
  }

  /** As `refresh`, as often as it takes. */
  keepUp(): void {
    this.refresh().catch(() => {
      clearTimeout(this.#retry);
      if (!this.#isClosed) this.#retry = setTimeout(() => this.keepUp(), retryMs).unref();
    });
  }

  /** Entries after `seq`, the oldest first. */
  *after(seq: number): Generator<TailEntry> {
    const first = this.#entries[0]?.seq ?? 0;
    for (let at = Math.max(0, seq + 1 - first); at < this.#entries.length; at += 1) {
      yield this.#entries[at] as TailEntry;
    }
  }

  /** The newest entry of this one's key; itself where it has none. */
  newestOf(entry: TailEntry): TailEntry {
    const seq = entry.coalesce === undefined ? undefined : this.#newest.get(entry.coalesce);
    if (seq === undefined || seq === entry.seq) return entry;
    return this.#entries[seq - (this.#entries[0]?.seq ?? 0)] ?? entry;
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
    const state = await this.#log.open(this.#tenant);
    if (state.epoch === this.#epoch) await this.#follow(state);
    else await this.#begin(state);
    if (this.#isClosed) this.#unwatch();
    const hinted = this.#hinted;
    if (hinted?.epoch === this.#epoch && hinted.seq > this.#head) this.keepUp();
  }

  #hear(epoch: string, entry: LogEntry | null): void {
    if (this.#isClosed) return;
    if (entry === null) {
      this.keepUp();
      return;
    }
    if (entry.seq === 0) {
      this.#listener.outside(new TailEntry(entry));
      return;
    }
    this.#hinted = { epoch, seq: entry.seq };
    if (epoch === this.#epoch && entry.seq === this.#head + 1) this.#append(entry);
    else if (this.#epoch !== '' && (epoch !== this.#epoch || entry.seq > this.#head)) this.keepUp();
  }

  /** The same stream, further on. */
  async #follow({ head, floor }: StreamState): Promise<void> {
    const entries = await this.#read(this.#head, head);
    for (const entry of entries) if (entry.seq === this.#head + 1) this.#append(entry);
    if (this.#head < head) {
      // Trimmed before it was read here: nobody is told that nothing is missing.
      this.#restart({ epoch: this.#epoch, head, floor }, entries);
      return;
    }
    this.#raiseFloor(floor);
  }

  async #begin(state: StreamState): Promise<void> {
    const from = Math.max(state.floor - 1, state.head - this.#max.events);
    this.#restart(state, await this.#read(from, state.head));
  }

  #restart({ epoch, head, floor }: StreamState, entries: readonly LogEntry[]): void {
    const before = this.state;
    this.#epoch = epoch;
    this.#entries = entries.map((entry) => new TailEntry(entry));
    this.#newest.clear();
    this.#bytes = 0;
    for (const entry of this.#entries) this.#note(entry);
    this.#head = this.#entries.at(-1)?.seq ?? head;
    this.#floor = this.#entries[0]?.seq ?? Math.max(floor, head + 1);
    this.#bound();
    if (before) this.#listener.restarted(before);
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

  #append(given: LogEntry): void {
    const entry = new TailEntry(given);
    this.#entries.push(entry);
    this.#head = entry.seq;
    this.#note(entry);
    this.#bound();
    this.#listener.appended(entry);
  }

  #note({ coalesce, seq, size }: TailEntry): void {
    this.#bytes += size;
    if (coalesce !== undefined) this.#newest.set(coalesce, seq);
  }

  #bound(): void {
    const { events, bytes } = this.#max;
    let gone = 0;
    let left = this.#bytes;
    for (const { size } of this.#entries) {
      const kept = this.#entries.length - gone;
      if (kept <= 1 || (kept <= events && left <= bytes)) break;
      left -= size;
      gone += 1;
    }
    if (gone > 0) this.#raiseFloor(this.#floor + gone);
  }

  #raiseFloor(floor: number): void {
    if (floor <= this.#floor) return;
    this.#floor = floor;
    const kept = this.#entries.findIndex(({ seq }) => seq >= floor);
    for (const gone of this.#entries.splice(0, kept < 0 ? this.#entries.length : kept)) {
      const { coalesce, seq, size } = gone;
      this.#bytes -= size;
      if (coalesce !== undefined && this.#newest.get(coalesce) === seq)
        this.#newest.delete(coalesce);
    }
  }
}
