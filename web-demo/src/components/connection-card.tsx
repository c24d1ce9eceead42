/** What the connection says of itself, and what it went through lately. */
import type { Status } from 'keepline';
import { useConnectionStatus, useReconnected } from 'keepline/react';
import { useEffect, useState } from 'react';
import { Card } from './card.js';
import { clockTime } from './event-log.js';

interface HistoryEntry {
  readonly key: number;
  readonly at: number;
  readonly text: string;
}

const HISTORY_MAX = 8;

export function ConnectionCard() {
  const status = useConnectionStatus();
  const history = useHistory(status);
  return (
    <Card title="Connection" testId="connection">
      <dl className="facts">
        <Fact name="State" value={status.state} testId="connection-state" />
        <Fact name="Phase" value={status.phase} testId="connection-phase" />
        <Fact
          name="Attempt"
          value={`${status.attempt} of ${status.maxAttempts}`}
          testId="connection-attempt"
        />
        <Fact name="Endpoint" value={status.endpoint ?? 'none'} testId="connection-endpoint" long />
      </dl>
      {status.error && (
        <p className="problem" data-testid="connection-error" data-kind={status.error.kind}>
          {status.error.message} {status.error.remedy}
        </p>
      )}
      <ol
        className="history"
        data-testid="connection-history"
        aria-label="What happened, newest first"
      >
        {history.map((entry) => (
          <li key={entry.key}>
            <time dateTime={new Date(entry.at).toISOString()}>{clockTime(entry.at)}</time>{' '}
            {entry.text}
          </li>
        ))}
      </ol>
    </Card>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly testId: string;
  /** Takes a line of its own. */
  readonly long?: boolean;
}

function Fact({ name, value, testId, long = false }: FactProps) {
  return (
    <div className={long ? 'fact-long' : undefined}>
      <dt>{name}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}

function useHistory(status: Status): readonly HistoryEntry[] {
  const [history, setHistory] = useState<readonly HistoryEntry[]>([]);
  const note = (text: string) =>
    setHistory((entries) => {
      const entry = { key: (entries[0]?.key ?? 0) + 1, at: Date.now(), text };
      return entries[0]?.text === text ? entries : [entry, ...entries].slice(0, HISTORY_MAX);
    });
  const line = describe(status);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a line is noted when it changes, and only then.
  useEffect(() => note(line), [line]);
  useReconnected(({ downMs }) =>
    note(`back after ${(downMs / 1000).toFixed(1)} s; what was missed would be fetched now`),
  );
  return history;
}

/** What a person would tell of it; the phases in between are in the facts above. */
function describe({ state, reason, attempt, error }: Status): string {
  const words: string[] = [state];
  if (reason) words.push(reason.replaceAll('_', ' '));
  if (state !== 'connected' && attempt > 0) words.push(`attempt ${attempt}`);
  if (state !== 'connected' && error) words.push(error.kind.replaceAll('_', ' '));
  return words.join(', ');
}
