// When something is to be fetched: after a wait, and once somebody sees the page.
import type { Unsubscribe } from '../client/types.js';

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
