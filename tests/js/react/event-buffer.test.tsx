// @vitest-environment jsdom
// The last events as a list, at the pace of frames.
import { act, cleanup, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RealtimeEvent } from '../../../js-bindings/src/client/types.js';
import {
  type EventBufferOptions,
  RealtimeProvider,
  useEventBuffer,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

let connection: FakeConnection;
let renders = 0;

const wrapper = ({ children }: { children: ReactNode }) => (
  <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
);

function renderBuffer(options?: EventBufferOptions<RealtimeEvent>) {
  renders = 0;
  return renderHook(
    () => {
      renders += 1;
      return useEventBuffer('tick', options).map(({ data }) => data);
    },
    { wrapper },
  );
}

const frame = () => act(() => vi.advanceTimersToNextFrame());
const emit = (...data: readonly unknown[]) =>
  act(() => {
    for (const each of data) connection.emit('tick', each);
  });

beforeEach(() => {
  vi.useFakeTimers();
  connection = createFakeConnection({}, liveStatus);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('is empty first, then holds what came, the newest at the end, and renders once a frame', () => {
  const { result } = renderBuffer();
  expect(result.current).toEqual([]);
  emit(1, 2, 3);
  expect(renders).toBe(1);
  frame();
  expect(result.current).toEqual([1, 2, 3]);
  emit(4);
  frame();
  expect(result.current).toEqual([1, 2, 3, 4]);
  expect(renders).toBe(3);
});

it('keeps as many as its limit, also of a burst between two frames', () => {
  const { result } = renderBuffer({ limit: 3 });
  emit(...Array.from({ length: 1000 }, (_, n) => n));
  frame();
  expect(result.current).toEqual([997, 998, 999]);
  emit(1000);
  frame();
  expect(result.current).toEqual([998, 999, 1000]);
});

it('keeps of each key the newest, at its own place', () => {
  const { result } = renderBuffer({ coalesceBy: 'id' });
  emit({ id: 'a', n: 1 }, { id: 'b', n: 2 }, 'no object', { id: 'a', n: 3 });
  frame();
  expect(result.current).toEqual([{ id: 'b', n: 2 }, 'no object', { id: 'a', n: 3 }]);
  emit({ id: 'b', n: 4 });
  frame();
  expect(result.current).toEqual(['no object', { id: 'a', n: 3 }, { id: 'b', n: 4 }]);
});

it('takes a function for a key, the newest of which counts', () => {
  const { result, rerender } = renderHook(
    ({ odd }) =>
      useEventBuffer('tick', { coalesceBy: ({ data }) => Number(data) % 2 === odd }).map(
        ({ data }) => data,
      ),
    { wrapper, initialProps: { odd: 1 } },
  );
  emit(1, 2, 3, 4);
  frame();
  expect(result.current).toEqual([3, 4]);
  rerender({ odd: 0 });
  emit(6);
  frame();
  expect(result.current).toEqual([3, 6]);
});

it('does not render while the page is hidden, and shows all of it afterwards', () => {
  const { result } = renderBuffer();
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  emit(1, 2);
  frame();
  frame();
  expect(renders).toBe(1);
  visibility.mockReturnValue('visible');
  act(() => document.dispatchEvent(new Event('visibilitychange')));
  frame();
  expect(result.current).toEqual([1, 2]);
});

it('is empty again when another user signed in', () => {
  const { result } = renderBuffer();
  emit(1);
  frame();
  emit(2);
  act(() => connection.changeIdentity());
  expect(result.current).toEqual([]);
  frame();
  expect(result.current).toEqual([]);
});

it('loses nothing in StrictMode, and leaves no listener', () => {
  const { result, unmount } = renderHook(() => useEventBuffer('tick'), {
    wrapper: ({ children }) => <StrictMode>{wrapper({ children })}</StrictMode>,
  });
  emit(1);
  frame();
  expect(result.current.map(({ data }) => data)).toEqual([1]);
  unmount();
  expect(connection.listeners()).toBe(0);
});

it('gives the same array while nothing came', () => {
  const { result, rerender } = renderHook(() => useEventBuffer('tick'), { wrapper });
  emit(1);
  frame();
  const shown = result.current;
  rerender();
  expect(result.current).toBe(shown);
});
