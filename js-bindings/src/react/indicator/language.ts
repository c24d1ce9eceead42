// Makes the indicator's labels of the words of one language.
//
// A language says its words; how they are chosen, and how its numbers and times are written, is the
// same for all. Numbers and plurals are the browser's own work.
import type { Quality } from '../../client/types.js';
import type { ConnectionErrorKind } from '../../index.js';
import { type Situation, situationOf } from './display.js';
import type { IndicatorLabels } from './labels.js';

/** Labels that are text as they stand, or a text for each of a list. */
type PlainLabels = {
  readonly [Name in keyof IndicatorLabels as IndicatorLabels[Name] extends (
    ...given: never
  ) => unknown
    ? never
    : Name]: IndicatorLabels[Name];
};

export interface Words extends PlainLabels {
  /** The language's tag, as 'de'. */
  readonly language: string;
  readonly situations: Readonly<Record<Situation, string>>;
  /** Two numbers, written in this language. */
  readonly attemptOf: (attempt: string, maxAttempts: string) => string;
  /** A moment, written in this language. */
  readonly dataAsOf: (time: string) => string;
  readonly grades: Readonly<Record<Exclude<Quality['grade'], 'unknown'>, string>>;
}

/** A sentence for every kind of error: one that is missing is an error of types. */
export type ErrorSentences = Readonly<Record<ConnectionErrorKind, string>>;

export interface LanguageOptions {
  /** Left out, times are written as the reader's browser writes them, in whatever language. */
  readonly writesTimes?: boolean;
}

export function createLabels(
  words: Words,
  sentenceOf: (kind: ConnectionErrorKind) => string,
  { writesTimes = true }: LanguageOptions = {},
): IndicatorLabels {
  const { language, situations, grades, ...plain } = words;
  const time = (at: number, style: 'short' | 'medium') =>
    formatTime(writesTimes ? localeOf(language) : undefined, at, style);
  const number = (value: number, options?: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(localeOf(language), options).format(value);
  const labels: IndicatorLabels = {
    ...plain,
    announcement: (stateLabel, error) => announce(labels, stateLabel, error),
    explanation: (status) => situations[situationOf(status)],
    errorMessage: ({ kind }) => sentenceOf(kind),
    errorCause: sentenceOf,
    errorRemedy: ({ remedy }) => remedy,
    time: (at) => time(at, 'medium'),
    attemptOf: (attempt, max) => words.attemptOf(number(attempt), number(max)),
    countdown: (seconds) => formatCountdown(localeOf(language), seconds),
    dataAsOf: (at) => words.dataAsOf(time(at, 'short')),
    roundTripOf: (ms, grade) => {
      const pace = number(Math.round(ms), { style: 'unit', unit: 'millisecond' });
      return grade === 'unknown' ? pace : `${pace}, ${grades[grade]}`;
    },
  };
  return labels;
}

/** In the words of `labels`, so that no language is mixed with another. */
export function announce(
  { connection, errorMessage }: Pick<IndicatorLabels, 'connection' | 'errorMessage'>,
  stateLabel: string,
  error: Parameters<IndicatorLabels['announcement']>[1],
): string {
  return `${connection}: ${stateLabel}.${error ? ` ${errorMessage(error)}` : ''}`;
}

/** The reader's own variant of the language, as 'de-AT', where the browser names one. */
function localeOf(language: string): string {
  const wished = globalThis.navigator?.languages ?? [];
  return wished.find((tag) => tag.split('-')[0] === language) ?? language;
}

const dayMs = 86_400_000;

/** The time of day, with its date where that was not within the last day. */
function formatTime(locale: string | undefined, at: number, timeStyle: 'short' | 'medium'): string {
  const recent = Math.abs(Date.now() - at) < dayMs;
  return new Intl.DateTimeFormat(locale, {
    timeStyle,
    ...(!recent && { dateStyle: 'medium' }),
  }).format(at);
}

/** From here on nobody waits for a certain second. */
const secondsCounted = 120;

function formatCountdown(locale: string, seconds: number): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return seconds < secondsCounted
    ? relative.format(seconds, 'second')
    : relative.format(Math.ceil(seconds / 60), 'minute');
}
