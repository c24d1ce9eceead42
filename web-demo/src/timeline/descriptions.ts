/** Moments of the connection in words, for the readout, the list and those who hear the page. */
import { clockTime } from '../desk/times.js';
import { stateNames } from './chart-style.js';
import type { Moment, RoundTrip } from './connection-history.js';

const phaseNames: Readonly<Record<Moment['phase'], string>> = {
  loading: 'loading the module',
  idle: 'idle',
  authenticating: 'asking for a token',
  dialling: 'dialling',
  ready: 'usable',
  waiting: 'waiting',
  suspended: 'attempts used up',
  paused: 'paused with the page',
  refused: 'stopped',
  closed: 'closed',
};

export function describeMoment(moment: Moment): string {
  return `${clockTime(moment.at)}: ${describeState(moment)}`;
}

/** The same without its time. */
export function describeState({ state, phase, attempt, cause }: Moment): string {
  const parts = [stateNames[state], phaseNames[phase]];
  if (attempt > 0 && state !== 'connected') parts.push(`attempt ${attempt}`);
  const what = parts.join(', ');
  return cause === '' ? what : `${what} (${cause})`;
}

/** The latest that was measured by then. */
export function roundTripAt(roundTrips: readonly RoundTrip[], atMs: number): string | null {
  const latest = roundTrips.findLast(({ at }) => at <= atMs);
  return latest ? formatMs(latest.ms) : null;
}

export function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
