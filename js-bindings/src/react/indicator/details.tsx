// What stands in the popover: the state in words, figures, what went wrong, and what to do.
//
// It has two readers. A person at a desk is told what happened and what it means; a developer is also
// told how to mend it, and of codes and addresses. Text from servers and errors is shown as text, and
// every text in its own direction.
import {
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { Metrics, Status } from '../../client/types.js';
import type { ConnectionError } from '../../index.js';
import type { Link } from '../link.js';
import { displayOf, shownError } from './display.js';
import { StateIcon } from './icons.js';
import type { IndicatorLabels } from './labels.js';
import { startTimer, viewOf } from './surroundings.js';

/** Whom the details are for. */
export type Reader = 'person' | 'developer';

export interface StatusDetailsProps {
  readonly link: Link;
  readonly status: Status;
  readonly labels: IndicatorLabels;
  readonly reader: Reader;
  readonly retry: ReactNode;
  /** The button that they stand beside, in the window that shows both. */
  readonly anchor: RefObject<Element | null>;
}

export function StatusDetails(props: StatusDetailsProps): ReactNode {
  const { link, status, labels, reader, retry, anchor } = props;
  const metrics = useMetrics(link);
  const display = displayOf(status);
  const error = shownError(status);
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
      {error && (
        <div className="keepline-error">
          <p dir="auto">{labels.errorMessage(error)}</p>
          {error.cause && <p dir="auto">{labels.errorCause(error.cause)}</p>}
          {reader === 'developer' && <Remedy error={error} labels={labels} />}
        </div>
      )}
      <dl className="keepline-figures">
        <Figures status={status} metrics={metrics} labels={labels} anchor={anchor} />
        {reader === 'developer' && <DeveloperFigures status={status} labels={labels} />}
      </dl>
      <div className="keepline-actions">
        {retry}
        <CopyDiagnostics link={link} labels={labels} anchor={anchor} />
      </div>
    </>
  );
}

interface RemedyProps {
  readonly error: ConnectionError;
  readonly labels: IndicatorLabels;
}

function Remedy({ error, labels }: RemedyProps): ReactNode {
  const remedy = labels.errorRemedy(error);
  if (!remedy) return null;
  // What was not replaced is English in a page of any language, and should be read out as English.
  const lang = remedy === error.remedy ? 'en' : undefined;
  return (
    <p className="keepline-remedy" dir="auto" lang={lang}>
      {remedy}
    </p>
  );
}

/**
 * The last sign of life of a link that was live and is not, or is not known to be: what is shown is no
 * newer. A first connection has shown nothing yet, and where nobody is signed in it was somebody else's
 * data.
 */
function staleSinceOf(status: Status, metrics: Metrics | null): number | null {
  const display = displayOf(status);
  // While events are missing, what came last says nothing of how old the rest is.
  const nothingOld =
    display === 'connected' || display === 'connecting' || display === 'catching_up';
  return nothingOld || status.reason === 'signed_out' ? null : (metrics?.lastMessageAt ?? null);
}

interface FiguresProps {
  readonly status: Status;
  readonly metrics: Metrics | null;
  readonly labels: IndicatorLabels;
  readonly anchor: RefObject<Element | null>;
}

function Figures({ status, metrics, labels, anchor }: FiguresProps): ReactNode {
  const live = displayOf(status) === 'connected';
  const { attempt, maxAttempts, nextRetryAt } = status;
  const rttMs = metrics?.quality.rttMs ?? null;
  const lastMessageAt = metrics?.lastMessageAt ?? null;
  return (
    <>
      {status.since > 0 && <Figure name={labels.since}>{labels.time(status.since)}</Figure>}
      {!live && attempt > 0 && (
        <Figure name={labels.attempt}>{labels.attemptOf(attempt, maxAttempts)}</Figure>
      )}
      {!live && nextRetryAt !== null && (
        <Figure name={labels.nextAttempt}>
          <Countdown key={nextRetryAt} to={nextRetryAt} labels={labels} anchor={anchor} />
        </Figure>
      )}
      {live && lastMessageAt !== null && (
        <Figure name={labels.lastMessage}>{labels.time(lastMessageAt)}</Figure>
      )}
      {live && metrics && rttMs !== null && (
        <Figure name={labels.roundTrip}>{labels.roundTripOf(rttMs, metrics.quality.grade)}</Figure>
      )}
    </>
  );
}

interface DeveloperFiguresProps {
  readonly status: Status;
  readonly labels: IndicatorLabels;
}

function DeveloperFigures({ status, labels }: DeveloperFiguresProps): ReactNode {
  const { error, endpoint, environment } = status;
  return (
    <>
      {error && <Figure name={labels.errorKind}>{error.kind}</Figure>}
      {error?.code !== undefined && <Figure name={labels.errorCode}>{error.code}</Figure>}
      {error?.detail && <Figure name={labels.errorDetail}>{error.detail}</Figure>}
      {endpoint !== null && <Figure name={labels.endpoint}>{endpoint}</Figure>}
      {environment !== null && (
        <Figure name={labels.environment}>{labels.environments[environment]}</Figure>
      )}
    </>
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
  readonly anchor: RefObject<Element | null>;
}

/** Ticks as each second ends, and only while it is shown. */
function Countdown({ to, labels, anchor }: CountdownProps): ReactNode {
  const [leftMs, setLeftMs] = useState(() => to - Date.now());
  useEffect(() => {
    if (leftMs <= 0) return undefined;
    const untilNextMs = ((leftMs - 1) % 1000) + 1;
    return startTimer(anchor.current, untilNextMs, () => setLeftMs(to - Date.now()));
  }, [leftMs, to, anchor]);
  return labels.countdown(Math.max(0, Math.ceil(leftMs / 1000)));
}

interface CopyDiagnosticsProps {
  readonly link: Link;
  readonly labels: IndicatorLabels;
  readonly anchor: RefObject<Element | null>;
}

/** How long the button says that it has done its work. */
const copiedForMs = 2000;

function CopyDiagnostics({ link, labels, anchor }: CopyDiagnosticsProps): ReactNode {
  const [copied, setCopied] = useState(false);
  const [byHand, setByHand] = useState<string | null>(null);
  useEffect(() => {
    if (!copied) return undefined;
    return startTimer(anchor.current, copiedForMs, () => setCopied(false));
  }, [copied, anchor]);

  const copy = async (event: MouseEvent<Element>) => {
    // Only the window that is used may write to the clipboard.
    const { navigator } = viewOf(event.currentTarget);
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
