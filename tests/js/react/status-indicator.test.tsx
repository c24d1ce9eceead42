// @vitest-environment jsdom
// What the status indicator shows, says and does.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { troubleToleratedMs } from '../../../js-bindings/src/react/indicator/steady-status.js';
import {
  catchingUpStatus,
  connectingStatus,
  exhaustedStatus,
  fakeError,
  interruptedStatus,
  liveStatus,
  signedOutStatus,
  unprovenStatus,
  waitingStatus,
} from './fake-connection.js';
import {
  arrive,
  become,
  button,
  connection,
  details,
  elsewhere,
  isOpen,
  letFocusShow,
  open,
  pass,
  renderIndicator,
  retry,
  shown,
  spoken,
} from './indicator-page.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));

beforeEach(() => {
  letFocusShow(true);
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 9, 31) });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the button', () => {
  it.each([
    ['Live', 'connected', liveStatus],
    ['Connected, not confirmed', 'unconfirmed', unprovenStatus],
    ['Catching up', 'catching_up', catchingUpStatus],
    ['Catching up', 'catching_up', interruptedStatus],
    ['Connecting', 'connecting', connectingStatus],
    ['Reconnecting', 'reconnecting', waitingStatus],
    ['Disconnected', 'disconnected', exhaustedStatus],
  ])('says %s by name, words and icon', (label, state, status) => {
    const { container } = renderIndicator(status);
    pass(troubleToleratedMs);
    expect(button().getAttribute('aria-label')).toBe(`Connection: ${label}`);
    expect(button().textContent).toBe(label);
    expect(shown()).toBe(state);
    expect(button().querySelector('svg')?.getAttribute('aria-hidden')).toBe('true');
    expect(container.querySelector('.keepline-indicator')?.getAttribute('data-settled')).toBe(
      'true',
    );
  });

  it('gives each state a shape of its own', () => {
    const shapes = [liveStatus, unprovenStatus, waitingStatus, exhaustedStatus].map((status) => {
      const { unmount } = renderIndicator(status);
      const shape = button().querySelector('svg')?.innerHTML;
      unmount();
      return shape;
    });
    expect(new Set(shapes).size).toBe(4);
  });

  it('does not flicker over a short break, and shows a long one', () => {
    renderIndicator();
    become(waitingStatus);
    pass(troubleToleratedMs - 1);
    become(liveStatus);
    pass(60_000);
    expect(shown()).toBe('connected');
    become(waitingStatus);
    pass(troubleToleratedMs);
    expect(shown()).toBe('reconnecting');
    become(liveStatus);
    expect(shown()).toBe('connected');
  });

  it('does not call a link live that nothing has come over, and does once something has', () => {
    renderIndicator();
    become(unprovenStatus);
    expect(shown()).toBe('unconfirmed');
    expect(button().textContent).toBe('Connected, not confirmed');
    become(liveStatus);
    expect(shown()).toBe('connected');
    expect(button().textContent).toBe('Live');
  });

  it('takes a connection that says nothing of it for one that is confirmed', () => {
    const { unproven, delivery, ...older } = liveStatus;
    renderIndicator(older as typeof liveStatus);
    expect([unproven, delivery]).toEqual([false, null]);
    expect(shown()).toBe('connected');
  });

  it('shows a sign-out at once', () => {
    renderIndicator();
    become(signedOutStatus);
    expect(shown()).toBe('disconnected');
  });

  it('leaves no timer and no listener behind', () => {
    const { unmount } = renderIndicator(waitingStatus);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
    expect(connection().listeners()).toBe(0);
  });
});

describe('the live region', () => {
  it('speaks of what has settled, once, and of nothing in between', () => {
    renderIndicator(connectingStatus);
    expect(spoken()).toBe('');
    become(liveStatus);
    expect(spoken()).toBe('Connection: Live.');
    become({ ...waitingStatus, error: fakeError('network', 'The network failed.', 'Wait.') });
    pass(troubleToleratedMs - 1);
    expect(spoken()).toBe('Connection: Live.');
    pass(1);
    expect(spoken()).toBe('Connection: Reconnecting. The network failed.');
    become({ attempt: 4, nextRetryAt: Date.now() + 4000, error: null });
    pass(2000);
    expect(spoken()).toBe('Connection: Reconnecting. The network failed.');
    become(liveStatus);
    expect(spoken()).toBe('Connection: Live.');
  });

  it('speaks of a link that is not confirmed, and of its being live again', () => {
    renderIndicator();
    become(unprovenStatus);
    expect(spoken()).toBe('Connection: Connected, not confirmed.');
    become(liveStatus);
    expect(spoken()).toBe('Connection: Live.');
  });

  it('speaks of a sign-out at once', () => {
    renderIndicator();
    become(signedOutStatus);
    expect(spoken()).toBe('Connection: Disconnected.');
  });
});

