/**
 * The chart with its legend and its readout. Pointing at it, or walking through its moments with the
 * arrow keys, says what happened then and why.
 */
import {
  type KeyboardEvent,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { clockTime } from '../desk/times.js';
import { ChartDriver } from './chart-driver.js';
import { readChartStyle, stateNames, states } from './chart-style.js';
import { type ConnectionHistory, type Moment, momentAt } from './connection-history.js';
import { describeMoment, describeState, roundTripAt } from './descriptions.js';

export const WINDOW_MS = 3 * 60_000;

export interface TimelineProps {
  readonly history: ConnectionHistory;
  readonly moments: readonly Moment[];
}

export function Timeline({ history, moments }: TimelineProps) {
  const frame = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const driver = useRef<ChartDriver | null>(null);
  const [pointedAtMs, setPointed] = useState<number | null>(null);
  const readout = useId();

  useEffect(() => {
    if (!frame.current || !host.current) return;
    const card = frame.current;
    const made = new ChartDriver({
      host: host.current,
      history,
      windowMs: WINDOW_MS,
      readStyle: () => readChartStyle(card),
      onPoint: setPointed,
    });
    driver.current = made;
    return () => {
      driver.current = null;
      made.dispose();
    };
  }, [history]);

  const latest = moments.length - 1;
  const pointed = pointedAtMs === null ? undefined : momentAt(moments, pointedAtMs);
  const chosen = pointed ? moments.indexOf(pointed) : latest;
  const walk = (event: KeyboardEvent) => {
    const index = stepOf(event.key, chosen, latest);
    const moment = index === null ? undefined : moments[index];
    if (!moment) return;
    event.preventDefault();
    setPointed(moment.at);
    driver.current?.point(moment.at);
  };
  const shown = moments[chosen];
  return (
    <div className="timeline" ref={frame}>
      <div
        ref={host}
        className="timeline-chart"
        role="slider"
        tabIndex={0}
        data-testid="timeline"
        aria-label="Timeline of the connection: arrow keys walk through its moments"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, latest)}
        aria-valuenow={Math.max(0, chosen)}
        aria-valuetext={shown ? describeMoment(shown) : 'Nothing has happened yet'}
        aria-describedby={readout}
        onKeyDown={walk}
        onBlur={() => {
          setPointed(null);
          driver.current?.point(null);
        }}
      />
      <ul className="legend" aria-label="What the chart shows">
        {states.map((state) => (
          <li key={state}>
            <span className="swatch" data-swatch={state} />
            {stateNames[state]}
          </li>
        ))}
        <li>
          <span className="swatch swatch-line" data-swatch="round-trip" />
          Round trip
        </li>
        <li>
          <span className="swatch-dial" />
          Retry
        </li>
      </ul>
      <p id={readout} className="readout" data-testid="timeline-readout">
        {shown && <Readout history={history} moment={shown} atMs={pointedAtMs} />}
      </p>
    </div>
  );
}

interface ReadoutProps {
  readonly history: ConnectionHistory;
  readonly moment: Moment;
  /** Null: nobody points, so it is about now. */
  readonly atMs: number | null;
}

function Readout({ history, moment, atMs }: ReadoutProps) {
  const roundTrips = useSyncExternalStore(history.subscribe, history.roundTrips);
  const roundTrip = roundTripAt(roundTrips, atMs ?? Number.POSITIVE_INFINITY);
  const measured = moment.state === 'connected' && roundTrip ? `, round trip ${roundTrip}` : '';
  const time = clockTime(moment.at);
  return (
    <>
      <b>{atMs === null ? 'Now' : `At ${time}`}</b> {describeState(moment)}
      {measured}
      {atMs === null && <span className="quiet"> since {time}</span>}
    </>
  );
}

/** Which moment a key leads to; null for keys that mean nothing here. */
function stepOf(key: string, chosen: number, latest: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, chosen - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(latest, chosen + 1);
    case 'Home':
      return 0;
    case 'End':
      return latest;
    default:
      return null;
  }
}
