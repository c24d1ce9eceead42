// @vitest-environment jsdom
// The details have two readers: a person at a desk, and whoever builds the page.
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError } from '../../../js-bindings/src/client/errors.js';
import type { Status } from '../../../js-bindings/src/client/types.js';
import { isDevelopmentBuild } from '../../../js-bindings/src/react/indicator/build-mode.js';
import {
  fakeError,
  fixed,
  liveStatus,
  pausedStatus,
  signedOutStatus,
  waitingStatus,
} from './fake-connection.js';
import { details, letFocusShow, open, renderIndicator, spoken } from './indicator-page.js';

vi.mock('../../../js-bindings/src/index.js', async () => {
  const { ConnectionError } = await import('../../../js-bindings/src/client/errors.js');
  return { createConnection: vi.fn(), ConnectionError };
});

beforeEach(() => {
  letFocusShow(true);
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 9, 31) });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const failed: Status = {
  ...waitingStatus,
  environment: 'development',
  error: Object.assign(fakeError('network', 'The network failed.', 'Select `keepline.v1`.'), {
    code: 1006,
    detail: 'upstream gone',
  }),
};

const forDevelopers = [
  'Select `keepline.v1`.',
  'Errornetwork',
  'Close code1006',
  'Detailupstream gone',
  'Serverwss://desk.example/ws',
  'EnvironmentDevelopment',
];

async function textFor(status: Status, reader?: 'person' | 'developer'): Promise<string> {
  renderIndicator(status, undefined, reader);
  await open();
  return details().textContent ?? '';
}

describe('the details for a person', () => {
  it('say what happened, and nothing that only a developer knows', async () => {
    const text = await textFor(failed, 'person');
    expect(text).toContain('The network failed.');
    for (const part of forDevelopers) expect(text).not.toContain(part);
    expect(text).not.toContain('wss:');
  });

  it('do not name the option that was refused', async () => {
    const error = new ConnectionError('option_invalid', { detail: 'path must begin with /' });
    expect(error.message).toContain('path must begin with /');
    const text = await textFor(fixed('refused', { error }), 'person');
    expect(text).toContain(new ConnectionError('option_invalid').message);
    expect(text).not.toContain('path must begin');
  });

  it('are all that is shown unless the build is one for development', async () => {
    expect(await textFor(failed)).not.toContain('Select');
    cleanup();
    vi.stubEnv('NODE_ENV', 'production');
    expect(await textFor(failed)).not.toContain('Select');
  });
});

describe('the details for a developer', () => {
  it('add remedy, kind, code, detail, endpoint and environment', async () => {
    const text = await textFor(failed, 'developer');
    expect(text).toContain('The network failed.');
    for (const part of forDevelopers) expect(text).toContain(part);
    expect(screen.getByText('Select `keepline.v1`.').getAttribute('lang')).toBe('en');
  });

  it('are shown in a development build, unless the page says otherwise', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    expect(await textFor(failed)).toContain('Select `keepline.v1`.');
    cleanup();
    expect(await textFor(failed, 'person')).not.toContain('Select');
  });

  it('have no place for what is not there', async () => {
    const error = new ConnectionError('restarting');
    await textFor({ ...waitingStatus, error, endpoint: null, environment: null }, 'developer');
    for (const name of ['Close code', 'Detail', 'Server', 'Environment']) {
      expect(screen.queryByText(name)).toBeNull();
    }
    expect(document.querySelector('.keepline-remedy')).toBeNull();
  });
});

it('copied diagnostics hold everything, whoever the details are for', async () => {
  const writeText = vi.fn(async (_text: string) => {});
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  await textFor(failed, 'person');
  await act(async () => fireEvent.click(screen.getByText('Copy diagnostics')));
  const { status } = JSON.parse(writeText.mock.calls[0]?.[0] ?? '');
  expect(status).toMatchObject({ endpoint: 'wss://desk.example/ws', environment: 'development' });
  expect(status.error).toMatchObject({ kind: 'network', remedy: 'Select `keepline.v1`.' });
});

it('a browser without any build has no developer', () => {
  vi.stubGlobal('process', undefined);
  expect(isDevelopmentBuild()).toBe(false);
});

describe('true words', () => {
  const error = (kind: ConnectionError['kind']) => new ConnectionError(kind);
  const unloaded = fixed('loading', { error: error('wasm_unavailable') });
  const refused = fixed('refused');

  it.each([
    ['a planned restart', { ...waitingStatus, error: error('restarting') }, 'resume by themselves'],
    ['a renewed sign-in', { ...waitingStatus, error: error('token_expired') }, 'resume by'],
    ['a broken link', { ...waitingStatus, error: error('network') }, 'The connection was lost.'],
    [
      'a part that could not be loaded yet',
      { ...unloaded, canRetry: true, nextRetryAt: Date.now() + 30_000 },
      'could not be started yet',
    ],
    [
      'a part that could not be loaded',
      { ...unloaded, state: 'disconnected', canRetry: true },
      'could not be started. Retry',
    ],
    ['a part that only a reload brings', { ...unloaded, canRetry: false }, 'Reload the page'],
    ['a part that is on its way', { ...unloaded, error: null }, 'is being opened'],
    ['a rejected sign-in', { ...refused, error: error('auth_rejected') }, 'Sign in again'],
    ['a missing permission', { ...refused, error: error('forbidden') }, 'for access'],
    ['another window', { ...refused, error: error('replaced') }, 'Retry to get new events here'],
    ['a page set up wrongly', { ...refused, error: error('endpoint_blocked') }, 'to support'],
    ['a refusal of another kind', { ...refused, error: error('message_too_big') }, 'Retry to'],
    ['one without Retry', { ...refused, canRetry: false }, 'What you see may be out of date.'],
  ] satisfies [string, Status, string][])('explain %s', async (_name, status, words) => {
    const text = await textFor(status, 'person');
    expect(text).toContain(words);
    if (status.error) expect(text).not.toContain('is being opened');
  });

  it.each([
    ['whoever has signed out', signedOutStatus],
    ['a page that closed it', fixed('closed')],
    ['a page that rests', pausedStatus],
  ] satisfies [string, Status][])('do not tell %s of an earlier error', async (_name, status) => {
    for (const reader of ['person', 'developer'] as const) {
      const rejected = fakeError('auth_rejected', 'It was rejected.', 'Compare the clocks.');
      const text = await textFor({ ...status, error: rejected }, reader);
      expect(text).not.toContain('It was rejected.');
      expect(text).not.toContain('Compare the clocks.');
      expect(spoken()).not.toContain('It was rejected.');
      cleanup();
    }
  });

  it('need no error where the link is live', async () => {
    expect(await textFor(liveStatus, 'developer')).not.toContain('Error');
  });
});
