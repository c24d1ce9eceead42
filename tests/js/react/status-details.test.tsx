// @vitest-environment jsdom
// The details behind the indicator: what opens and closes them, and what they say.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError } from '../../../js-bindings/src/client/errors.js';
import { troubleToleratedMs } from '../../../js-bindings/src/react/indicator/steady-status.js';
import {
  connectingStatus,
  exhaustedStatus,
  fakeError,
  fakeMetrics,
  liveStatus,
  refusedStatus,
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
} from './indicator-page.js';

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
});

const cause = 'connect_timeout';

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

  it('show state, attempt, error and figures, as text', async () => {
    renderIndicator({
      ...waitingStatus,
      error: fakeError('network', '<b>The network failed.</b>', 'Check the cable.'),
    });
    await open();
    const text = details().textContent;
    expect(text).toContain('Attempt3 of 10');
    expect(text).toContain('<b>The network failed.</b>');
    expect(text).toContain('Since');
  });

  it('name what used the attempts up', async () => {
    renderIndicator({ ...exhaustedStatus, error: new ConnectionError('exhausted', { cause }) });
    await open();
    expect(details().textContent).toContain(new ConnectionError(cause).message);
  });

  it.each([
    ['reconnecting', waitingStatus, true],
    ['exhausted', exhaustedStatus, true],
    ['refused', refusedStatus, true],
    ['not confirmed', unprovenStatus, true],
    ['live', liveStatus, false],
    ['connecting for the first time', connectingStatus, false],
    ['signed out', signedOutStatus, false],
  ])('say since when what is shown may be out of date: %s', async (_name, status, stale) => {
    renderIndicator(status);
    act(() => connection().setMetrics({ lastMessageAt: Date.now() - 120_000 }));
    await open();
    const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
    const sentence = `Showing data as of ${time.format(Date.now() - 120_000)}.`;
    expect(details().textContent?.includes(sentence)).toBe(stale);
  });

  it('say of a link that is not confirmed that nothing has come, and neither pace nor last message', async () => {
    renderIndicator(unprovenStatus);
    act(() => connection().setMetrics({ lastMessageAt: Date.now() - 120_000 }));
    await open();
    expect(details().textContent).toContain('Connected, not confirmed');
    expect(details().textContent).toContain('nothing has come over it');
    expect(details().textContent).not.toMatch(/Round trip|Last message/);
    become(liveStatus);
    expect(details().textContent).toContain('New events arrive as they happen.');
    expect(details().textContent).toContain('Round trip');
  });

  it('say when the last message of a live link came', async () => {
    renderIndicator();
    expect(button().textContent).toBe('Live');
    await open();
    expect(details().textContent).not.toContain('Last message');
    act(() => connection().setMetrics({ lastMessageAt: Date.now() - 1000 }));
    const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
    expect(details().textContent).toContain(`Last message${time.format(Date.now() - 1000)}`);
  });

  it('name the date of what is older than a day', async () => {
    renderIndicator(waitingStatus);
    act(() => connection().setMetrics({ lastMessageAt: Date.UTC(2025, 11, 24, 12) }));
    await open();
    expect(details().textContent).toMatch(/Showing data as of [^.]*2025/);
  });

  it('show the round trip of a live link as it is measured', async () => {
    renderIndicator();
    await open();
    expect(details().textContent).toContain('Round trip23 ms, good');
    const quality = { ...fakeMetrics.quality, rttMs: 480, grade: 'poor' } as const;
    act(() => connection().setMetrics({ quality }));
    expect(details().textContent).toContain('Round trip480 ms, poor');
  });

  it('count down to the next attempt, and only while they are open', async () => {
    renderIndicator({ ...waitingStatus, nextRetryAt: Date.now() + 12_000 });
    pass(troubleToleratedMs);
    expect(vi.getTimerCount()).toBe(0);
    await open();
    expect(details().textContent).toContain('Next attemptin 11 seconds');
    pass(1000);
    expect(details().textContent).toContain('Next attemptin 10 seconds');
    for (let second = 0; second < 11; second += 1) pass(1000);
    expect(details().textContent).toContain('Next attemptnow');
    become({ nextRetryAt: Date.now() + 20_000, attempt: 4 });
    expect(details().textContent).toContain('Next attemptin 20 seconds');
    become({ nextRetryAt: Date.now() + 1000 });
    expect(details().textContent).toMatch(/Next attemptin 1 second(?!s)/);
    become({ nextRetryAt: Date.now() + 290_000 });
    expect(details().textContent).toContain('Next attemptin 5 minutes');
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
