// Where lines of the log go, and which of them are wanted.
import { optionTable } from '../generated/options.js';
import type { LogLevel, LogSink } from './types.js';

/** What `logLevel` may be, as the core counts it; the quietest last. */
export const [, severities]: readonly [string, readonly string[]] = optionTable.logLevel;

export const isLogLevel = (value: unknown): boolean => severities.includes(value as string);

/** Whether a line of `level` is wanted where `least` was asked for. */
export const isWanted = (level: LogLevel, least: string): boolean =>
  severities.indexOf(level) >= severities.indexOf(least);

/** Where there is no sink of the application's. */
export const consoleSink: LogSink = (level, text) => console[level](`[keepline] ${text}`);
