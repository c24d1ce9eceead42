/** What the connection says of itself now, and what it went through lately, drawn and in words. */
import type { ConnectionError } from 'keepline';
import { useConnectionStatus } from 'keepline/react';
import { useSyncExternalStore } from 'react';
import { Card } from '../components/card.js';
import { clockTime } from '../desk/times.js';
import type { ConnectionHistory, Moment } from './connection-history.js';
import { describeState, formatMs } from './descriptions.js';
import { Timeline } from './timeline.js';

/** What fits without a second screen; the diagnostics of the indicator have more. */
const LISTED_MAX = 40;

export function TimelineCard({ history }: { readonly history: ConnectionHistory }) {
  const status = useConnectionStatus();
  const moments = useSyncExternalStore(history.subscribe, history.moments);
  return (
    <Card title="Connection" testId="connection" aside="up to three minutes back">
      <Timeline history={history} moments={moments} />
      {status.error && <Problem error={status.error} />}
      <dl className="facts">
        <Fact name="State" value={status.state} testId="connection-state" />
        <Fact name="Phase" value={status.phase} testId="connection-phase" />
        <Fact
          name="Attempt"
          value={`${status.attempt} of ${status.maxAttempts}`}
          testId="connection-attempt"
        />
        <Figures history={history} />
      </dl>
      <Transitions moments={moments} />
    </Card>
  );
}

/** The remedy, where there is one, is for whoever runs the server, and long: it opens on request. */
function Problem({ error }: { readonly error: ConnectionError }) {
  if (error.remedy === '') {
    return (
      <p className="problem" data-testid="connection-error" data-kind={error.kind}>
        {error.message}
      </p>
    );
  }
  return (
    <details className="problem" data-testid="connection-error" data-kind={error.kind}>
      <summary>{error.message}</summary>
      <p>{error.remedy}</p>
    </details>
  );
}

const figure = new Intl.NumberFormat('en');

/** Figures that change with every frame: told at most once a second. */
function Figures({ history }: { readonly history: ConnectionHistory }) {
  const metrics = useSyncExternalStore(history.subscribe, history.metrics);
  const rttMs = metrics?.quality.rttMs ?? null;
  return (
    <>
      <Fact
        name="Round trip"
        value={rttMs === null ? 'not yet' : formatMs(rttMs)}
        testId="connection-rtt"
      />
      <Fact name="Frames" value={figure.format(metrics?.frames ?? 0)} testId="connection-frames" />
      <Fact
        name="Malformed"
        value={figure.format(metrics?.malformed ?? 0)}
        testId="connection-malformed"
      />
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly testId: string;
}

function Fact({ name, value, testId }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}

function Transitions({ moments }: { readonly moments: readonly Moment[] }) {
  const listed = moments.slice(-LISTED_MAX).reverse();
  return (
    <details className="history" data-testid="connection-history">
      <summary>
        The same in words <span className="quiet">({moments.length} transitions)</span>
      </summary>
      <ol
        className="scrolls history-list"
        aria-label="Transitions with their causes, newest first"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        {listed.map((moment) => (
          <li key={moment.key} data-testid="transition" data-state={moment.state}>
            <time dateTime={new Date(moment.at).toISOString()}>{clockTime(moment.at)}</time>{' '}
            {describeState(moment)}
          </li>
        ))}
      </ol>
    </details>
  );
}
