// @vitest-environment jsdom
// Messages that wait for the server's word, as something to render; and gaps.
import { act, cleanup, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  RealtimeProvider,
  useGap,
  usePendingSends,
  useWebSocket,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection as createDouble } from '../../../js-bindings/src/test/index.js';
import type { FakeConnection } from './fake-connection.js';

let connection: FakeConnection;

const wrapper = ({ children }: { children: ReactNode }) => (
  <StrictMode>
    <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
  </StrictMode>
);

beforeEach(() => {
  connection = createDouble({ holdSends: true });
});
afterEach(cleanup);

it('usePendingSends shows what is sending, what failed, and nothing of what went well', async () => {
  const { result } = renderHook(() => [usePendingSends(), useWebSocket()] as const, { wrapper });
  expect(result.current[0]).toEqual([]);
  act(() => void result.current[1].request('note', 1));
  expect(result.current[0]).toMatchObject([{ type: 'note', data: 1, state: 'sending' }]);
  await act(async () => connection.sent[0]?.reject('expired'));
  expect(result.current[0]).toMatchObject([{ state: 'failed', error: { kind: 'expired' } }]);
  act(() => void result.current[0][0]?.retry());
  await act(async () => connection.sent[1]?.answer());
  expect(result.current[0]).toEqual([]);
});

it('usePendingSends has the browser ask whoever leaves only where that was wanted', () => {
  const asks = () => {
    const event = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const { rerender, unmount } = renderHook(
    ({ confirmLeave }) => usePendingSends({ confirmLeave }),
    { wrapper, initialProps: { confirmLeave: false } },
  );
  act(() => void connection.request('note', 1));
  expect(asks()).toBe(false);
  rerender({ confirmLeave: true });
  expect(asks()).toBe(true);
  unmount();
  expect(asks()).toBe(false);
});

it('usePendingSends goes with its connection', () => {
  const { result, rerender } = renderHook(() => usePendingSends(), { wrapper });
  act(() => void connection.request('note', 1));
  expect(result.current).toHaveLength(1);
  connection = createDouble({ holdSends: true });
  rerender();
  expect(result.current).toEqual([]);
});

it('useGap calls the newest handler with what is missing', () => {
  const gaps: unknown[] = [];
  const { rerender, unmount } = renderHook(
    ({ name }) => useGap(({ to, spreadMs }) => gaps.push([name, to, spreadMs])),
    { wrapper, initialProps: { name: 'old' } },
  );
  rerender({ name: 'new' });
  connection.emitGap({ to: 'e.7', spreadMs: 100 });
  expect(gaps).toEqual([['new', 'e.7', 100]]);
  unmount();
  connection.emitGap({});
  expect(gaps).toHaveLength(1);
});
