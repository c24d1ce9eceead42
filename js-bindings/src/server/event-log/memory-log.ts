// The event log of one process: nothing outlives it, and nobody else reads it.
import { randomBytes } from 'node:crypto';
import {
  type EventLog,
  type LogEntry,
  type LogEvent,
  type LogHint,
  type StreamState,
  type Written,
  weightOf,
  writePosition,
} from './event-log.js';

export interface MemoryLogOptions {
  /** Events kept of each tenant; default 2,000. */
  readonly retainEvents?: number | undefined;
  /** For how long; default 600,000 ms. */
  readonly retainMs?: number | undefined;
  /** Bytes kept of each tenant, addressees included; default 8 MiB. */
  readonly retainBytes?: number | undefined;
  /** For how long an id is known; default 600,000 ms. */
  readonly idMs?: number | undefined;
  /** Ids known of each tenant, the oldest go first; default 100,000. */
  readonly idsMax?: number | undefined;
}

type Bounds = Required<{ [Name in keyof MemoryLogOptions]: number }>;

const defaults: Bounds = {
  retainEvents: 2000,
  retainMs: 600_000,
  retainBytes: 8 * 1024 * 1024,
  idMs: 600_000,
  idsMax: 100_000,
};
/** How often tenants of whom nothing is left are looked for. */
const forgetEveryMs = 10_000;

export interface MemoryLog extends EventLog {
  /** Forgets all entries of a tenant: whoever was away is told of a gap, `trimmed`. For tests, and for a demonstration. */
  trim(tenant: string): void;
}

/** Throws a RangeError that names a wrong option. */
export function memoryLog(options: MemoryLogOptions = {}): MemoryLog {
  const bounds = { ...defaults };
  for (const [name, value] of Object.entries(options)) {
    if (!(name in defaults)) throw new RangeError(`memoryLog: ${name} is no option`);
    if (value === undefined) continue;
    if (!(typeof value === 'number' && value >= 1)) {
      throw new RangeError(`memoryLog: ${name} must be a number from 1`);
    }
    bounds[name as keyof Bounds] = value;
  }
  return new LogInMemory(bounds);
}

class LogInMemory implements MemoryLog {
  readonly #bounds: Bounds;
  readonly #streams = new Map<string, Stream>();
  #closed = false;
  #forgetAt = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  async publish(event: LogEvent): Promise<Written> {
    return this.#stream(event.tenant).append(event);
  }

  async open(tenant: string): Promise<StreamState> {
    return this.#stream(tenant).state();
  }

  async read(tenant: string, after: number, limit: number): Promise<readonly LogEntry[]> {
    return this.#stream(tenant).read(after, limit);
  }

  async watch(tenant: string, hint: LogHint): Promise<() => void> {
    const { hints } = this.#stream(tenant);
    // The same function may watch twice.
    const own: LogHint = (...told) => hint(...told);
    hints.add(own);
    return () => {
      hints.delete(own);
    };
  }

  trim(tenant: string): void {
    this.#streams.get(tenant)?.clear();
  }

  /** It is there as long as the process is. */
  onAvailable(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    this.#streams.clear();
  }

  #stream(tenant: string): Stream {
    if (this.#closed) throw new Error('this log is closed');
    const known = this.#streams.get(tenant);
    if (known) return known;
    this.#forget(Date.now());
    const stream = new Stream(this.#bounds);
    this.#streams.set(tenant, stream);
    return stream;
  }

  /** Not for each new tenant: there may be many, of which each would look at all. */
  #forget(now: number): void {
    if (now < this.#forgetAt) return;
    this.#forgetAt = now + forgetEveryMs;
    for (const [name, stream] of this.#streams) {
      if (stream.isForgettable(now)) this.#streams.delete(name);
    }
  }
}

class Stream {
  readonly hints = new Set<LogHint>();
  readonly #bounds: Bounds;
  readonly #epoch = randomBytes(6).toString('base64url');
  readonly #entries: LogEntry[] = [];
  /** By id, in the order in which they came. */
  readonly #ids = new Map<string, { readonly position: string; readonly until: number }>();
  /** Above what an earlier process can have reached at an event a millisecond. */
  #head = Date.now();
  #bytes = 0;
  #usedAt = Date.now();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  state(): StreamState {
    this.#usedAt = Date.now();
    this.#trim();
    return { epoch: this.#epoch, head: this.#head, floor: this.#floor };
  }

  append({ to, type, json, trace, id, coalesce }: LogEvent): Written {
    const now = Date.now();
    this.#usedAt = now;
    const before = id === undefined ? undefined : this.#ids.get(id);
    if (before && before.until > now) return { position: before.position, repeat: true };
    this.#head += 1;
    // Member by member: spread, each entry would have a hidden class of its own, three times its weight.
    const entry: LogEntry = { to, type, json, trace, id, coalesce, seq: this.#head, at: now };
    this.#entries.push(entry);
    this.#bytes += weightOf(entry);
    this.#trim();
    const position = writePosition({ epoch: this.#epoch, seq: entry.seq });
    if (id !== undefined) this.#remember(id, position, now);
    for (const hint of [...this.hints]) hint(this.#epoch, entry);
    return { position, repeat: false };
  }

  read(after: number, limit: number): readonly LogEntry[] {
    this.#trim();
    const from = Math.max(0, after + 1 - this.#floor);
    return this.#entries.slice(from, from + limit);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#bytes = 0;
  }

  /** Whether nobody reads it, and all that it held is too old to be read. */
  isForgettable(now: number): boolean {
    const { retainMs, idMs } = this.#bounds;
    return this.hints.size === 0 && now - this.#usedAt > Math.max(retainMs, idMs);
  }

  get #floor(): number {
    return this.#head + 1 - this.#entries.length;
  }

  #trim(): void {
    const { retainEvents, retainMs, retainBytes } = this.#bounds;
    const oldest = Date.now() - retainMs;
    let kept = this.#entries.length;
    let gone = 0;
    for (const entry of this.#entries) {
      if (kept <= retainEvents && this.#bytes <= retainBytes && entry.at >= oldest) break;
      this.#bytes -= weightOf(entry);
      kept -= 1;
      gone += 1;
    }
    if (gone > 0) this.#entries.splice(0, gone);
  }

  #remember(id: string, position: string, now: number): void {
    this.#ids.delete(id);
    this.#ids.set(id, { position, until: now + this.#bounds.idMs });
    this.#forgetIds(now);
  }

  #forgetIds(now: number): void {
    for (const [id, { until }] of this.#ids) {
      if (until > now && this.#ids.size <= this.#bounds.idsMax) break;
      this.#ids.delete(id);
    }
  }
}
