// A set of listeners that cannot hurt each other: one that throws is reported and the others run.
import { guarded } from '../engine/guarded.js';
import type { Unsubscribe } from './types.js';

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
        if (entries.has(entry)) guarded(entry.listener, value);
      }
    },
    clear() {
      entries.clear();
      onCount?.(0);
    },
  };
}
