// @vitest-environment jsdom
// What the hooks give to a component, and when they make it render.
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  RealtimeProvider,
  useConnectionStatus,
  useEvent,
  useLatestEvent,
  useReconnected,
  useWebSocket,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import {
  createFakeConnection,
  type FakeConnection,
  fakeError,
  liveStatus,
  waitingStatus,
} from './fake-connection.js';

let connection: FakeConnection;

const wrapper = ({ children }: { children: ReactNode }) => (
  <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
);

vi.mock('../../../js-bindings/src/index.js', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createConnection: () => createFakeConnection(),
}));

const owning = ({ children }: { children: ReactNode }) => {
  vi.useFakeTimers();
  return <RealtimeProvider>{children}</RealtimeProvider>;
};

beforeEach(() => {
  connection = createFakeConnection({}, liveStatus);
});

afterEach(cleanup);

describe('useConnectionStatus', () => {
  it('is the connection’s own snapshot and follows it', () => {
    const { result } = renderHook(useConnectionStatus, { wrapper });
    expect(result.current).toBe(connection.status());
    act(() => connection.setStatus(waitingStatus));
    expect(result.current).toBe(connection.status());
  });

  it('follows the provider to another connection', () => {
    const { result, rerender } = renderHook(useConnectionStatus, { wrapper });
    const former = connection;
    connection = createFakeConnection({}, waitingStatus);
    rerender();
    expect(result.current).toBe(connection.status());
    expect(former.listeners()).toBe(0);
  });
});

describe('useWebSocket', () => {
  it('gives the state in the words of a hand-written hook', () => {
    const { result } = renderHook(useWebSocket, { wrapper });
    expect(result.current.isConnected).toBe(true);
    expect(result.current.connectionError).toBeNull();
    const error = fakeError('network', 'The network failed.', 'Check it.');
    act(() => connection.setStatus({ ...waitingStatus, error }));
    expect(result.current.isConnected).toBe(false);
    expect(result.current.connectionError).toBe('The network failed.');
    expect(result.current.status.error?.remedy).toBe('Check it.');
  });

  it('passes commands on by functions that stay the same', async () => {
    const { result } = renderHook(useWebSocket, { wrapper });
    const { subscribe, send, reconnect, disconnect } = result.current;
    act(() => connection.setStatus(waitingStatus));
    expect(result.current).toMatchObject({ subscribe, send, reconnect, disconnect });
    reconnect();
    disconnect();
    const receipt = send('note', 1);
    connection.sent[0]?.resolve({ sentAt: 1 });
    expect(await receipt).toEqual({ sentAt: 1 });
    expect(connection.commands).toEqual(['reconnect', 'disconnect', 'send:note']);
  });

  it('subscribes until undone or aborted', () => {
    const { result } = renderHook(useWebSocket, { wrapper });
    const handler = vi.fn();
    const abort = new AbortController();
    const listening = connection.listeners();
    const off = result.current.subscribe('new_call', handler);
    result.current.subscribe('new_call', handler, { signal: abort.signal });
    connection.emit('new_call');
    expect(handler).toHaveBeenCalledTimes(2);
    off();
    abort.abort();
    expect(connection.listeners()).toBe(listening);
  });

  it('is the same object until the status changes, so that an effect may depend on it', () => {
    const { result, rerender } = renderHook(useWebSocket, { wrapper });
    const first = result.current;
    rerender();
    expect(result.current).toBe(first);
    act(() => connection.setStatus(waitingStatus));
    expect(result.current).not.toBe(first);
  });

  it('leaves nothing on a signal that outlives its subscriptions', () => {
    const { result } = renderHook(useWebSocket, { wrapper });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    result.current.subscribe('new_call', vi.fn(), { signal })();
    expect(added).toHaveBeenCalled();
    // In whatever order: the connection puts its own there, too.
    expect(new Set(removed.mock.calls.map(([, undo]) => undo))).toEqual(
      new Set(added.mock.calls.map(([, undo]) => undo)),
    );
  });

  it('subscribes nothing for a signal that was aborted before', () => {
    const { result } = renderHook(useWebSocket, { wrapper });
    const listening = connection.listeners();
    const handler = vi.fn();
    result.current.subscribe('new_call', handler, { signal: AbortSignal.abort() });
    connection.emit('new_call');
    expect(handler).not.toHaveBeenCalled();
    expect(connection.listeners()).toBe(listening);
  });

  it('rejects to send where there is no connection any more, and says what to do', async () => {
    const { result, unmount } = renderHook(useWebSocket, { wrapper: owning });
    unmount();
    vi.runAllTimers();
    vi.useRealTimers();
    await expect(result.current.send('late')).rejects.toThrow('effect or an event handler');
    expect(() => result.current.reconnect()).not.toThrow();
  });
});

