import type { Unsubscribe } from './types.js';

/** `undo`, for whoever calls it and for the signal, which may outlive many and must not remember each. */
export function undoneBy(signal: AbortSignal | undefined, undo: Unsubscribe): Unsubscribe {
  const forget = () => {
    signal?.removeEventListener('abort', forget);
    undo();
  };
  signal?.addEventListener('abort', forget);
  return forget;
}
