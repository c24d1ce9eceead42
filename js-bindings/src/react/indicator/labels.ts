// Every word the status indicator says, replaceable one by one; English by default.
//
// It knows no React: labels are text.
import type { Environment, Quality, Status } from '../../client/types.js';
import { ConnectionError, type ConnectionErrorKind } from '../../index.js';
import type { Display } from './display.js';
import { announce, createLabels, type Words } from './language.js';

export interface IndicatorLabels {
  /** The name of what is shown, read before each state: "Connection: Live". */
  readonly connection: string;
  /** A word or two for each state, on the button and as the details' title. */
  readonly states: Readonly<Record<Display, string>>;
  /** What a screen reader is told when another state has settled. */
  readonly announcement: (stateLabel: string, error: ConnectionError | null) => string;
  /** One or two sentences on what the state means for what is on the screen, and what a person can do. */
  readonly explanation: (status: Status) => string;
  /** What went wrong, as a sentence for the person at the desk. */
  readonly errorMessage: (error: ConnectionError) => string;
  /** What used the attempts up, where that is what the error says. */
  readonly errorCause: (cause: ConnectionErrorKind) => string;
  /** What to do about it, for developers: shown with `details="developer"` only. Empty for nothing. */
  readonly errorRemedy: (error: ConnectionError) => string;
  /** The button that connects now. */
  readonly retry: string;

  /** Names the moment at which the state began. */
  readonly since: string;
  /** A moment, ms since the epoch. */
  readonly time: (at: number) => string;
  /** Names the number of the attempt. */
  readonly attempt: string;
  /** The number of the attempt, and of how many. */
  readonly attemptOf: (attempt: number, maxAttempts: number) => string;
  /** Names the time until the next attempt. */
  readonly nextAttempt: string;
  /** That time in whole seconds, 0 for at once. */
  readonly countdown: (seconds: number) => string;
  /** Names the moment of the last message of a live link. */
  readonly lastMessage: string;
  /** Where the link is not live, or not known to be: a sentence on how old what is shown may be, ms since the epoch. */
  readonly dataAsOf: (at: number) => string;
  /** Names the time that a message takes to the server and back. */
  readonly roundTrip: string;
  /** The last round trip in ms. */
  readonly roundTripOf: (ms: number, grade: Quality['grade']) => string;

  /** Names the kind of an error, for developers. */
  readonly errorKind: string;
  /** Names the code of a close, for developers. */
  readonly errorCode: string;
  /** Names what a server or a browser said of an error, for developers. */
  readonly errorDetail: string;
  /** Names the address of the server, for developers. */
  readonly endpoint: string;
  /** Names the kind of place that the server runs in, for developers. */
  readonly environment: string;
  /** A word for each kind of place. */
  readonly environments: Readonly<Record<Environment, string>>;

  /** The button that copies the diagnostics, which always hold everything. */
  readonly copy: string;
  /** What that button says for a moment afterwards. */
  readonly copied: string;
  /** The clipboard was refused: names the text that is to be copied by hand. */
  readonly copyByHand: string;
}

const english: Words = {
  language: 'en',
  connection: 'Connection',
  states: {
    connecting: 'Connecting',
    connected: 'Live',
    unconfirmed: 'Connected, not confirmed',
    catching_up: 'Catching up',
    reconnecting: 'Reconnecting',
    disconnected: 'Disconnected',
  },
  situations: {
    live: 'New events arrive as they happen.',
    unconfirmed:
      'The connection is open, but nothing has come over it. What you see may be out of date.',
    catchingUp:
      'What was missed is arriving now. Until it is here, what you see may be out of date.',
    interrupted:
      'Some updates are missing, and the server cannot say yet which. What you see may be out of date.',
    connecting: 'The connection is being opened.',
    notLoadedYet: 'Live updates could not be started yet. It is tried again by itself.',
    notLoaded: 'Live updates could not be started. Retry to try again.',
    reloadNeeded: 'Live updates could not be started. Reload the page to try again.',
    reconnecting: 'The connection was lost. What you see may be out of date.',
    resuming: 'Updates resume by themselves. Until then, what you see may be out of date.',
    signedOut: 'Nobody is signed in.',
    closedByPage: 'The connection was closed by this page.',
    resting: 'The connection rests while the page is not in use.',
    retryOffered: 'What you see may be out of date. Retry to connect again.',
    signInNeeded: 'What you see may be out of date. Sign in again to get new events.',
    accessNeeded: 'What you see may be out of date. Ask whoever manages your account for access.',
    elsewhere: 'What you see here may be out of date. Retry to get new events here again.',
    brokenPage: 'What you see may be out of date. Copy the diagnostics and send them to support.',
    stopped: 'What you see may be out of date.',
  },
  retry: 'Retry',
  since: 'Since',
  attempt: 'Attempt',
  attemptOf: (attempt, maxAttempts) => `${attempt} of ${maxAttempts}`,
  nextAttempt: 'Next attempt',
  lastMessage: 'Last message',
  dataAsOf: (time) => `Showing data as of ${time}.`,
  roundTrip: 'Round trip',
  grades: { good: 'good', fair: 'fair', poor: 'poor' },
  errorKind: 'Error',
  errorCode: 'Close code',
  errorDetail: 'Detail',
  endpoint: 'Server',
  environment: 'Environment',
  environments: { development: 'Development', replit: 'Replit', production: 'Production' },
  copy: 'Copy diagnostics',
  copied: 'Copied',
  copyByHand: 'The browser did not allow copying. Select this text and copy it:',
};

const englishSentence = (kind: ConnectionErrorKind) => new ConnectionError(kind).message;

/** English, and the reader's own time format. */
export const defaultLabels: IndicatorLabels = {
  ...createLabels(english, englishSentence, { writesTimes: false }),
  // An option that was refused is named in the message of what was thrown, which is for developers.
  errorMessage: ({ kind, message }) =>
    kind === 'option_invalid' ? englishSentence(kind) : message,
  announcement: (stateLabel, error) => announce(defaultLabels, stateLabel, error),
};

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

/** Any of the labels, in place of the English ones; those left out, or undefined, stay English. */
export type ReplacedLabels = Replaced<Omit<IndicatorLabels, 'states' | 'environments'>> & {
  readonly states?: Replaced<IndicatorLabels['states']> | undefined;
  readonly environments?: Replaced<IndicatorLabels['environments']> | undefined;
};
