/** Every event as it arrived, newest first, and how often each type of the catalogue was heard. */
import { Radio } from 'lucide-react';
import { memo } from 'react';
import type { EventLog as Log, LogEntry } from '../desk/event-log.js';
import { eventTypes } from '../desk/summaries.js';
import { clockTime } from '../desk/times.js';
import { Empty, FoldingCard } from './card.js';

const figure = new Intl.NumberFormat('en');

export const EventLog = memo(function EventLog({ log }: { readonly log: Log }) {
  const { entries, counts, heard } = log;
  const types = eventTypes.filter((type) => counts[type]).length;
  return (
    <FoldingCard
      title="Events"
      testId="events"
      aside={
        <span data-testid="event-total" data-count={heard}>
          {figure.format(heard)} heard, {types} of {eventTypes.length} types
        </span>
      }
    >
      <ul className="type-counts" aria-label="Events heard by type">
        {eventTypes.map((type) => (
          <li key={type} data-testid={`event-count-${type}`} data-count={counts[type] ?? 0}>
            <code>{type}</code> <b>{figure.format(counts[type] ?? 0)}</b>
          </li>
        ))}
      </ul>
      {entries.length === 0 ? (
        <Empty icon={<Radio size={22} aria-hidden="true" />}>Nothing was heard yet.</Empty>
      ) : (
        <ol
          className="log scrolls"
          data-testid="event-log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label="Event log, newest first"
        >
          {entries.map((entry) => (
            <LogRow key={entry.key} entry={entry} />
          ))}
        </ol>
      )}
    </FoldingCard>
  );
});

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
