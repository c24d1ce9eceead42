// An entry of a log as a node keeps it in memory: with the frame that its readers are sent, made once for all.
import { type LogEntry, weightOf } from '../event-log/event-log.js';
import { encodeEvent } from '../frames.js';

/** From so many addressees on a list is looked through more slowly than a set. */
const listMax = 8;

export class TailEntry {
  readonly seq: number;
  readonly type: string;
  readonly coalesce: string | undefined;
  readonly to: LogEntry['to'];
  /** What it takes in memory, about. */
  readonly size: number;
  readonly #entry: LogEntry;
  #users: ReadonlySet<string> | undefined;
  #frame: string | undefined;
  #bytes = 0;

  constructor(entry: LogEntry) {
    this.seq = entry.seq;
    this.type = entry.type;
    this.to = entry.to;
    this.coalesce = entry.coalesce;
    this.size = weightOf(entry);
    this.#entry = entry;
  }

  /** Written when the first reader wants it, which may be never. */
  get frame(): string {
    if (this.#frame === undefined) {
      const { type, seq, id, at: ts, trace, json } = this.#entry;
      this.#frame = encodeEvent({ type, seq, id, ts, trace, json });
    }
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
