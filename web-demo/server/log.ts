/**
 * The server's log: one JSON object a line, and never a token.
 *
 * Callers are not meant to log tokens or the Sec-WebSocket-Protocol header in the first place. The
 * scrubber is the second line of defence, for text that arrives from elsewhere (an error message of
 * a library, a close reason).
 */
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Anything shaped like a JWT, whole or cut, and whatever follows our subprotocol's prefix. */
const TOKEN_SHAPES = [
  /\bbearer\.[^\s",\\]+/g,
  /\beyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,2}/g,
] as const;

export function withoutTokens(text: string): string {
  return TOKEN_SHAPES.reduce((clean, shape) => clean.replace(shape, '[token]'), text);
}

export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutTokens },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
