// @vitest-environment jsdom
// A whole language in place of English: in no state a word of the old one is left.
import { act, cleanup } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Status } from '../../../js-bindings/src/client/types.js';
import {
  defaultLabels,
  type IndicatorLabels,
} from '../../../js-bindings/src/react/indicator/labels.js';
import { troubleToleratedMs } from '../../../js-bindings/src/react/indicator/steady-status.js';
import {
  connectingStatus,
  exhaustedStatus,
  fakeError,
  liveStatus,
  signedOutStatus,
  unprovenStatus,
  waitingStatus,
} from './fake-connection.js';
import { arrive, connection, pass, renderIndicator } from './indicator-page.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));

const clock = (at: number): string =>
  new Intl.DateTimeFormat('de', { timeStyle: 'short', timeZone: 'UTC' }).format(at);

// Of the full type, so that a label that is added is missing here.
const german: IndicatorLabels = {
  connection: 'Verbindung',
  states: {
    connecting: 'Verbindet',
    connected: 'Aktuell',
    unconfirmed: 'Verbunden, nicht bestätigt',
    reconnecting: 'Verbindet neu',
    disconnected: 'Getrennt',
  },
  announcement: (zustand, fehler) => `${zustand}.${fehler ? ' Es gab einen Fehler.' : ''}`,
  explanation: ({ state }) => (state === 'connected' ? 'Alles kommt an.' : 'Es kommt nichts an.'),
  errorMessage: () => 'Das Netz ist gestört.',
  errorCause: () => 'Das Kabel ist ab.',
  errorRemedy: () => 'Bitte das Kabel prüfen.',
  retry: 'Nochmals',
  since: 'Seit',
  time: clock,
  attempt: 'Versuch',
  attemptOf: (versuch, von) => `${versuch} von ${von}`,
  nextAttempt: 'Nächster Versuch',
  countdown: (sekunden) => `in ${sekunden} Sekunden`,
  lastMessage: 'Letzte Nachricht',
  dataAsOf: (at) => `Stand: ${clock(at)}`,
  roundTrip: 'Laufzeit',
  roundTripOf: (ms) => `${Math.round(ms)} Millisekunden`,
  endpoint: 'Gegenstelle',
  environment: 'Umgebung',
  environments: { development: 'Entwicklung', replit: 'Probe', production: 'Betrieb' },
  copy: 'Diagnose kopieren',
  copied: 'Kopiert',
  copyByHand: 'Bitte von Hand kopieren:',
};

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 9, 31) }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function allText(status: Status, labels: IndicatorLabels): Promise<string> {
  const { container } = renderIndicator(status, labels);
  act(() => connection().setMetrics({ lastMessageAt: Date.now() - 60_000 }));
  pass(troubleToleratedMs);
  const indicator = container.querySelector('.keepline-indicator');
  act(() => indicator?.querySelector('button')?.click());
  await arrive();
  // The clipboard is refused here, so the words for copying by hand are shown too.
  await act(async () => indicator?.querySelector<HTMLElement>('.keepline-copy')?.click());
  indicator?.querySelector('textarea')?.remove();
  const named = [...(indicator?.querySelectorAll('[aria-label]') ?? [])];
  return [indicator, ...named]
    .flatMap((element) => [element?.textContent, element?.getAttribute('aria-label')])
    .join('\n');
}

const error = fakeError('network', 'The network failed.', 'Check the cable.');
const states: [string, Status][] = [
  ['live', liveStatus],
  ['unconfirmed', unprovenStatus],
  ['connecting', { ...connectingStatus, error }],
  ['reconnecting', { ...waitingStatus, error, nextRetryAt: Date.UTC(2026, 0, 5, 9, 32) }],
  ['exhausted', { ...exhaustedStatus, error: { ...error, cause: 'network' } as typeof error }],
  ['signed out', signedOutStatus],
];

it.each(states)('leaves no English word: %s', async (_name, status) => {
  const english = Object.values(defaultLabels)
    .flatMap((label) => (typeof label === 'object' ? Object.values<string>(label) : label))
    .filter((label) => typeof label === 'string');
  const text = await allText(status, german);
  expect(text).toContain('Verbindung: ');
  expect(text).toContain('Seit');
  for (const word of [...english, 'data as of', 'attempt', 'The ', 'Check']) {
    expect(text).not.toContain(word);
  }
});

it('says every word that was given, in one state or another', async () => {
  const texts: string[] = [];
  for (const [, status] of states) {
    texts.push(await allText(status, german));
    cleanup();
  }
  const all = texts.join('\n');
  const { states: names, environments: _one, copied: _moment, ...others } = german;
  const words = Object.values(others).filter((label) => typeof label === 'string');
  for (const word of [
    ...words,
    ...Object.values(names),
    'Das Kabel ist ab.',
    'Stand: ',
    '3 von 10',
    '23 Milli',
  ]) {
    expect(all).toContain(word);
  }
  expect(all).toContain('Betrieb');
});