describe('useEvent', () => {
  it('calls the newest handler, and subscribes once', () => {
    const calls: string[] = [];
    const { rerender } = renderHook(
      ({ name }) => useEvent('new_call', () => void calls.push(name)),
      { wrapper, initialProps: { name: 'first' } },
    );
    const listening = connection.listeners();
    rerender({ name: 'second' });
    expect(connection.listeners()).toBe(listening);
    connection.emit('new_call');
    expect(calls).toEqual(['second']);
  });

  it('never renders by itself', () => {
    let renders = 0;
    renderHook(
      () => {
        renders += 1;
        useEvent('new_call', () => {});
      },
      { wrapper },
    );
    act(() => {
      connection.emit('new_call');
      connection.setStatus(waitingStatus);
    });
    expect(renders).toBe(1);
  });

  it('moves to another type with the component', () => {
    const handler = vi.fn();
    const { rerender } = renderHook(({ type }) => useEvent(type, handler), {
      wrapper,
      initialProps: { type: 'new_call' },
    });
    rerender({ type: 'import_*' });
    connection.emit('new_call');
    connection.emit('import_error');
    expect(handler).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ type: 'import_error' }),
    );
  });

  it('takes any event where none is registered', () => {
    renderHook(
      () => {
        useEvent('new_call', (event) => {
          expectTypeOf(event.data).toEqualTypeOf<unknown>();
        });
        const percent = useLatestEvent('import_progress', ({ type }) => type.length);
        expectTypeOf(percent).toEqualTypeOf<number | null>();
      },
      { wrapper },
    );
  });
});

it('useReconnected calls the newest handler with what is known of the gap', () => {
  const calls: unknown[] = [];
  const { rerender } = renderHook(
    ({ name }) => useReconnected((gap) => void calls.push([name, gap])),
    { wrapper, initialProps: { name: 'first' } },
  );
  rerender({ name: 'second' });
  const gap = { downMs: 1200, identityChanged: false, missed: 'unknown' } as const;
  connection.emitReconnected(gap);
  expect(calls).toEqual([['second', gap]]);
});

describe('in StrictMode', () => {
  it('every hook listens once, and leaves nothing behind', () => {
    const called = vi.fn();
    const { unmount } = renderHook(
      () => {
        useConnectionStatus();
        useWebSocket();
        useLatestEvent('new_call');
        useEvent('new_call', () => called('event'));
        useReconnected(() => called('reconnected'));
      },
      { wrapper: ({ children }) => <StrictMode>{wrapper({ children })}</StrictMode> },
    );
    act(() => {
      connection.emit('new_call');
      connection.emitReconnected({ downMs: 1, identityChanged: false, missed: 'unknown' });
    });
    expect(called.mock.calls).toEqual([['event'], ['reconnected']]);
    unmount();
    expect(connection.listeners()).toBe(0);
  });
});

it('belongs to the nearest of two providers', () => {
  const outer = createFakeConnection({}, liveStatus);
  const inner = createFakeConnection({}, waitingStatus);
  const heard = vi.fn();
  function Listener({ name }: { name: string }) {
    useEvent('new_call', () => heard(name));
    const { status } = useWebSocket();
    return <p>{`${name} ${status.state}`}</p>;
  }
  const { container } = render(
    <RealtimeProvider connection={outer}>
      <Listener name="outer" />
      <RealtimeProvider connection={inner}>
        <Listener name="inner" />
      </RealtimeProvider>
    </RealtimeProvider>,
  );
  expect(container.textContent).toBe('outer connectedinner reconnecting');
  act(() => inner.emit('new_call'));
  expect(heard.mock.calls).toEqual([['inner']]);
  act(() => outer.setStatus(waitingStatus));
  expect(container.textContent).toBe('outer reconnectinginner reconnecting');
});

describe('outside a provider', () => {
  it.each([
    ['useConnectionStatus', useConnectionStatus],
    ['useWebSocket', useWebSocket],
    ['useEvent', () => useEvent('new_call', () => {})],
    ['useLatestEvent', () => useLatestEvent('new_call')],
    ['useReconnected', () => useReconnected(() => {})],
    ['WebSocketStatusIndicator', () => WebSocketStatusIndicator({})],
  ])('%s says what is missing and what to do', (name, hook) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => renderHook(hook)).toThrow(`${name} was used outside a provider`);
    expect(() => renderHook(hook)).toThrow('<RealtimeProvider');
    vi.restoreAllMocks();
  });
});
