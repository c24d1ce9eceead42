/**
 * A duration that grows while one looks at it. One timer serves all of them, and none where nothing
 * is running.
 */
import { useSyncExternalStore } from 'react';
import { durationOf } from '../desk/summaries.js';

export function RunningTime({ sinceMs }: { readonly sinceMs: number }) {
  const now = useSyncExternalStore(subscribe, snapshot);
  const seconds = Math.max(0, Math.floor((now - sinceMs) / 1000));
  return <span data-testid="running-time">{durationOf(seconds)}</span>;
}

const TICK_MS = 1000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

const snapshot = () => now;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
