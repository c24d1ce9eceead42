// @vitest-environment jsdom
// Whether what is shown is young enough: judged by events, the link and the clock, with one timer.
import { act, cleanup, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RealtimeProvider, useFreshness } from '../../../js-bindings/src/react/index.js';
import {
  createFakeConnection,
  type FakeConnection,
  liveStatus,
  unprovenStatus,
  waitingStatus,
} from './fake-connection.js';

const maxAgeMs = 10_000;
let connection: FakeConnection;
let renders = 0;

const wrapper = ({ children }: { children: ReactNode }) => (
  <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
);

function renderFreshness(age = maxAgeMs) {
  renders = 0;
  return renderHook(
    (props: { age: number }) => {
      renders += 1;
      return useFreshness('stats_*', props.age);
    },
    { wrapper, initialProps: { age } },
  );
}

const emit = (type = 'stats_queue') => act(() => connection.emit(type));
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
/** The machine sleeps: the clock goes on and no timer fires. */
const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(() => {
  vi.useFakeTimers();
  connection = createFakeConnection({}, liveStatus);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('is not fresh before the first event of the type, and fresh with it', () => {
  const { result } = renderFreshness();
  expect(result.current).toEqual({ at: null, fresh: false });
  emit('other');
  expect(result.current.fresh).toBe(false);
  emit();
  expect(result.current).toEqual({ at: Date.now(), fresh: true });
});

it('renders when it changes and never for an event, and says when the last one came', () => {
  const { result } = renderFreshness();
  emit();
  const first = result.current;
  for (let second = 0; second < 30; second += 1) {
    pass(1000);
    emit();
  }
  expect(result.current).toBe(first);
  expect(renders).toBe(2);
  const last = Date.now();
  pass(maxAgeMs);
  expect(result.current.fresh).toBe(true);
  pass(1);
  expect(result.current).toEqual({ at: last, fresh: false });
  expect(renders).toBe(3);
});

it('has one timer while it is fresh, and none otherwise', () => {
  const { unmount } = renderFreshness();
  expect(vi.getTimerCount()).toBe(0);
  emit();
  emit();
  expect(vi.getTimerCount()).toBe(1);
  pass(maxAgeMs + 1);
  expect(vi.getTimerCount()).toBe(0);
  emit();
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  expect(connection.listeners()).toBe(0);
});

it('is not fresh while the link is not usable, whatever came before', () => {
  const { result } = renderFreshness();
  emit();
  act(() => connection.setStatus(waitingStatus));
  expect(result.current.fresh).toBe(false);
  act(() => connection.setStatus(unprovenStatus));
  expect(result.current.fresh).toBe(false);
  pass(maxAgeMs - 1);
  act(() => connection.setStatus(liveStatus));
  expect(result.current.fresh).toBe(true);
  act(() => connection.setStatus(waitingStatus));
  pass(2);
  act(() => connection.setStatus(liveStatus));
  expect(result.current.fresh).toBe(false);
});

it('of a page that slept is judged by the clock as it is seen again', () => {
  const { result } = renderFreshness();
  emit();
  sleep(maxAgeMs + 1);
  expect(result.current.fresh).toBe(true);
  act(() => document.dispatchEvent(new Event('visibilitychange')));
  expect(result.current.fresh).toBe(false);
});

it('does not believe a clock that was set back', () => {
  const { result } = renderFreshness();
  emit();
  sleep(-3_600_000);
  pass(maxAgeMs + 1);
  expect(result.current.fresh).toBe(false);
});

it('is nothing to the next user', () => {
  const { result } = renderFreshness();
  emit();
  act(() => connection.changeIdentity());
  expect(result.current).toEqual({ at: null, fresh: false });
});

it('of another connection begins anew', () => {
  const { result, rerender } = renderFreshness();
  emit();
  connection = createFakeConnection({}, liveStatus);
  rerender({ age: maxAgeMs });
  expect(result.current).toEqual({ at: null, fresh: false });
});

it('takes another age for what came before', () => {
  const { result, rerender } = renderFreshness();
  emit();
  pass(5000);
  rerender({ age: 4000 });
  expect(result.current.fresh).toBe(false);
  rerender({ age: 6000 });
  expect(result.current.fresh).toBe(true);
  pass(1001);
  expect(result.current.fresh).toBe(false);
});

it('holds longer than a timer can count', () => {
  const { result } = renderFreshness(2 ** 33);
  emit();
  pass(2 ** 32);
  expect(result.current.fresh).toBe(true);
  pass(2 ** 32 + 1);
  expect(result.current.fresh).toBe(false);
});

it('listens once in StrictMode', () => {
  const { result, unmount } = renderHook(() => useFreshness('stats_*', maxAgeMs), {
    wrapper: ({ children }) => <StrictMode>{wrapper({ children })}</StrictMode>,
  });
  emit();
  expect(result.current.fresh).toBe(true);
  unmount();
  expect(connection.listeners()).toBe(0);
});
