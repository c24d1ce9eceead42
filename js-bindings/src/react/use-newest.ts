// A reference to what the newest render was given, for callbacks that outlive a render.
import { useInsertionEffect, useRef } from 'react';

/** Written before any layout or passive effect runs, and never while rendering. */
export function useNewest<Value>(value: Value): { readonly current: Value } {
  const newest = useRef(value);
  useInsertionEffect(() => {
    newest.current = value;
  });
  return newest;
}
