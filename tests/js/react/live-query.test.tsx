// @vitest-environment jsdom
// A live query as something to render: one request for many, no more than a render a frame.
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError } from '../../../js-bindings/src/client/errors.js';
import {
  RealtimeProvider,
  type UseLiveQueryOptions,
  useLiveQuery,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

type Options = UseLiveQueryOptions<readonly unknown[], string>;

let connection: FakeConnection;
let renders = 0;
const fetched = vi.fn<Options['fetch']>();

const apply: Options['apply'] = (data, { data: item }) => [...data, item];
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const frame = () => act(() => vi.advanceTimersToNextFrame());

function Provider({ children }: { children: ReactNode }) {
  return <RealtimeProvider connection={connection}>{children}</RealtimeProvider>;
}

const Strict = ({ children }: { children: ReactNode }) => (
  <StrictMode>
    <Provider>{children}</Provider>
  </StrictMode>
);

function useItems(change: Partial<Options> = {}) {
  renders += 1;
  // Written in place, as it usually is.
  return useLiveQuery({
    fetch: (request) => fetched(request),
    events: ['item', 'note'],
    apply: (data, event) => apply(data, event),
    ...change,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  connection = createFakeConnection({}, liveStatus);
  connection.setPosition('e.100');
  renders = 0;
  fetched.mockReset().mockResolvedValue({ data: [1], position: 'e.100' });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('useLiveQuery', () => {
  it('is loading, then live, and renders at most once a frame', async () => {
    const { result } = renderHook(() => useItems(), { wrapper: Provider });
    expect(result.current).toMatchObject({ state: 'loading', data: undefined, asOf: null });
    await pass(200);
    expect(result.current).toMatchObject({ state: 'live', data: [1] });
    const before = renders;
    act(() => {
      for (let seq = 101; seq < 200; seq += 1) connection.emit('item', seq, { seq });
    });
    expect(renders).toBe(before);
    frame();
    expect(renders).toBe(before + 1);
    expect(result.current.data).toHaveLength(100);
  });

  it('fetches once in StrictMode, and not again for who comes back at once', async () => {
    const { result } = renderHook(() => useItems(), { wrapper: Strict });
    await pass(200);
    expect(fetched).toHaveBeenCalledOnce();
    expect(result.current.state).toBe('live');
  });

  it('finds its query again within a second of leaving, by its key, and fetches anew after it', async () => {
    const first = renderHook(() => useItems({ key: 'items' }), { wrapper: Provider });
    await pass(200);
    first.unmount();
    await pass(900);
    act(() => connection.emit('item', 2, { seq: 101 }));
    const second = renderHook(() => useItems({ key: 'items' }), { wrapper: Provider });
    expect(second.result.current.data).toEqual([1, 2]);
    expect(fetched).toHaveBeenCalledOnce();
    second.unmount();
    await pass(1000);
    expect(connection.listeners()).toBe(0);
    renderHook(() => useItems({ key: 'items' }), { wrapper: Provider });
    await pass(200);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('is one request for all components with its key', async () => {
    const Item = () => <p>{String(useItems({ key: 'items' }).data)}</p>;
    const page = render(
      <Provider>
        <Item />
        <Item />
      </Provider>,
    );
    await pass(200);
    expect(fetched).toHaveBeenCalledOnce();
    expect(page.container.textContent).toBe('11');
  });

  it('calls the newest functions, and makes no other query for new ones', async () => {
    const { rerender, result } = renderHook(
      ({ factor }) => useItems({ apply: (data, event) => [...data, Number(event.data) * factor] }),
      { wrapper: Provider, initialProps: { factor: 1 } },
    );
    await pass(200);
    rerender({ factor: 10 });
    act(() => connection.emit('note', 2, { seq: 101 }));
    frame();
    expect(result.current.data).toEqual([1, 20]);
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('is another query for another key, and shows nothing of the former', async () => {
    const { rerender, result } = renderHook(({ key }) => useItems({ key }), {
      wrapper: Provider,
      initialProps: { key: 'a' },
    });
    await pass(200);
    fetched.mockResolvedValue({ data: [7], position: 'e.100' });
    rerender({ key: 'b' });
    expect(result.current).toMatchObject({ state: 'loading', data: undefined });
    await pass(200);
    expect(result.current.data).toEqual([7]);
  });

  it('shows nothing of the former user from the moment on', async () => {
    const { result } = renderHook(() => useItems(), { wrapper: Provider });
    await pass(200);
    act(() => connection.changeIdentity());
    expect(result.current).toMatchObject({ state: 'loading', data: undefined });
  });

  it('does nothing while it is not enabled, and has no data then', async () => {
    const { rerender, result } = renderHook(({ enabled }) => useItems({ enabled }), {
      wrapper: Provider,
      initialProps: { enabled: false },
    });
    await pass(200);
    expect(fetched).not.toHaveBeenCalled();
    rerender({ enabled: true });
    await pass(200);
    expect(result.current.data).toEqual([1]);
    rerender({ enabled: false });
    expect(result.current.data).toBeUndefined();
  });

  it('throws nothing of fetch: it is the error, and refetch asks at once', async () => {
    connection.setWait(() => null);
    fetched.mockRejectedValueOnce(new Error('no'));
    const { result } = renderHook(() => useItems(), { wrapper: Provider });
    await pass(200);
    expect(result.current).toMatchObject({ state: 'failed', error: new Error('no') });
    act(() => result.current.refetch());
    await pass(20);
    expect(result.current).toMatchObject({ state: 'live', error: null });
  });

  it('throws for what can be no query', () => {
    expect(() => renderHook(() => useItems({ events: [] }), { wrapper: Provider })).toThrow(
      ConnectionError,
    );
  });

  it('goes with its connection', async () => {
    const { result, rerender } = renderHook(() => useItems({ key: 'a' }), { wrapper: Provider });
    await pass(200);
    const former = connection;
    connection = createFakeConnection({}, liveStatus);
    fetched.mockResolvedValue({ data: [8], position: null });
    rerender();
    expect(result.current.data).toBeUndefined();
    await pass(1200);
    expect(former.listeners()).toBe(0);
    expect(result.current.data).toEqual([8]);
  });
});
