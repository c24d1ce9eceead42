// An entry of a log as a node keeps it in memory: with the frame that its readers are sent, made once for all.
import type { LogEntry } from '../event-log/event-log.js';
import { encodeEvent } from '../frames.js';

/** What an entry takes beside its payload, about. */
const entryBytes = 300;
/** From so many addressees on a list is looked through more slowly than a set. */
const listMax = 8;

export class TailEntry {
  readonly seq: number;
  readonly type: string;
  readonly coalesce: string | undefined;
  readonly to: LogEntry['to'];
  readonly #entry: LogEntry;
  #users: ReadonlySet<string> | undefined;
  #frame: string | undefined;
  #bytes = 0;

  constructor(entry: LogEntry) {
    this.seq = entry.seq;
    this.type = entry.type;
    this.to = entry.to;
    this.coalesce = entry.coalesce;
    this.#entry = entry;
  }

  /** What it takes in memory, about. */
  get size(): number {
    return entryBytes + this.#entry.json.length;
  }

  /** Written when the first reader wants it, which may be never. */
  get frame(): string {
    this.#frame ??= encodeEvent({ ...this.#entry, ts: this.#entry.at });
    return this.#frame;
  }

  get bytes(): number {
    this.#bytes ||= Buffer.byteLength(this.frame);
    return this.#bytes;
  }

  isFor(user: string): boolean {
    const { to } = this;
    if (to === 'tenant') return true;
    if (to.users.length <= listMax) return to.users.includes(user);
    this.#users ??= new Set(to.users);
    return this.#users.has(user);
  }
}