describe('Retry', () => {
  it('stands beside the button when nothing happens by itself any more', () => {
    renderIndicator(exhaustedStatus);
    fireEvent.click(retry());
    expect(connection().commands).toEqual(['reconnect']);
  });

  it('stands among the details while attempts go on', async () => {
    renderIndicator(waitingStatus);
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    await open();
    fireEvent.click(within(details()).getByRole('button', { name: 'Retry' }));
    expect(connection().commands).toEqual(['reconnect']);
  });

  it('stands among the details of a link that is not confirmed', async () => {
    renderIndicator(unprovenStatus);
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    await open();
    fireEvent.click(within(details()).getByRole('button', { name: 'Retry' }));
    expect(connection().commands).toEqual(['reconnect']);
  });

  it.each([
    ['live', liveStatus],
    ['signed out', signedOutStatus],
  ])('is not offered where it has nothing to offer: %s', async (_name, status) => {
    renderIndicator(status);
    await open();
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });

  it('keeps the focus through every state that follows, and leaves with it', () => {
    renderIndicator(exhaustedStatus);
    const pressed = retry();
    act(() => pressed.focus());
    fireEvent.click(pressed);
    for (const status of [connectingStatus, waitingStatus, liveStatus]) {
      become(status);
      pass(5000);
      expect(retry()).toBe(pressed);
      expect(document.activeElement).toBe(pressed);
    }
    expect(pressed.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(pressed);
    expect(connection().commands).toEqual(['reconnect']);
    act(() => elsewhere().focus());
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });

  it('keeps focus that came by a press too, until the person goes elsewhere', () => {
    vi.restoreAllMocks();
    letFocusShow(false);
    renderIndicator(exhaustedStatus);
    const pressed = retry();
    act(() => pressed.focus());
    for (const status of [connectingStatus, liveStatus, waitingStatus, exhaustedStatus]) {
      become(status);
      pass(5000);
      expect(document.activeElement).toBe(pressed);
      expect(pressed.getAttribute('aria-disabled')).toBe(String(status === liveStatus));
    }
    expect(isOpen()).toBe(false);
    become(liveStatus);
    act(() => elsewhere().focus());
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });

  it('keeps the focus among the details too', async () => {
    renderIndicator(waitingStatus);
    await open();
    const pressed = retry();
    act(() => pressed.focus());
    become(exhaustedStatus);
    expect(retry()).toBe(pressed);
    become(liveStatus);
    expect(document.activeElement).toBe(pressed);
    fireEvent.keyDown(pressed, { key: 'Escape' });
    expect(document.activeElement).toBe(button());
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });
});

describe('labels', () => {
  it('are replaced one by one, with numbers where there are any', async () => {
    renderIndicator(waitingStatus, {
      connection: 'Verbindung',
      states: { reconnecting: 'Verbindet neu', unconfirmed: 'Unbestätigt' },
      attemptOf: (attempt, max) => `${attempt} von ${max}`,
      retry: 'Nochmals',
      announcement: (label) => `Jetzt: ${label}`,
    });
    pass(troubleToleratedMs);
    expect(spoken()).toBe('Jetzt: Verbindet neu');
    fireEvent.click(screen.getByRole('button', { name: 'Verbindung: Verbindet neu' }));
    await arrive();
    expect(screen.getByRole('group', { name: 'Verbindung' }).textContent).toContain('3 von 10');
    expect(screen.queryByRole('button', { name: 'Nochmals' })).not.toBeNull();
    expect(screen.queryByText('Copy diagnostics')).not.toBeNull();
    become(unprovenStatus);
    expect(spoken()).toBe('Jetzt: Unbestätigt');
    expect(screen.queryByRole('button', { name: 'Verbindung: Unbestätigt' })).not.toBeNull();
  });

  it('that are not replaced speak in the words of those that are', () => {
    const error = fakeError('network', 'The network failed.', 'Check it.');
    renderIndicator(
      { ...exhaustedStatus, error },
      { connection: 'Verbindung', errorMessage: ({ kind }) => `Fehler ${kind}.` },
    );
    expect(spoken()).toBe('Verbindung: Disconnected. Fehler network.');
  });

  it('are not replaced by nothing', () => {
    renderIndicator(exhaustedStatus, { retry: undefined, states: { disconnected: undefined } });
    expect(retry()).not.toBeNull();
    expect(button().textContent).toBe('Disconnected');
  });
});

it.each([
  ['live', liveStatus],
  ['unconfirmed', unprovenStatus],
  ['catching up', catchingUpStatus],
  ['connecting', connectingStatus],
  ['reconnecting', { ...waitingStatus, nextRetryAt: Date.UTC(2030, 0) }],
  ['disconnected', { ...exhaustedStatus, error: fakeError('exhausted', 'All failed.', 'Retry.') }],
  ['signed out', signedOutStatus],
])('has nothing that axe objects to: %s', async (_name, status) => {
  const { container } = renderIndicator(status);
  await open();
  vi.useRealTimers();
  // axe looks for icon fonts by drawing them, which is not to be had here.
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations).toEqual([]);
});
