// @vitest-environment jsdom
// The hooks that give one thing each, and what may be asked of them: no render that nobody asked for.
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { Component, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { EventOf, RegisteredEvents, Status } from '../../../js-bindings/src/client/types.js';
import {
  RealtimeProvider,
  type RealtimeProviderProps,
  useConnection,
  useConnectionStatus,
  useEvent,
  useEventBuffer,
  useFreshness,
  useSend,
  useWebSocket,
} from '../../../js-bindings/src/react/index.js';
import {
  createFakeConnection,
  type FakeConnection,
  liveStatus,
  waitingStatus,
} from './fake-connection.js';

let connection: FakeConnection;
let renders = 0;

const wrapper = ({ children }: { children: ReactNode }) => (
  <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
);

function countRenders<Props, Result>(hook: (props: Props) => Result, initialProps?: Props) {
  renders = 0;
  const count = (props: Props) => {
    renders += 1;
    return hook(props);
  };
  return renderHook(count, { wrapper, ...(initialProps !== undefined && { initialProps }) });
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly said: string }> {
  override state = { said: '' };
  static getDerivedStateFromError = ({ message }: Error) => ({ said: message });
  override render() {
    return this.state.said ? `${this.state.said}, ` : this.props.children;
  }
}

beforeEach(() => {
  connection = createFakeConnection({}, liveStatus);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('useConnection', () => {
  it('is the connection itself, and follows the provider to another one', () => {
    const { result, rerender } = countRenders(useConnection);
    expect(result.current).toBe(connection);
    act(() => connection.setStatus(waitingStatus));
    expect(renders).toBe(1);
    connection = createFakeConnection();
    rerender();
    expect(result.current).toBe(connection);
  });

  it('is null on a server', () => {
    const Shown = () => <>{String(useConnection())}</>;
    expect(renderToString(wrapper({ children: <Shown /> }))).toBe('null');
  });
});

describe('useConnectionStatus with a selector', () => {
  it('renders when what is selected changes, and then only', () => {
    const { result } = countRenders(() => useConnectionStatus((status) => status.state));
    expectTypeOf(result.current).toEqualTypeOf<Status['state']>();
    act(() => connection.setStatus({ attempt: 1 }));
    act(() => connection.setStatus({ attempt: 2 }));
    expect(renders).toBe(1);
    act(() => connection.setStatus(waitingStatus));
    expect(result.current).toBe('reconnecting');
    expect(renders).toBe(2);
  });

  it('may make a new object each time, and be another function on each render', () => {
    const { result, rerender } = countRenders(
      ({ member }: { member: 'attempt' | 'phase' }) =>
        useConnectionStatus((status) => ({ value: status[member] })),
      { member: 'attempt' },
    );
    expect(result.current).toEqual({ value: 0 });
    act(() => connection.setStatus({ attempt: 3 }));
    expect(result.current).toEqual({ value: 3 });
    rerender({ member: 'phase' });
    expect(result.current).toEqual({ value: 'ready' });
    expect(renders).toBe(3);
  });

  it('tells undefined from a change: NaN and undefined are what they were', () => {
    countRenders(() => useConnectionStatus(({ attempt }) => (attempt > 9 ? attempt : Number.NaN)));
    act(() => connection.setStatus({ attempt: 1 }));
    expect(renders).toBe(1);
    act(() => connection.setStatus({ attempt: 10 }));
    expect(renders).toBe(2);
  });

  it('that throws takes the part of the page around it, and no other', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const Picky = () => {
      const state = useConnectionStatus((status) => {
        if (status.state === 'reconnecting') throw new Error('no word for this');
        return status.state;
      });
      return <>{`picky ${state}, `}</>;
    };
    const Plain = () => <>{`plain ${useConnectionStatus((status) => status.state)}`}</>;
    const { container } = render(
      wrapper({
        children: (
          <>
            <Boundary>
              <Picky />
            </Boundary>
            <Plain />
          </>
        ),
      }),
    );
    expect(container.textContent).toBe('picky connected, plain connected');
    act(() => connection.setStatus(waitingStatus));
    expect(container.textContent).toBe('no word for this, plain reconnecting');
  });

  it('selects from what a server says, too', () => {
    const Shown = () => <>{useConnectionStatus(({ phase }) => phase)}</>;
    expect(renderToString(wrapper({ children: <Shown /> }))).toBe('loading');
  });
});

describe('useSend', () => {
  it('sends by the same function always, and never renders', async () => {
    const { result } = countRenders(useSend);
    const send = result.current;
    act(() => connection.setStatus(waitingStatus));
    act(() => connection.setStatus(liveStatus));
    expect(renders).toBe(1);
    expect(await send('note', 1)).toEqual({ sentAt: expect.any(Number) });
    expect(result.current).toBe(send);
  });
});

describe('useWebSocket', () => {
  it('connects beside disconnecting and reconnecting', () => {
    const { result } = countRenders(useWebSocket);
    result.current.connect();
    expect(connection.commands).toEqual(['connect']);
  });

  it('subscribes for batches as the connection does', () => {
    const subscribe = vi.spyOn(connection, 'subscribe');
    const { result } = countRenders(useWebSocket);
    const options = { batch: 'frame', coalesceBy: 'id' } as const;
    result.current.subscribe(
      'new_call',
      (events) => {
        expectTypeOf(events).toEqualTypeOf<readonly EventOf<RegisteredEvents, 'new_call'>[]>();
      },
      options,
    );
    expect(subscribe).toHaveBeenCalledExactlyOnceWith('new_call', expect.any(Function), options);
  });

  it('throws for what can be no subscription, with and without a connection', () => {
    const { result } = countRenders(useWebSocket);
    expect(() => result.current.subscribe('a*b', () => {})).toThrow('subscribe: a pattern');
    const none = renderHook(useWebSocket, {
      wrapper: ({ children }) => <RealtimeProvider connection={null}>{children}</RealtimeProvider>,
    });
    expect(() => none.result.current.subscribe('a*b', () => {})).toThrow('subscribe: a pattern');
  });
});

describe('useEvent', () => {
  it('passes batching on, with the newest handler and the newest key', () => {
    const subscribe = vi.spyOn(connection, 'subscribe');
    const handled: unknown[] = [];
    const hook = ({ name }: { name: string }) =>
      useEvent(
        'new_call',
        (events) => {
          expectTypeOf(events).toEqualTypeOf<readonly EventOf<RegisteredEvents, 'new_call'>[]>();
          handled.push([name, events]);
        },
        { batch: 'frame', coalesceBy: () => name },
      );
    const { rerender } = countRenders(hook, { name: 'first' });
    rerender({ name: 'second' });
    expect(subscribe).toHaveBeenCalledOnce();
    const [, handler, options] = subscribe.mock.calls[0] as unknown as [
      string,
      (events: unknown) => void,
      { batch: string; coalesceBy: (event: unknown) => unknown },
    ];
    handler(['events']);
    expect(handled).toEqual([['second', ['events']]]);
    expect([options.batch, options.coalesceBy({})]).toEqual(['frame', 'second']);
  });

  it('subscribes again for another name of a key, and leaves no key out of batches', () => {
    const subscribe = vi.spyOn(connection, 'subscribe');
    const hook = ({ by }: { by: string | undefined }) =>
      useEvent('tick', () => {}, { batch: 'frame', coalesceBy: by });
    const { rerender } = countRenders(hook, { by: 'id' } as { by: string | undefined });
    rerender({ by: undefined });
    expect(subscribe.mock.calls.map(([, , options]) => options)).toEqual([
      { batch: 'frame', coalesceBy: 'id' },
      { batch: 'frame' },
    ]);
  });

  it('hears nothing while it is not enabled', () => {
    const handler = vi.fn();
    const hook = ({ enabled }: { enabled: boolean | undefined }) =>
      useEvent('tick', handler, { enabled });
    const { rerender } = countRenders(hook, { enabled: false } as { enabled: boolean | undefined });
    connection.emit('tick');
    rerender({ enabled: undefined });
    connection.emit('tick');
    expect(handler).toHaveBeenCalledOnce();
    rerender({ enabled: false });
    connection.emit('tick');
    expect(handler).toHaveBeenCalledOnce();
  });
});

it('props and options that are undefined are as if they were left out', () => {
  const absent = { options: undefined, identity: undefined, enabled: undefined };
  expectTypeOf(absent).toExtend<RealtimeProviderProps>();
  const { result } = renderHook(
    () => {
      useEvent('new_call', () => {}, { enabled: undefined, batch: undefined });
      useEvent('new_call', () => {}, { batch: 'frame', coalesceBy: undefined, enabled: undefined });
      useEventBuffer('tick', { limit: undefined, coalesceBy: undefined, keepAs: undefined });
      return useConnectionStatus(({ state }) => state);
    },
    {
      wrapper: ({ children }) => (
        <RealtimeProvider connection={undefined} {...absent}>
          {children}
        </RealtimeProvider>
      ),
    },
  );
  expect(result.current).toBe('connecting');
});

describe('a hook that is asked for what cannot be', () => {
  const hears: Readonly<Record<string, () => void>> = {
    useEvent: () => useEvent('bad', () => {}),
    useEventBuffer: () => void useEventBuffer('bad'),
    useFreshness: () => void useFreshness('bad', 1000),
  };

  it.each(Object.entries(hears))('%s: it is reported, and the page stays', (_, useBad) => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    vi.spyOn(connection, 'subscribe').mockImplementation((type) => {
      throw new Error(type);
    });
    const Bad = () => {
      useBad();
      return null;
    };
    const { container } = render(
      wrapper({
        children: (
          <>
            <Bad />
            here
          </>
        ),
      }),
    );
    expect(container.textContent).toBe('here');
    expect(reported).toHaveBeenCalledExactlyOnceWith(new Error('bad'));
    vi.unstubAllGlobals();
  });

  const limits = [Number.NaN, 0, -1, 1.5, Number.POSITIVE_INFINITY, 1e9, '7' as unknown as number];

  it.each(limits)('useEventBuffer with the limit %s says what it may be', (limit) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => countRenders(() => useEventBuffer('tick', { limit }))).toThrow(
      'limit must be an integer from 1 to 100000',
    );
  });

  it.each([Number.NaN, 0, -1, Number.POSITIVE_INFINITY])(
    'useFreshness with the age %s says what it may be',
    (maxAgeMs) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      expect(() => countRenders(() => useFreshness('tick', maxAgeMs))).toThrow(
        'maxAgeMs must be a number of milliseconds above 0',
      );
    },
  );
});
