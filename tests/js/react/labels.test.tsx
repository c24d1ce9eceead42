// @vitest-environment jsdom
// The languages that come with the package: for every state and every kind of error, all of it, and
// in no place a word of English.
import { act, cleanup } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionErrorKind } from '../../../js-bindings/src/client/errors.js';
import type { Status } from '../../../js-bindings/src/client/types.js';
import {
  defaultLabels,
  type IndicatorLabels,
} from '../../../js-bindings/src/react/indicator/labels.js';
import type { ErrorSentences } from '../../../js-bindings/src/react/indicator/language.js';
import { troubleToleratedMs } from '../../../js-bindings/src/react/indicator/steady-status.js';
import { labels as de } from '../../../js-bindings/src/react/labels/de.js';
import { labels as en } from '../../../js-bindings/src/react/labels/en.js';
import { labels as es } from '../../../js-bindings/src/react/labels/es.js';
import { labels as fr } from '../../../js-bindings/src/react/labels/fr.js';
import { labels as it_ } from '../../../js-bindings/src/react/labels/it.js';
import { labels as pt } from '../../../js-bindings/src/react/labels/pt.js';
import {
  catchingUpStatus,
  connectingStatus,
  exhaustedStatus,
  fakeError,
  fixed,
  interruptedStatus,
  liveStatus,
  pausedStatus,
  signedOutStatus,
  unprovenStatus,
  waitingStatus,
} from './fake-connection.js';
import { arrive, connection, pass, renderIndicator } from './indicator-page.js';

vi.mock('../../../js-bindings/src/index.js', async () => {
  const { ConnectionError } = await import('../../../js-bindings/src/client/errors.js');
  return { createConnection: vi.fn(), ConnectionError };
});

interface Language {
  readonly labels: IndicatorLabels;
  /** Words that are the same in English. */
  readonly shared: readonly string[];
  /** A countdown of 0, 1, 2 and 5 seconds and of 3 minutes. */
  readonly countdown: readonly string[];
  readonly attempt: string;
}

const languages: Readonly<Record<string, Language>> = {
  de: {
    labels: de,
    shared: ['Live', 'Replit'],
    countdown: ['jetzt', 'in 1 Sekunde', 'in 2 Sekunden', 'in 5 Sekunden', 'in 3 Minuten'],
    attempt: '3 von 1.000',
  },
  fr: {
    labels: fr,
    shared: ['Replit', 'Production'],
    countdown: [
      'maintenant',
      'dans 1 seconde',
      'dans 2 secondes',
      'dans 5 secondes',
      'dans 3 minutes',
    ],
    attempt: '3 sur 1\u202f000',
  },
  es: {
    labels: es,
    shared: ['Replit'],
    countdown: [
      'ahora',
      'dentro de 1 segundo',
      'dentro de 2 segundos',
      'dentro de 5 segundos',
      'dentro de 3 minutos',
    ],
    attempt: '3 de 1000',
  },
  pt: {
    labels: pt,
    shared: ['Replit'],
    countdown: ['agora', 'em 1 segundo', 'em 2 segundos', 'em 5 segundos', 'em 3 minutos'],
    attempt: '3 de 1.000',
  },
  it: {
    labels: it_,
    shared: ['Replit'],
    countdown: ['ora', 'tra 1 secondo', 'tra 2 secondi', 'tra 5 secondi', 'tra 3 minuti'],
    attempt: '3 di 1000',
  },
};

// Of a full type, so that a kind that is added is missing here.
const everyKind: Readonly<Record<ConnectionErrorKind, true>> = {
  endpoint_invalid: true,
  insecure_endpoint: true,
  endpoint_blocked: true,
  option_invalid: true,
  token_unavailable: true,
  token_invalid: true,
  auth_rejected: true,
  forbidden: true,
  replaced: true,
  connect_timeout: true,
  heartbeat_timeout: true,
  closed_by_server: true,
  message_too_big: true,
  network: true,
  exhausted: true,
  wasm_unavailable: true,
  restarting: true,
  token_expired: true,
  disconnected: true,
};
const kinds = Object.keys(everyKind) as ConnectionErrorKind[];

