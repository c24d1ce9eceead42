// How an entry is written into Redis: one line of JSON that says whom it is for, and the payload as it is. The
// log and whoever listens get the same text.
import type { LogEntry, LogEvent } from '../event-log/event-log.js';

interface Head {
  readonly type: string;
  /** Absent where it is for all of the tenant. */
  readonly users?: readonly string[];
  readonly coalesce?: string;
  readonly trace?: string;
  readonly id?: string;
}

export function encodeEntry({ to, type, json, coalesce, trace, id }: LogEvent): string {
  const users = to === 'tenant' ? undefined : to.users;
  return `${JSON.stringify({ type, users, coalesce, trace, id })}\n${json}`;
}

/** Throws for what is no entry. */
export function decodeEntry(seq: number, at: number, text: string): LogEntry {
  const end = text.indexOf('\n');
  const { type, users, coalesce, trace, id } = JSON.parse(text.slice(0, end)) as Head;
  const to = users ? { users } : 'tenant';
  return { to, type, json: text.slice(end + 1), trace, id, coalesce, seq, at };
}

export interface Heard {
  readonly epoch: string;
  readonly seq: number;
  /** Null where an epoch begins. */
  readonly entry: LogEntry | null;
}

/** What was published to the channel: a position, and behind it the time and the entry. Null for what is neither. */
export function decodeHint(message: string): Heard | null {
  const [all, epoch, digits, at] = /^([A-Za-z0-9_-]{1,16})\.(\d+)(?: (\d+) |$)/.exec(message) ?? [];
  if (all === undefined || epoch === undefined) return null;
  const seq = Number(digits);
  const entry = at === undefined ? null : decodeEntry(seq, Number(at), message.slice(all.length));
  return { epoch, seq, entry };
}
