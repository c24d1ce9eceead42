// The screen's next frame, one for all who wait for it: what waits is run together, so that React
// renders once for all of it.
//
// While the page is hidden there is no frame: nobody sees what would be rendered. What waits then
// waits until the page is seen again. It knows no React and nothing of what it runs; each who waits
// is a mounted hook, which bounds how many there are.

import type { Unsubscribe } from '../client/types.js';
import { guarded } from '../engine/guarded.js';

/** A page without frames, such as one that is being tested, still gets its turn. */
const frameMs = 16;

const waiting = new Set<() => void>();
let stopWaiting: Unsubscribe | null = null;

/** Runs `run` once, with the next frame that a person can see; what it returns undoes that. */
export function onNextFrame(run: () => void): Unsubscribe {
  const entry = () => run();
  waiting.add(entry);
  stopWaiting ??= awaitFrame();
  return () => {
    if (!waiting.delete(entry) || waiting.size > 0) return;
    stopWaiting?.();
    stopWaiting = null;
  };
}

const isHidden = (): boolean =>
  typeof document !== 'undefined' && document.visibilityState === 'hidden';

function awaitFrame(): Unsubscribe {
  if (isHidden()) return awaitSight();
  if (typeof requestAnimationFrame === 'function') {
    const frame = requestAnimationFrame(runAll);
    return () => cancelAnimationFrame(frame);
  }
  const timer = setTimeout(runAll, frameMs);
  return () => clearTimeout(timer);
}

function awaitSight(): Unsubscribe {
  const look = () => {
    if (isHidden()) return;
    document.removeEventListener('visibilitychange', look);
    stopWaiting = awaitFrame();
  };
  document.addEventListener('visibilitychange', look);
  return () => document.removeEventListener('visibilitychange', look);
}

function runAll(): void {
  // Browsers hold frames back themselves while a page is hidden; where something else makes them,
  // nothing may be rendered either.
  stopWaiting = isHidden() ? awaitSight() : null;
  if (stopWaiting) return;
  const due = [...waiting];
  waiting.clear();
  for (const run of due) guarded(run);
}
