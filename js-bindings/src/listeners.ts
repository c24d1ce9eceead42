// A set of listeners that cannot hurt each other: one that throws is reported and the others run.
import type { Unsubscribe } from './types.js';

/** Reports what a handler threw, the way the browser reports an uncaught error. */
export function reportThrown(thrown: unknown): void {
  if (typeof reportError === 'function') {
    reportError(thrown);
    return;
  }
  setTimeout(() => {
    throw thrown;
  });
}

/** Calls `run`; what it throws is reported and goes no further. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (thrown) {
    reportThrown(thrown);
  }
}

export interface Listeners<Value> {
  add(listener: (value: Value) => void): Unsubscribe;
  emit(value: Value): void;
  clear(): void;
}

/**
 * `onCount` hears of every change in number. Adding the same function twice makes two listeners.
 * One that is removed while others are being called is not called any more; one that is added then
 * hears of the next value only.
 */
export function createListeners<Value>(onCount?: (size: number) => void): Listeners<Value> {
  const entries = new Set<{ listener: (value: Value) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      onCount?.(entries.size);
      return () => {
        if (entries.delete(entry)) onCount?.(entries.size);
      };
    },
    emit(value) {
      for (const entry of [...entries]) {
        if (entries.has(entry)) guarded(() => entry.listener(value));
      }
    },
    clear() {
      entries.clear();
      onCount?.(0);
    },
  };
}
