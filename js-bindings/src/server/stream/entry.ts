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
  /** Until the frame is made of it: each is kept by many thousands. */
  #entry: LogEntry | undefined;
  #users: ReadonlySet<string> | undefined;
  #frame = '';
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
    if (this.#entry) {
      const { type, id, at: ts, trace, json } = this.#entry;
      this.#frame = encodeEvent({ type, seq: this.seq || undefined, id, ts, trace, json });
      this.#entry = undefined;
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
