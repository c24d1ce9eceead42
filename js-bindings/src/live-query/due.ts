// When something is to be fetched: after a wait, and once somebody sees the page.
import type { Unsubscribe } from '../client/types.js';
import type { QueryConnection } from './types.js';

const isHidden = (): boolean =>
  typeof document !== 'undefined' && document.visibilityState === 'hidden';

/** Calls `run` once after `waitMs`, and, unless `whileHidden`, once the page is seen; undone by what it returns. */
export function whenDue(waitMs: number, whileHidden: boolean, run: () => void): Unsubscribe {
  const look = () => {
    if (!whileHidden && isHidden()) return;
    cancel();
    run();
  };
  const timer = setTimeout(() => {
    if (!whileHidden && isHidden()) document.addEventListener('visibilitychange', look);
    else look();
  }, waitMs);
  const cancel = () => {
    clearTimeout(timer);
    if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', look);
  };
  return cancel;
}

/** Everybody has the same gap: uniform in [0, spreadMs], so that not everybody asks at once. */
export const drawnFrom = (spreadMs: number): number => Math.random() * spreadMs;

/**
 * A subscription that begins on a usable link is told to the server at once, or after the 50 ms that lie between
 * two such words, and is in force a round trip later. What is fetched must not be older.
 */
const announceMs = 50;
const settleMsMax = 1000;

/** How long what is fetched for a subscription that begins now has to wait. */
export function settleMs(connection: Pick<QueryConnection, 'status' | 'metrics'>): number {
  if (connection.status().phase !== 'ready') return 0;
  const { rttP95Ms } = connection.metrics().quality;
  return Math.min(announceMs + (rttP95Ms ?? announceMs), settleMsMax);
}
