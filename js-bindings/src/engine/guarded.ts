// Where the application's own functions are called: handlers, sinks, keys, selectors. What one of them
// throws is reported and goes no further, so that nobody else, nothing later and no connection suffers.

/** Calls `run` and never throws, not even where the page's own `reportError` does. */
export function guarded<Given extends readonly unknown[]>(
  run: (...given: Given) => void,
  ...given: Given
): void {
  try {
    run(...given);
  } catch (thrown) {
    try {
      reportError(thrown);
    } catch {
      // There is none, or a broken one: uncaught in a task of its own it is reported all the same.
      queueMicrotask(() => {
        throw thrown;
      });
    }
  }
}
