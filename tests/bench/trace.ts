// What a trace says of a page's main thread. Events come in, milliseconds go out.
import type { TraceEvent } from './chromium.js';
import { endMark } from './wire-names.js';

/** Names of a task, in newer and older browsers. */
const tasks: ReadonlySet<string> = new Set(['ThreadControllerImpl::RunTask', 'RunTask']);

/**
 * The longest one, in time that passed, on the thread that set the mark: a browser has other pages too,
 * whose tasks are nobody's. Throws where there is no such thread or no task: such a trace measures nothing.
 */
export function longestTask(events: readonly TraceEvent[]): number {
  const mark = events.find(({ name }) => name === endMark);
  const own = events.filter(
    ({ name, pid, tid }) => tasks.has(name) && pid === mark?.pid && tid === mark.tid,
  );
  if (own.length === 0) throw new Error('the trace has no task of the page: take a newer Chromium');
  return Math.max(...own.map(({ dur = 0 }) => dur)) / 1000;
}
