// The options of a provider's own connection: its functions are those of the newest render, whenever
// they are called, so that options may be written in place.
import { consoleSink, isLogLevel, isWanted } from '../client/log.js';
import type { ConnectionOptions, LogLevel } from '../client/types.js';
import { optionTable } from '../generated/options.js';

const levelByDefault = (): string => String(optionTable.find(([name]) => name === 'logLevel')?.[2]);

/** Writes a line where the newest options want it. */
export function logTo(options: ConnectionOptions, level: LogLevel, text: string): void {
  const { log, logLevel } = options;
  if (!isWanted(level, isLogLevel(logLevel) ? String(logLevel) : levelByDefault())) return;
  (typeof log === 'function' ? log : consoleSink)(level, text);
}

/** Only functions that were there count: without `getToken` a session is the cookies' business. */
export function newestOptions(
  newest: () => ConnectionOptions,
  identity: string | null | undefined,
): ConnectionOptions {
  const { getToken, log, logLevel, subprotocols, ...values } = newest();
  return {
    ...values,
    ...(identity !== undefined && { identity }),
    ...(getToken !== undefined && { getToken: newestToken(newest, getToken) }),
    ...(subprotocols !== undefined && { subprotocols: newestSubprotocols(newest, subprotocols) }),
    // A wrong one is the connection's to name. The others choose among its lines here, where they can
    // change: beside what is sent, the lines that nobody wants cost nothing.
    ...(log !== undefined && typeof log !== 'function' ? { log } : { log: newestLog(newest) }),
    logLevel: logLevel === undefined || isLogLevel(logLevel) ? 'debug' : logLevel,
  };
}

function newestLog(newest: () => ConnectionOptions): NonNullable<ConnectionOptions['log']> {
  return (level, text) => logTo(newest(), level, text);
}

function newestToken(
  newest: () => ConnectionOptions,
  first: NonNullable<ConnectionOptions['getToken']>,
): NonNullable<ConnectionOptions['getToken']> {
  if (typeof first !== 'function') return first;
  return (request) => (newest().getToken ?? first)(request);
}

function newestSubprotocols(
  newest: () => ConnectionOptions,
  first: NonNullable<ConnectionOptions['subprotocols']>,
): NonNullable<ConnectionOptions['subprotocols']> {
  if (typeof first !== 'function') return first;
  return (token) => {
    const current = newest().subprotocols;
    return typeof current === 'function' ? current(token) : first(token);
  };
}
