// @vitest-environment jsdom
// What the status indicator shows, says and does.
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { troubleToleratedMs } from '../../../js-bindings/src/react/steady-status.js';
import type { Status } from '../../../js-bindings/src/types.js';
import {
  connectingStatus,
  createFakeConnection,
  exhaustedStatus,
  type FakeConnection,
  fakeError,
  fakeMetrics,
  liveStatus,
  signedOutStatus,
  waitingStatus,
} from './fake-connection.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));

let connection: FakeConnection;

type Labels = Parameters<typeof WebSocketStatusIndicator>[0]['labels'];

function renderIndicator(status: Status = liveStatus, labels?: Labels) {
  connection = createFakeConnection({}, status);
  return render(
    <StrictMode>
      <RealtimeProvider connection={connection}>
        <WebSocketStatusIndicator {...(labels && { labels })} />
        <button type="button">Elsewhere</button>
      </RealtimeProvider>
    </StrictMode>,
  );
}

const button = () => screen.getByRole('button', { name: /^Connection/ });
const retry = () => screen.getByRole('button', { name: 'Retry' });
const elsewhere = () => screen.getByRole('button', { name: 'Elsewhere' });
const details = () => screen.getByRole('group', { name: 'Connection' });
const isOpen = () => screen.queryByRole('group') !== null;
const spoken = () => screen.getByRole('status').textContent;
const shown = () => button().closest('.keepline-indicator')?.getAttribute('data-state');

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const become = (change: Partial<Status>) => act(() => connection.setStatus(change));
/** Lets the popover arrive, which is fetched when it is first wanted. */
const arrive = () =>
  act(async () => {
    await import('../../../js-bindings/src/react/popover.js');
  });

async function open(): Promise<void> {
  fireEvent.click(button());
  await arrive();
}

/** Whether focus shows, as it does after a key and not after a press. */
let focusShows = true;
const { matches } = Element.prototype;

