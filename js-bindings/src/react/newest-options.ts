// The options of a provider's own connection: its functions are those of the newest render, whenever
// they are called, so that options may be written in place.
import { consoleSink, isLogLevel, isWanted } from '../client/log.js';
import type { ConnectionOptions, LogLevel } from '../client/types.js';
import { optionTable } from '../generated/options.js';

const [levelByDefault] = optionTable.logLevel;

/** Writes a line where the newest options want it. */
export function logTo(options: ConnectionOptions, level: LogLevel, text: string): void {
  const { log, logLevel } = options;
  if (!isWanted(level, isLogLevel(logLevel) ? String(logLevel) : levelByDefault)) return;
  (typeof log === 'function' ? log : consoleSink)(level, text);
}

/** Only functions that were there count: without `getToken` a session is the cookies' business. */
export function newestOptions(
  newest: () => ConnectionOptions,
  identity: string | null | undefined,
): ConnectionOptions {
  const { log, logLevel, ...values } = newest();
  return {
    ...values,
    ...(identity !== undefined && { identity }),
    ...newestCalls(newest),
    // A wrong one is the connection's to name. The others choose among its lines here, where they can
    // change: beside what is sent, the lines that nobody wants cost nothing.
    ...(log !== undefined && typeof log !== 'function' ? { log } : { log: newestLog(newest) }),
    logLevel: logLevel === undefined || isLogLevel(logLevel) ? 'debug' : logLevel,
  };
}

function newestLog(newest: () => ConnectionOptions): NonNullable<ConnectionOptions['log']> {
  return (level, text) => logTo(newest(), level, text);
}

/** What is asked again and again: an answer of the first render may be about another user, or long gone. */
function newestCalls(newest: () => ConnectionOptions): ConnectionOptions {
  const first = newest();
  return Object.fromEntries(
    (['getToken', 'subprotocols', 'url'] as const).flatMap((name) => {
      const given = first[name];
      if (typeof given !== 'function') return [];
      const call = (...asked: never) => {
        const current = newest()[name];
        const called = (typeof current === 'function' ? current : given) as (
          ...asked: never
        ) => unknown;
        return called(...asked);
      };
      return [[name, call]];
    }),
  );
}
