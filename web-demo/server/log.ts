/**
 * The server's log: one JSON object a line, and never a token.
 *
 * Callers are not meant to log tokens or the Sec-WebSocket-Protocol header in the first place. The
 * scrubber is the second line of defence, for text that arrives from elsewhere (an error message of
 * a library, a close reason).
 */
import { boundedOutput, withoutTokens } from 'keepline/server';
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Bounded, so that a reader who has stopped stops nobody else. */
const standardOutput = boundedOutput();
/** What a reader may take for the last lines before the process ends. */
const FLUSH_MS_MAX = 500;

/** Settles when the lines so far have been taken, or after half a second. */
export const flushLog = (): Promise<void> => standardOutput.flush(FLUSH_MS_MAX);

export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutTokens },
    },
    destination ?? standardOutput,
  );
}
