// What nobody caught while a test ran: kept from the runner, which would fail the run for it.
import { afterEach, beforeEach } from 'vitest';

/** In order, errors and what promises were rejected with. */
export const uncaught: unknown[] = [];

const events = ['uncaughtException', 'unhandledRejection'] as const;
const note = (thrown: unknown) => uncaught.push(thrown);

/** For a group of tests that looks at `uncaught` itself. */
export function useUncaught(): void {
  const before = new Map<string, ((...given: unknown[]) => void)[]>();
  beforeEach(() => {
    uncaught.length = 0;
    for (const event of events) {
      before.set(event, process.rawListeners(event) as never);
      process.removeAllListeners(event);
      process.on(event, note);
    }
  });
  afterEach(() => {
    for (const event of events) {
      process.removeListener(event, note);
      for (const listener of before.get(event) ?? []) process.on(event, listener);
    }
  });
}
