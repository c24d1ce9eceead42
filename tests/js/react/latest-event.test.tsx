// @vitest-environment jsdom
// The newest event at the pace of frames.
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RealtimeEvent } from '../../../js-bindings/src/client/types.js';
import { RealtimeProvider, useLatestEvent } from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));

let connection: FakeConnection;
let renders = 0;

const wrapper = ({ children }: { children: ReactNode }) => (
  <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
);

function renderLatest<Selection>(selector: (event: RealtimeEvent) => Selection) {
  renders = 0;
  return renderHook(
    ({ type }) => {
      renders += 1;
      return useLatestEvent(type, selector);
    },
    { wrapper, initialProps: { type: 'tick' } },
  );
}

const frame = () => act(() => vi.advanceTimersToNextFrame());
const data = (event: RealtimeEvent) => event.data;

beforeEach(() => {
  vi.useFakeTimers();
  connection = createFakeConnection({}, liveStatus);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('renders once a frame, however many events arrive', () => {
  const { result } = renderLatest(data);
  expect(result.current).toBeNull();
  act(() => {
    for (let event = 1; event <= 100; event += 1) connection.emit('tick', event);
  });
  expect(renders).toBe(1);
  frame();
  expect(result.current).toBe(100);
  expect(renders).toBe(2);
});

it('renders once for each frame of a longer burst', () => {
  renderLatest(data);
  for (let event = 1; event <= 30; event += 1) {
    act(() => connection.emit('tick', event));
    if (event % 10 === 0) frame();
  }
  expect(renders).toBe(4);
});

it('does not render while the selection stays the same', () => {
  const { result } = renderLatest((event) => Number(event.data) > 5);
  act(() => connection.emit('tick', 1));
  frame();
  expect(result.current).toBe(false);
  const before = renders;
  act(() => connection.emit('tick', 2));
  frame();
  expect(renders).toBe(before);
  act(() => connection.emit('tick', 6));
  frame();
  expect(result.current).toBe(true);
});

it('takes a selector that makes a new object each time', () => {
  const { result } = renderHook(() => useLatestEvent('tick', (event) => ({ is: event.data })), {
    wrapper,
  });
  act(() => connection.emit('tick', 1));
  frame();
  expect(result.current).toEqual({ is: 1 });
});

it('gives the whole event without a selector', () => {
  const { result } = renderHook(() => useLatestEvent('tick'), { wrapper });
  act(() => connection.emit('tick', 1));
  frame();
  expect(result.current).toMatchObject({ type: 'tick', data: 1 });
});

it('forgets at once what belonged to another user', () => {
  const { result } = renderLatest(data);
  act(() => connection.emit('tick', 'secret'));
  frame();
  act(() => connection.emit('tick', 'secret too'));
  act(() => connection.changeIdentity());
  expect(result.current).toBeNull();
  frame();
  expect(result.current).toBeNull();
});

it('begins anew with another type', () => {
  const { result, rerender } = renderLatest(data);
  act(() => connection.emit('tick', 1));
  frame();
  rerender({ type: 'tock' });
  expect(result.current).toBeNull();
  act(() => connection.emit('tick', 2));
  frame();
  expect(result.current).toBeNull();
});

it('renders once a frame for several events that one component shows', () => {
  renders = 0;
  const { result } = renderHook(
    () => {
      renders += 1;
      return [useLatestEvent('tick', data), useLatestEvent('tock', data)];
    },
    { wrapper },
  );
  // Outside act, as in a browser: there React renders at the end of each callback.
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  connection.emit('tick', 1);
  connection.emit('tock', 2);
  expect(vi.getTimerCount()).toBe(1);
  frame();
  expect(result.current).toEqual([1, 2]);
  expect(renders).toBe(2);
  vi.unstubAllGlobals();
});

describe('while the page is hidden', () => {
  let visibility: DocumentVisibilityState = 'visible';
  const become = (state: DocumentVisibilityState) => {
    visibility = state;
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
  };

  beforeEach(() => {
    visibility = 'visible';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
  });
  afterEach(() => void vi.restoreAllMocks());

  it('does not render, and catches up with the newest when it is seen again', () => {
    const { result } = renderLatest(data);
    become('hidden');
    for (let event = 1; event <= 50; event += 1) {
      act(() => connection.emit('tick', event));
      act(() => vi.advanceTimersByTime(1000));
    }
    expect(renders).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    become('visible');
    expect(renders).toBe(1);
    frame();
    expect(result.current).toBe(50);
    expect(renders).toBe(2);
  });

  it('does not render for a frame that was asked for before', () => {
    const { result } = renderLatest(data);
    act(() => connection.emit('tick', 1));
    become('hidden');
    act(() => vi.advanceTimersByTime(1000));
    expect(renders).toBe(1);
    become('visible');
    become('hidden');
    become('visible');
    frame();
    expect(result.current).toBe(1);
    expect(renders).toBe(2);
  });

  it('leaves no listener behind', () => {
    const added = vi.spyOn(document, 'addEventListener');
    const removed = vi.spyOn(document, 'removeEventListener');
    const { unmount } = renderLatest(data);
    become('hidden');
    act(() => connection.emit('tick', 1));
    unmount();
    const of = (calls: readonly (readonly unknown[])[]) =>
      calls.filter(([type]) => type === 'visibilitychange');
    expect(of(added.mock.calls)).toHaveLength(1);
    expect(of(removed.mock.calls)).toEqual(of(added.mock.calls));
  });
});

it('leaves neither listener nor frame behind', () => {
  const { unmount } = renderLatest(data);
  act(() => connection.emit('tick', 1));
  unmount();
  expect(connection.listeners()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('goes by a timer where there are no frames', () => {
  vi.stubGlobal('requestAnimationFrame', undefined);
  const { result } = renderLatest(data);
  act(() => connection.emit('tick', 1));
  act(() => vi.runAllTimers());
  expect(result.current).toBe(1);
  vi.unstubAllGlobals();
});
