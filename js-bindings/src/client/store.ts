// A value that is read as a snapshot and listened to: what an adapter for a UI framework needs.
//
// Made for React's useSyncExternalStore: `get` and `subscribe` may be passed on as they are.
import { createListeners } from './listeners.js';
import type { Unsubscribe } from './types.js';

export interface Store<Value> {
  readonly get: () => Value;
  /** Calls listeners unless the value is the same. */
  readonly set: (next: Value) => void;
  readonly subscribe: (listener: (value: Value) => void) => Unsubscribe;
  readonly clear: () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = createListeners<Value>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      listeners.emit(next);
    },
    subscribe: listeners.add,
    clear: listeners.clear,
  };
}
