/** Every event as one line, the newest first, and how often each type was heard. Pure. */
import { type CatalogueEvent, summarise } from './summaries.js';

export interface LogEntry {
  readonly key: number;
  readonly type: string;
  readonly at: number;
  readonly seq: number | undefined;
  readonly summary: string;
}

export interface EventLog {
  readonly entries: readonly LogEntry[];
  readonly counts: Readonly<Record<string, number>>;
  readonly heard: number;
}

export const emptyLog: EventLog = { entries: [], counts: {}, heard: 0 };

/** Some screens full; the rest is the server's to keep. */
const LOG_MAX = 200;

/** A whole batch at once: of ten thousand events in a frame only the last are put into words. */
export function applyToLog(log: EventLog, events: readonly CatalogueEvent[]): EventLog {
  if (events.length === 0) return log;
  const counts: Record<string, number> = { ...log.counts };
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  const heard = log.heard + events.length;
  const latest = events.slice(-LOG_MAX).reverse();
  const entries = latest.map((event, index) => entryOf(event, heard - index));
  return { entries: [...entries, ...log.entries].slice(0, LOG_MAX), counts, heard };
}

function entryOf(event: CatalogueEvent, key: number): LogEntry {
  const { type, receivedAt, seq } = event;
  return { key, type, at: receivedAt, seq, summary: summarise(event) };
}