/** Every status that differs in what it means to a person. */
const everyStatus: readonly Status[] = [
  liveStatus,
  unprovenStatus,
  connectingStatus,
  waitingStatus,
  exhaustedStatus,
  signedOutStatus,
  fixed('closed'),
  pausedStatus,
  fixed('loading'),
  fixed('loading', { state: 'disconnected' }),
  fixed('refused'),
].flatMap((status) =>
  [null, ...kinds].flatMap((kind) =>
    [true, false].map((canRetry) => ({
      ...status,
      canRetry,
      error: kind && fakeError(kind, kind, ''),
    })),
  ),
);

const englishWords =
  /\b(the|your|this|could|with|and|not|by|you|here|Retry|Reload|live updates)\b/i;
const placeholders = /\bundefined|\bnull\b|NaN|\[object|[{}$<>]|\b[a-z]+_[a-z]+\b/;

function expectSentences(text: string): void {
  expect(text).toMatch(/^\p{Lu}.+\.$/u);
  expect(text).not.toMatch(placeholders);
  expect(text).not.toMatch(englishWords);
}

const wordsOf = (labels: IndicatorLabels): Map<string, string> =>
  new Map(
    Object.entries(labels).flatMap(([name, label]: [string, unknown]): [string, string][] => {
      if (typeof label === 'string') return [[name, label]];
      if (typeof label !== 'object') return [];
      return Object.entries(label as object).map(([inner, word]) => [`${name}.${inner}`, word]);
    }),
  );

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 9, 31) }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe.each(Object.entries(languages))(
  '%s',
  (language, { labels, shared, countdown, attempt }) => {
    it('has every word, and its own', () => {
      const english = wordsOf(defaultLabels);
      const words = wordsOf(labels);
      expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
      for (const [name, word] of words) {
        expect(word.trim(), name).not.toBe('');
        expect(word).not.toMatch(placeholders);
        if (!shared.includes(word)) expect(word, name).not.toBe(english.get(name));
      }
    });

    it('has a sentence of its own for every kind of error', () => {
      const sentences = kinds.map((kind) => labels.errorMessage(fakeError(kind, 'English.', '')));
      sentences.forEach(expectSentences);
      expect(new Set(sentences).size).toBe(kinds.length);
      expect(kinds.map(labels.errorCause)).toEqual(sentences);
    });

    it('explains every state, with every reason and every error', () => {
      const explanations = everyStatus.map(labels.explanation);
      explanations.forEach(expectSentences);
      // As many different ones as English has.
      expect(new Set(explanations).size).toBe(new Set(everyStatus.map(en.explanation)).size);
    });

    it('announces every state in its own words', () => {
      for (const state of Object.values(labels.states)) {
        const said = labels.announcement(state, fakeError('network', 'English.', ''));
        expect(said).toBe(`${labels.connection}: ${state}. ${labels.errorCause('network')}`);
        expect(labels.announcement(state, null)).toBe(`${labels.connection}: ${state}.`);
      }
    });

    it('counts as the language does', () => {
      expect([0, 1, 2, 5, 170].map(labels.countdown)).toEqual(countdown);
      expect(labels.attemptOf(3, 1000)).toBe(attempt);
      expect(labels.roundTripOf(23.4, 'good')).toMatch(/^23\sms, \p{Ll}+$/u);
      expect(labels.roundTripOf(23.4, 'unknown')).toMatch(/^23\sms$/u);
    });

    it('writes times as the language does, and names the date of what is older than a day', () => {
      const at = Date.now() - 60_000;
      const clock = (options: Intl.DateTimeFormatOptions, moment = at) =>
        new Intl.DateTimeFormat(language, options).format(moment);
      expect(labels.time(at)).toBe(clock({ timeStyle: 'medium' }));
      expect(labels.dataAsOf(at)).toContain(clock({ timeStyle: 'short' }));
      const old = Date.UTC(2025, 11, 24, 12);
      expect(labels.dataAsOf(old)).toContain(clock({ dateStyle: 'medium' }, old));
    });
  },
);

