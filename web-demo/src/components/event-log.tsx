/** Every event as it arrived, newest first, and how often each type of the catalogue was heard. */
import { memo } from 'react';
import type { LogEntry } from '../desk/desk-state.js';
import { eventTypes } from '../desk/summaries.js';
import { Card } from './card.js';

export interface EventLogProps {
  readonly log: readonly LogEntry[];
  readonly counts: Readonly<Record<string, number>>;
  readonly heard: number;
}

export function EventLog({ log, counts, heard }: EventLogProps) {
  const types = eventTypes.filter((type) => counts[type]).length;
  return (
    <Card
      title="Events"
      testId="events"
      aside={
        <span data-testid="event-total" data-count={heard}>
          {heard} heard, {types} of {eventTypes.length} types
        </span>
      }
    >
      <ul className="type-counts" aria-label="Events heard by type">
        {eventTypes.map((type) => (
          <li key={type} data-testid={`event-count-${type}`} data-count={counts[type] ?? 0}>
            <code>{type}</code> <b>{counts[type] ?? 0}</b>
          </li>
        ))}
      </ul>
      {log.length === 0 ? (
        <p className="empty">Nothing was heard yet.</p>
      ) : (
        <ol
          className="log"
          data-testid="event-log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label="Event log, newest first"
        >
          {log.map((entry) => (
            <LogRow key={entry.key} entry={entry} />
          ))}
        </ol>
      )}
    </Card>
  );
}

const LogRow = memo(function LogRow({ entry }: { readonly entry: LogEntry }) {
  return (
    <li className="log-row" data-testid="event" data-type={entry.type}>
      <time dateTime={new Date(entry.at).toISOString()}>{clockTime(entry.at)}</time>
      <code>{entry.type}</code>
      <span className="log-summary">{entry.summary}</span>
      <span className="log-seq">{entry.seq === undefined ? '' : `#${entry.seq}`}</span>
    </li>
  );
});

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

export function clockTime(ms: number): string {
  return clock.format(ms);
}
