// One tenant's events as this node has them in memory: the newest of its log, without holes. All readers of the
// tenant read here. The log itself is asked when the tail begins, when a hint does not follow the last entry,
// and before somebody is told where it stands.
import type { EventLog, LogEntry, LogPosition, StreamState } from '../event-log/event-log.js';
import { LogFollower } from '../event-log/log-follower.js';
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

export class Tail {
  readonly #follower: LogFollower;
  readonly #listener: TailListener;
  readonly #max: TailMax;
  #bytes = 0;
  #entries: TailEntry[] = [];
  /** Of each key the newest seq. */
  readonly #newest = new Map<string, number>();
  #floor = 1;
  /** What `refreshWithin` waits for, and its answer. */
  #awaited: Promise<void> | null = null;
  #within = Promise.resolve(true);

  constructor(tenant: string, log: EventLog, max: TailMax, listener: TailListener) {
    this.#max = max;
    this.#listener = listener;
    this.#follower = new LogFollower(log, tenant, {
      enters: max.events,
      next: (entry) => this.#append(entry),
      jumped: (...jump) => this.#restart(...jump),
      outside: (entry) => listener.outside(new TailEntry(entry)),
      trimmed: (floor) => this.#raiseFloor(floor),
    });
  }

  /** Null until the log has said. Entries `floor` to `head` can be read here. */
  get state(): StreamState | null {
    const { place } = this.#follower;
    return place && { epoch: place.epoch, head: place.seq, floor: this.#floor };
  }

  get head(): number {
    return this.#follower.place?.seq ?? 0;
  }

  get floor(): number {
    return this.#floor;
  }

  /** Resolves once this is as far as the log was when it was asked; rejects where the log does. */
  refresh(): Promise<void> {
    return this.#follower.refresh();
  }

  /**
   * The same, and never rejects: false where the log has not answered in time. All who ask at once share it.
   */
  refreshWithin(ms: number): Promise<boolean> {
    const refreshed = this.refresh();
    if (refreshed !== this.#awaited) {
      this.#awaited = refreshed;
      this.#within = new Promise((resolve) => {
        const late = setTimeout(resolve, ms, false);
        const settled = (isFresh: boolean) => {
          clearTimeout(late);
          resolve(isFresh);
        };
        refreshed.then(
          () => settled(true),
          () => settled(false),
        );
      });
    }
    return this.#within;
  }

  /** As `refresh`, as often as it takes. */
  keepUp(): void {
    this.#follower.keepUp();
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
    this.#follower.close();
  }

  // ---- what the log says

  #restart(entries: readonly LogEntry[], before: LogPosition | null, { floor }: StreamState): void {
    const was = before && { epoch: before.epoch, head: before.seq, floor: this.#floor };
    this.#entries = entries.map((entry) => new TailEntry(entry));
    this.#newest.clear();
    this.#bytes = 0;
    for (const entry of this.#entries) this.#note(entry);
    this.#floor = this.#entries[0]?.seq ?? Math.max(floor, this.head + 1);
    this.#bound();
    if (was) this.#listener.restarted(was);
  }

  #append(given: LogEntry): void {
    const entry = new TailEntry(given);
    this.#entries.push(entry);
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
