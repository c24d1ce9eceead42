// Every word the status indicator says, replaceable one by one.
//
// English and the reader's own time format by default. It knows no React: labels are text.

import type { Environment, Quality, Status } from '../../client/types.js';
import { ConnectionError, type ConnectionErrorKind } from '../../index.js';
import { type Display, displayOf } from './display.js';

export interface IndicatorLabels {
  /** The name of what is shown, read before each state: "Connection: Live". */
  readonly connection: string;
  readonly states: Readonly<Record<Display, string>>;
  /** What a screen reader is told when another state has settled. */
  readonly announcement: (stateLabel: string, error: ConnectionError | null) => string;
  /** One sentence on what the state means for what is on the screen. */
  readonly explanation: (status: Status) => string;
  readonly errorMessage: (error: ConnectionError) => string;
  /** What used the attempts up, where that is what the error says. */
  readonly errorCause: (cause: ConnectionErrorKind) => string;
  readonly errorRemedy: (error: ConnectionError) => string;
  readonly retry: string;

  readonly since: string;
  /** A moment, ms since the epoch. */
  readonly time: (at: number) => string;
  readonly attempt: string;
  readonly attemptOf: (attempt: number, maxAttempts: number) => string;
  readonly nextAttempt: string;
  /** Whole seconds, 0 for at once. */
  readonly countdown: (seconds: number) => string;
  readonly lastMessage: string;
  /** Where the link is not live, or not known to be: a sentence on how old what is shown may be, ms since the epoch. */
  readonly dataAsOf: (at: number) => string;
  readonly roundTrip: string;
  /** The last round trip in ms. */
  readonly roundTripOf: (ms: number, grade: Quality['grade']) => string;
  readonly endpoint: string;
  readonly environment: string;
  readonly environments: Readonly<Record<Environment, string>>;

  readonly copy: string;
  readonly copied: string;
  /** The clipboard was refused: names the text that is to be copied by hand. */
  readonly copyByHand: string;
}

export const defaultLabels: IndicatorLabels = {
  connection: 'Connection',
  states: {
    connecting: 'Connecting',
    connected: 'Live',
    unconfirmed: 'Connected, not confirmed',
    reconnecting: 'Reconnecting',
    disconnected: 'Disconnected',
  },
  announcement: (stateLabel, error) => announce(defaultLabels, stateLabel, error),
  explanation: explain,
  errorMessage: (error) => error.message,
  errorCause: (cause) => new ConnectionError(cause).message,
  errorRemedy: (error) => error.remedy,
  retry: 'Retry',

  since: 'Since',
  time: (at) => formatTime(at, 'medium'),
  attempt: 'Attempt',
  attemptOf: (attempt, maxAttempts) => `${attempt} of ${maxAttempts}`,
  nextAttempt: 'Next attempt',
  countdown: (seconds) => (seconds > 0 ? `in ${seconds} s` : 'now'),
  lastMessage: 'Last message',
  dataAsOf: (at) => `Showing data as of ${formatTime(at, 'short')}.`,
  roundTrip: 'Round trip',
  roundTripOf: (ms, grade) => `${Math.round(ms)} ms${grade === 'unknown' ? '' : `, ${grade}`}`,
  endpoint: 'Server',
  environment: 'Environment',
  environments: { development: 'Development', replit: 'Replit', production: 'Production' },

  copy: 'Copy diagnostics',
  copied: 'Copied',
  copyByHand: 'The browser did not allow copying. Select this text and copy it:',
};

/** In the words that are there, so that no language is mixed with another. */
function announce(
  { connection, errorMessage }: IndicatorLabels,
  stateLabel: string,
  error: ConnectionError | null,
): string {
  return `${connection}: ${stateLabel}.${error ? ` ${errorMessage(error)}` : ''}`;
}

function explain(status: Status): string {
  switch (displayOf(status)) {
    case 'connected':
      return 'New events arrive as they happen.';
    case 'unconfirmed':
      return 'The connection is open, but nothing has come over it. What you see may be out of date.';
    case 'connecting':
      return 'The connection is being opened.';
    case 'reconnecting':
      return 'The connection was lost. What you see may be out of date.';
    case 'disconnected':
      return explainDisconnected(status);
  }
}

function explainDisconnected({ reason, canRetry }: Status): string {
  switch (reason) {
    case 'signed_out':
      return 'Nobody is signed in.';
    case 'application':
      return 'The connection was closed by this page.';
    case 'page_hidden':
      return 'The connection rests while the page is not in use.';
    case 'exhausted':
    case 'refused':
    case null:
      return canRetry
        ? 'What you see may be out of date. Retry to connect again.'
        : 'What you see may be out of date.';
  }
}

const dayMs = 86_400_000;

/** The time of day, with its date where that was not within the last day. */
function formatTime(at: number, timeStyle: 'short' | 'medium'): string {
  const recent = Math.abs(Date.now() - at) < dayMs;
  return new Intl.DateTimeFormat(undefined, {
    timeStyle,
    ...(!recent && { dateStyle: 'medium' }),
  }).format(at);
}

/** `replaced` over the defaults; the tables in it are completed too. */
export function completeLabels(replaced: ReplacedLabels | undefined): IndicatorLabels {
  if (!replaced) return defaultLabels;
  const labels: IndicatorLabels = {
    ...defaultLabels,
    ...given(replaced),
    states: { ...defaultLabels.states, ...given(replaced.states) },
    environments: { ...defaultLabels.environments, ...given(replaced.environments) },
  };
  if (replaced.announcement) return labels;
  return { ...labels, announcement: (state, error) => announce(labels, state, error) };
}

/** One that is undefined is not replaced: `retry: short ? 'Again' : undefined`. */
function given<Labels extends object>(labels: Replaced<Labels> | undefined): Partial<Labels> {
  const entries = Object.entries(labels ?? {}).filter(([, label]) => label !== undefined);
  return Object.fromEntries(entries) as Partial<Labels>;
}

type Replaced<Labels> = { readonly [Name in keyof Labels]?: Labels[Name] | undefined };

export type ReplacedLabels = Replaced<Omit<IndicatorLabels, 'states' | 'environments'>> & {
  readonly states?: Replaced<IndicatorLabels['states']> | undefined;
  readonly environments?: Replaced<IndicatorLabels['environments']> | undefined;
};