async function allText(status: Status, labels: IndicatorLabels): Promise<string> {
  const { container } = renderIndicator(status, labels, 'developer');
  act(() => connection().setMetrics({ lastMessageAt: Date.now() - 60_000 }));
  pass(troubleToleratedMs);
  const indicator = container.querySelector('.keepline-indicator');
  act(() => indicator?.querySelector('button')?.click());
  await arrive();
  // The clipboard is refused here, so the words for copying by hand are shown too.
  await act(async () => indicator?.querySelector<HTMLElement>('.keepline-copy')?.click());
  indicator?.querySelector('textarea')?.remove();
  // Remedies are for developers, and say so to whatever reads them out.
  indicator?.querySelector('[lang="en"]')?.remove();
  const named = [...(indicator?.querySelectorAll('[aria-label]') ?? [])];
  return [indicator, ...named]
    .flatMap((element) => [element?.textContent, element?.getAttribute('aria-label')])
    .join('\n');
}

const error = Object.assign(fakeError('network', 'The network failed.', 'Check the cable.'), {
  code: 1006,
  detail: 'x',
});
const states: [string, Status][] = [
  ['live', liveStatus],
  ['unconfirmed', unprovenStatus],
  ['catching up', catchingUpStatus],
  ['interrupted', interruptedStatus],
  ['connecting', { ...connectingStatus, error }],
  ['reconnecting', { ...waitingStatus, error, nextRetryAt: Date.UTC(2026, 0, 5, 9, 32) }],
  ['exhausted', { ...exhaustedStatus, error: { ...error, cause: 'network' } as typeof error }],
  ['signed out', signedOutStatus],
];

describe.each(Object.entries(languages))('a page in %s', (_language, { labels, shared }) => {
  it.each(states)('has no English word: %s', async (_name, status) => {
    const text = await allText(status, labels);
    expect(text).toContain(`${labels.connection}: `);
    expect(text).toContain(labels.since);
    expect(text).not.toMatch(englishWords);
    const english = [...wordsOf(defaultLabels).values()].filter(
      (word) => word.length > 6 && !shared.includes(word),
    );
    for (const word of english) expect(text).not.toContain(word);
  });

  it('says every word, in one state or another', async () => {
    const texts: string[] = [];
    for (const [, status] of states) {
      texts.push(await allText(status, labels));
      cleanup();
    }
    const all = texts.join('\n');
    const words = wordsOf(labels);
    for (const passing of ['copied', 'environments.development', 'environments.replit']) {
      words.delete(passing);
    }
    for (const word of words.values()) expect(all).toContain(word);
    expect(all).toContain(labels.attemptOf(3, 10));
    expect(all).toContain(labels.errorCause('network'));
  });
});

it('English is what is said by itself, and counts as English does', () => {
  expect(en).toBe(defaultLabels);
  expect([0, 1, 2, 5, 170].map(en.countdown)).toEqual([
    'now',
    'in 1 second',
    'in 2 seconds',
    'in 5 seconds',
    'in 3 minutes',
  ]);
});

it('numbers are written as in the reader’s own country, where that speaks the language', () => {
  vi.stubGlobal('navigator', { languages: ['en-GB', 'de-CH', 'de'] });
  expect(de.attemptOf(3, 1000)).toMatch(/^3 von 1['’]000$/);
  expect(fr.attemptOf(3, 1000)).toBe('3 sur 1\u202f000');
});

it('a language that lacks a word, a state or a sentence is an error of types', () => {
  const { retry, ...withoutRetry } = de;
  // @ts-expect-error: there is no word for Retry
  const first: IndicatorLabels = withoutRetry;
  // @ts-expect-error: three states have no word
  const second: IndicatorLabels['states'] = { connected: 'Live', connecting: 'Verbindet' };
  // @ts-expect-error: but for one kind no error has a sentence
  const third: ErrorSentences = { network: 'Der Server war nicht erreichbar.' };
  expect([retry, first.connection, second.connected, third.network]).not.toContain(undefined);
});