beforeEach(() => {
  focusShows = true;
  vi.spyOn(Element.prototype, 'matches').mockImplementation(function (this: Element, selector) {
    return selector === ':focus-visible' ? focusShows : matches.call(this, selector);
  });
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
    const shapes = [liveStatus, waitingStatus, exhaustedStatus].map((status) => {
      const { unmount } = renderIndicator(status);
      const shape = button().querySelector('svg')?.innerHTML;
      unmount();
      return shape;
    });
    expect(new Set(shapes).size).toBe(3);
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

  it('shows a sign-out at once', () => {
    renderIndicator();
    become(signedOutStatus);
    expect(shown()).toBe('disconnected');
  });

  it('leaves no timer and no listener behind', () => {
    const { unmount } = renderIndicator(waitingStatus);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
    expect(connection.listeners()).toBe(0);
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

  it('speaks of a sign-out at once', () => {
    renderIndicator();
    become(signedOutStatus);
    expect(spoken()).toBe('Connection: Disconnected.');
  });
});

describe('the details', () => {
  it('open by a press and close by the next', async () => {
    renderIndicator();
    expect(button().getAttribute('aria-expanded')).toBe('false');
    await open();
    expect(button().getAttribute('aria-expanded')).toBe('true');
    expect(button().getAttribute('aria-controls')).toBe(details().id);
    fireEvent.click(button());
    expect(isOpen()).toBe(false);
    expect(button().getAttribute('aria-expanded')).toBe('false');
  });

  it('open by keyboard focus, which stays on the button, and close when it leaves', async () => {
    renderIndicator();
    act(() => button().focus());
    await arrive();
    expect(isOpen()).toBe(true);
    expect(document.activeElement).toBe(button());
    act(() => elsewhere().focus());
    expect(isOpen()).toBe(false);
  });

  it('open by hovering, stay while the pointer crosses to them, and close when it leaves', async () => {
    renderIndicator();
    fireEvent.pointerEnter(button(), { pointerType: 'mouse' });
    pass(200);
    await arrive();
    expect(isOpen()).toBe(true);
    fireEvent.pointerLeave(button(), { pointerType: 'mouse' });
    pass(100);
    fireEvent.pointerEnter(details(), { pointerType: 'mouse' });
    pass(1000);
    expect(isOpen()).toBe(true);
    fireEvent.pointerLeave(details(), { pointerType: 'mouse' });
    pass(1000);
    expect(isOpen()).toBe(false);
  });

  it('do not open for a pointer that only passes', () => {
    renderIndicator();
    fireEvent.pointerEnter(button(), { pointerType: 'mouse' });
    pass(50);
    fireEvent.pointerLeave(button(), { pointerType: 'mouse' });
    pass(1000);
    expect(isOpen()).toBe(false);
  });

  it('stay when a press confirms what hovering opened', async () => {
    renderIndicator();
    fireEvent.pointerEnter(button(), { pointerType: 'mouse' });
    pass(200);
    await arrive();
    fireEvent.click(button());
    fireEvent.pointerLeave(button(), { pointerType: 'mouse' });
    pass(1000);
    expect(isOpen()).toBe(true);
  });

  it('open by one tap, whose touch is no hovering', async () => {
    renderIndicator();
    fireEvent.pointerEnter(button(), { pointerType: 'touch' });
    await open();
    fireEvent.pointerLeave(button(), { pointerType: 'touch' });
    pass(1000);
    expect(isOpen()).toBe(true);
  });

  it('close by Escape, also where the focus is elsewhere', async () => {
    renderIndicator();
    await open();
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(isOpen()).toBe(false);
  });

  it('give the focus that was inside back to the button on Escape, and stay closed', async () => {
    renderIndicator();
    await open();
    act(() => within(details()).getByRole('button', { name: 'Copy diagnostics' }).focus());
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
    expect(document.activeElement).toBe(button());
    expect(isOpen()).toBe(false);
  });

  it('close by a press elsewhere', async () => {
    renderIndicator();
    await open();
    fireEvent.pointerDown(elsewhere());
    expect(isOpen()).toBe(false);
  });

  it('show state, attempt, error, remedy, figures and endpoint', async () => {
    renderIndicator({
      ...waitingStatus,
      error: fakeError('network', '<b>The network failed.</b>', 'Check the cable.'),
    });
    connection.setMetrics({ lastMessageAt: Date.UTC(2026, 0, 5, 9, 29) });
    await open();
    const text = details().textContent;
    expect(text).toContain('Attempt3 of 10');
    expect(text).toContain('<b>The network failed.</b>');
    expect(text).toContain('Check the cable.');
    expect(text).toContain('Serverwss://desk.example/ws');
    expect(text).toContain('EnvironmentProduction');
    expect(text).toContain('Last message');
    expect(text).toContain('Since');
  });

  it('show the round trip of a live link as it is measured', async () => {
    renderIndicator();
    await open();
    expect(details().textContent).toContain('Round trip23 ms, good');
    const quality = { ...fakeMetrics.quality, rttMs: 480, grade: 'poor' } as const;
    act(() => connection.setMetrics({ quality }));
    expect(details().textContent).toContain('Round trip480 ms, poor');
  });

  it('count down to the next attempt, and only while they are open', async () => {
    renderIndicator({ ...waitingStatus, nextRetryAt: Date.now() + 12_000 });
    pass(troubleToleratedMs);
    expect(vi.getTimerCount()).toBe(0);
    await open();
    expect(details().textContent).toContain('Next attemptin 11 s');
    pass(1000);
    expect(details().textContent).toContain('Next attemptin 10 s');
    for (let second = 0; second < 11; second += 1) pass(1000);
    expect(details().textContent).toContain('Next attemptnow');
    become({ nextRetryAt: Date.now() + 20_000, attempt: 4 });
    expect(details().textContent).toContain('Next attemptin 20 s');
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('copy diagnostics, and say so for a moment', async () => {
    const writeText = vi.fn(async (_text: string) => {});
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    renderIndicator();
    await open();
    await act(async () => screen.getByText('Copy diagnostics').click());
    expect(JSON.parse(writeText.mock.calls[0]?.[0] ?? '')).toMatchObject({ version: '0.1.0' });
    expect(screen.queryByText('Copied')).not.toBeNull();
    pass(2000);
    expect(screen.queryByText('Copied')).toBeNull();
    vi.unstubAllGlobals();
  });

  it('offer the text to be copied by hand where the browser refuses', async () => {
    renderIndicator();
    await open();
    await act(async () => screen.getByText('Copy diagnostics').click());
    const area = screen.getByRole('textbox', { name: /Select this text/ });
    expect((area as HTMLTextAreaElement).value).toContain('"version": "0.1.0"');
    expect(document.activeElement).toBe(area);
    expect(isOpen()).toBe(true);
  });
});

describe('Retry', () => {
  it('stands beside the button when nothing happens by itself any more', () => {
    renderIndicator(exhaustedStatus);
    fireEvent.click(retry());
    expect(connection.commands).toEqual(['reconnect']);
  });

  it('stands among the details while attempts go on', async () => {
    renderIndicator(waitingStatus);
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    await open();
    fireEvent.click(within(details()).getByRole('button', { name: 'Retry' }));
    expect(connection.commands).toEqual(['reconnect']);
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
    expect(connection.commands).toEqual(['reconnect']);
    act(() => elsewhere().focus());
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });

  it('hands focus that came by a press to its neighbour once the link is live', () => {
    focusShows = false;
    renderIndicator(exhaustedStatus);
    act(() => retry().focus());
    become(connectingStatus);
    expect(document.activeElement).toBe(retry());
    become(liveStatus);
    expect(document.activeElement).toBe(button());
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    expect(isOpen()).toBe(false);
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
      states: { reconnecting: 'Verbindet neu' },
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
  });
});

it.each([
  ['live', liveStatus],
  ['connecting', connectingStatus],
  ['reconnecting', { ...waitingStatus, nextRetryAt: Date.UTC(2030, 0) }],
  ['disconnected', { ...exhaustedStatus, error: fakeError('exhausted', 'All failed.', 'Retry.') }],
  ['signed out', signedOutStatus],
])('has nothing that axe objects to: %s', async (_name, status) => {
  const { container } = renderIndicator(status);
  await open();
  vi.useRealTimers();
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations).toEqual([]);
});
