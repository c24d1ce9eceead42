// What stands in the popover: the state in words, figures, what went wrong, and what to do.
//
// Text from servers and errors is shown as text, and every text in its own direction.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Metrics, Status } from '../../client/types.js';
import type { Link } from '../link.js';
import { displayOf } from './display.js';
import { StateIcon } from './icons.js';
import type { IndicatorLabels } from './labels.js';

export interface StatusDetailsProps {
  readonly link: Link;
  readonly status: Status;
  readonly labels: IndicatorLabels;
  readonly retry: ReactNode;
}

export function StatusDetails({ link, status, labels, retry }: StatusDetailsProps): ReactNode {
  const metrics = useMetrics(link);
  const display = displayOf(status);
  const staleSince = staleSinceOf(status, metrics);
  return (
    <>
      <p className="keepline-title">
        <StateIcon state={display} />
        <bdi>{labels.states[display]}</bdi>
      </p>
      <p className="keepline-explanation">
        <bdi>{labels.explanation(status)}</bdi>
      </p>
      {staleSince !== null && (
        <p className="keepline-as-of">
          <bdi>{labels.dataAsOf(staleSince)}</bdi>
        </p>
      )}
      {status.error && (
        <div className="keepline-error">
          <p dir="auto">{labels.errorMessage(status.error)}</p>
          {status.error.cause && <p dir="auto">{labels.errorCause(status.error.cause)}</p>}
          {status.error.remedy && <p dir="auto">{labels.errorRemedy(status.error)}</p>}
        </div>
      )}
      <Figures status={status} metrics={metrics} labels={labels} />
      <div className="keepline-actions">
        {retry}
        <CopyDiagnostics link={link} labels={labels} />
      </div>
    </>
  );
}

/**
 * The last sign of life of a link that was live and is not, or is not known to be: what is shown is no
 * newer. A first connection has shown nothing yet, and where nobody is signed in it was somebody else's
 * data.
 */
function staleSinceOf(status: Status, metrics: Metrics | null): number | null {
  const display = displayOf(status);
  const nothingOld = display === 'connected' || display === 'connecting';
  return nothingOld || status.reason === 'signed_out' ? null : (metrics?.lastMessageAt ?? null);
}

interface FiguresProps {
  readonly status: Status;
  readonly metrics: Metrics | null;
  readonly labels: IndicatorLabels;
}

function Figures({ status, metrics, labels }: FiguresProps): ReactNode {
  const live = displayOf(status) === 'connected';
  const { attempt, maxAttempts, nextRetryAt, endpoint, environment } = status;
  const rttMs = metrics?.quality.rttMs ?? null;
  const lastMessageAt = metrics?.lastMessageAt ?? null;
  return (
    <dl className="keepline-figures">
      {status.since > 0 && <Figure name={labels.since}>{labels.time(status.since)}</Figure>}
      {!live && attempt > 0 && (
        <Figure name={labels.attempt}>{labels.attemptOf(attempt, maxAttempts)}</Figure>
      )}
      {!live && nextRetryAt !== null && (
        <Figure name={labels.nextAttempt}>
          <Countdown key={nextRetryAt} to={nextRetryAt} labels={labels} />
        </Figure>
      )}
      {live && lastMessageAt !== null && (
        <Figure name={labels.lastMessage}>{labels.time(lastMessageAt)}</Figure>
      )}
      {live && metrics && rttMs !== null && (
        <Figure name={labels.roundTrip}>{labels.roundTripOf(rttMs, metrics.quality.grade)}</Figure>
      )}
      {endpoint !== null && <Figure name={labels.endpoint}>{endpoint}</Figure>}
      {environment !== null && (
        <Figure name={labels.environment}>{labels.environments[environment]}</Figure>
      )}
    </dl>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

function useMetrics(link: Link): Metrics | null {
  const [metrics, setMetrics] = useState(() => link.connection()?.metrics() ?? null);
  useEffect(
    () =>
      link.attach((connection) => {
        setMetrics(connection.metrics());
        return connection.onMetrics(setMetrics);
      }),
    [link],
  );
  return metrics;
}

interface CountdownProps {
  /** Wall-clock ms. */
  readonly to: number;
  readonly labels: IndicatorLabels;
}

/** Ticks as each second ends, and only while it is shown. */
function Countdown({ to, labels }: CountdownProps): ReactNode {
  const [leftMs, setLeftMs] = useState(() => to - Date.now());
  useEffect(() => {
    if (leftMs <= 0) return undefined;
    const timer = setTimeout(() => setLeftMs(to - Date.now()), ((leftMs - 1) % 1000) + 1);
    return () => clearTimeout(timer);
  }, [leftMs, to]);
  return labels.countdown(Math.max(0, Math.ceil(leftMs / 1000)));
}

interface CopyDiagnosticsProps {
  readonly link: Link;
  readonly labels: IndicatorLabels;
}

/** How long the button says that it has done its work. */
const copiedForMs = 2000;

function CopyDiagnostics({ link, labels }: CopyDiagnosticsProps): ReactNode {
  const [copied, setCopied] = useState(false);
  const [byHand, setByHand] = useState<string | null>(null);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), copiedForMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    const text = JSON.stringify(link.connection()?.diagnostics() ?? null, null, 2);
    try {
      // Pages without https have no clipboard at all: that is refused like any other.
      await navigator.clipboard.writeText(text);
      setByHand(null);
      setCopied(true);
    } catch {
      setByHand(text);
    }
  };

  return (
    <>
      <button type="button" className="keepline-copy" onClick={copy}>
        <span aria-live="polite">{copied ? labels.copied : labels.copy}</span>
      </button>
      {byHand !== null && <CopyByHand text={byHand} label={labels.copyByHand} />}
    </>
  );
}

function CopyByHand({ text, label }: { readonly text: string; readonly label: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  return (
    <label className="keepline-by-hand">
      {label}
      <textarea
        ref={area}
        readOnly
        rows={4}
        dir="ltr"
        value={text}
        onFocus={(event) => event.target.select()}
      />
    </label>
  );
}
