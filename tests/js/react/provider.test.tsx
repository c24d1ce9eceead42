// @vitest-environment jsdom
// One connection per provider, through everything that React does to a component.
import { act, cleanup, render } from '@testing-library/react';
import { type ReactNode, StrictMode, Suspense, useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionOptions } from '../../../js-bindings/src/client/types.js';
import {
  RealtimeProvider,
  useEvent,
  useLatestEvent,
  useWebSocket,
} from '../../../js-bindings/src/react/index.js';
import { releaseAfterMs } from '../../../js-bindings/src/react/leases.js';
import { createFakeConnection, type FakeConnection } from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: (options: ConnectionOptions) => {
    const connection = createFakeConnection(options);
    made.push(connection);
    return connection;
  },
}));

const alive = () => made.filter((connection) => !connection.disposed());

function only(): FakeConnection {
  const [connection, ...others] = alive();
  if (!connection || others.length > 0) throw new Error(`${alive().length} connections are alive`);
  return connection;
}

/** A component that is suspended until `promise` resolves. */
function suspending(promise: Promise<void>) {
  let resolved = false;
  const done = promise.then(() => {
    resolved = true;
  });
  return () => {
    if (!resolved) throw done;
    return 'ready';
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
});

afterEach(() => {
  cleanup();
  vi.runAllTimers();
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

describe('one connection', () => {
  it('is made in StrictMode, whose double mount neither doubles nor ends it', () => {
    render(
      <StrictMode>
        <RealtimeProvider />
      </StrictMode>,
    );
    pass(60_000);
    expect(made).toHaveLength(1);
    expect(only().disposed()).toBe(false);
  });

  it('is not made by rendering', async () => {
    const Waiting = suspending(new Promise<void>(() => {}));
    await act(async () =>
      render(
        <Suspense fallback="…">
          <RealtimeProvider>
            <Waiting />
          </RealtimeProvider>
        </Suspense>,
      ),
    );
    pass(60_000);
    expect(made).toHaveLength(0);
  });

  it('outlives content that is suspended', async () => {
    let resolve = () => {};
    const later = new Promise<void>((done) => {
      resolve = done;
    });
    const Waiting = suspending(later);
    const page = (content: ReactNode) => (
      <Suspense fallback="…">
        <RealtimeProvider>{content}</RealtimeProvider>
      </Suspense>
    );
    const { rerender, container } = render(page('first'));
    await act(async () => rerender(page(<Waiting />)));
    pass(60_000);
    await act(async () => resolve());
    pass(60_000);
    expect(container.textContent).toContain('ready');
    expect(made).toHaveLength(1);
    expect(only().disposed()).toBe(false);
  });

  it('is disposed a while after its provider has gone, and leaves no listener', () => {
    const Listener = () => {
      useEvent('new_call', () => {});
      useWebSocket();
      return null;
    };
    const { unmount } = render(
      <RealtimeProvider>
        <Listener />
      </RealtimeProvider>,
    );
    const connection = only();
    unmount();
    expect(connection.listeners()).toBe(0);
    pass(releaseAfterMs - 1);
    expect(connection.disposed()).toBe(false);
    pass(1);
    expect(connection.disposed()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('belongs to each of two providers', () => {
    render(
      <>
        <RealtimeProvider identity="ann" />
        <RealtimeProvider identity="ann" />
      </>,
    );
    expect(alive()).toHaveLength(2);
  });
});

describe('a remount', () => {
  const options: ConnectionOptions = { path: '/live' };
  const page = (key: string, identity?: string | null) => (
    <RealtimeProvider key={key} options={options} identity={identity} />
  );

  it('keeps the connection of the person who is still signed in', () => {
    const { rerender } = render(page('first', 'ann'));
    rerender(page('second', 'ann'));
    pass(60_000);
    expect(made).toHaveLength(1);
    expect(only().commands).toEqual(['connect']);
  });

  it('keeps it when it comes a moment later', () => {
    const first = render(page('first', 'ann'));
    first.unmount();
    pass(releaseAfterMs - 1);
    render(page('second', 'ann'));
    pass(60_000);
    expect(made).toHaveLength(1);
    expect(only().disposed()).toBe(false);
  });

  it('never hands one person the connection of another', () => {
    const { rerender } = render(page('ann', 'ann'));
    rerender(page('bob', 'bob'));
    expect(made).toHaveLength(2);
    expect(only().options.identity).toBe('bob');
  });

  it('never guesses who is signed in', () => {
    const { rerender } = render(page('first'));
    rerender(page('second'));
    expect(made).toHaveLength(2);
    expect(alive()).toHaveLength(1);
  });

  it('asks the new provider for tokens from then on', async () => {
    const withToken = (key: string, token: string) => (
      <RealtimeProvider key={key} identity="ann" options={{ getToken: () => token }} />
    );
    const { rerender } = render(withToken('first', 'old'));
    rerender(withToken('second', 'new'));
    const request = { forceRefresh: false, signal: new AbortController().signal };
    expect(await only().options.getToken?.(request)).toBe('new');
  });
});

describe('options', () => {
  it('written in place do not redial, and their newest functions are called', async () => {
    const log = vi.fn();
    const page = (token: string) => (
      <RealtimeProvider
        options={{
          url: () => `wss://${token}.example/live`,
          getToken: async () => token,
          log: (_level, text) => log(token, text),
          subprotocols: (jwt) => [`${token}.${jwt}`],
        }}
      />
    );
    const { rerender } = render(page('first'));
    rerender(page('second'));
    pass(60_000);
    expect(made).toHaveLength(1);
    const { options } = only();
    const request = { forceRefresh: false, signal: new AbortController().signal };
    expect(await options.getToken?.(request)).toBe('second');
    const { url } = options;
    const { signal } = request;
    expect(typeof url === 'function' && url({ attempt: 1, signal })).toBe(
      'wss://second.example/live',
    );
    options.log?.('warn', 'text');
    expect(log).toHaveBeenCalledExactlyOnceWith('second', 'text');
    const { subprotocols } = options;
    expect(typeof subprotocols === 'function' && subprotocols('jwt')).toEqual(['second.jwt']);
  });

  it('that are left out stay left out: a session of cookies has no getToken', () => {
    render(<RealtimeProvider />);
    expect(Object.keys(only().options).sort()).toEqual(['log', 'logLevel']);
  });

  it('of another content replace the connection, and hooks move to the new one', () => {
    const handler = vi.fn();
    const Listener = () => {
      useEvent('new_call', handler);
      return null;
    };
    const page = (path: string) => (
      <RealtimeProvider options={{ path }}>
        <Listener />
      </RealtimeProvider>
    );
    const { rerender } = render(page('/one'));
    const former = only();
    rerender(page('/two'));
    expect(former.disposed()).toBe(true);
    expect(only().options.path).toBe('/two');
    act(() => only().emit('new_call'));
    expect(handler).toHaveBeenCalledOnce();
  });
});

it('of another server and user show nothing of the ones before', () => {
  const Latest = () => <i>{String(useLatestEvent('new_call', (event) => event.data))}</i>;
  const page = (path: string, identity: string) => (
    <RealtimeProvider options={{ path }} identity={identity}>
      <Latest />
    </RealtimeProvider>
  );
  const { container, rerender } = render(page('/one', 'ann'));
  act(() => only().emit('new_call', 'secret'));
  pass(60);
  expect(container.textContent).toBe('secret');
  rerender(page('/two', 'bob'));
  expect(container.textContent).toBe('null');
});

describe('identity', () => {
  it('is given to the connection as it is made, and each change is told once', () => {
    const page = (identity: string | null) => (
      <StrictMode>
        <RealtimeProvider identity={identity} />
      </StrictMode>
    );
    const { rerender } = render(page('ann'));
    expect(only().options.identity).toBe('ann');
    expect(only().commands).toEqual(['connect']);
    rerender(page('ann'));
    rerender(page('bob'));
    rerender(page('bob'));
    rerender(page(null));
    expect(only().commands).toEqual(['connect', 'setIdentity:bob', 'setIdentity:null']);
    expect(made).toHaveLength(1);
  });

  it('of the options is the same when there is no prop', () => {
    const page = (identity: string) => <RealtimeProvider options={{ identity }} />;
    const { rerender } = render(page('ann'));
    rerender(page('bob'));
    expect(made).toHaveLength(1);
    expect(only().options.identity).toBe('ann');
    expect(only().commands).toEqual(['setIdentity:bob']);
  });

  it('null as a prop means nobody, whatever the options say', () => {
    render(<RealtimeProvider identity={null} options={{ identity: 'ann' }} />);
    expect(only().options.identity).toBeNull();
  });
});

describe('a connection made elsewhere', () => {
  it('is used as it is and never disposed', () => {
    const connection = createFakeConnection();
    const { unmount } = render(
      <StrictMode>
        <RealtimeProvider connection={connection} identity="ann" />
      </StrictMode>,
    );
    unmount();
    pass(60_000);
    expect(made).toHaveLength(0);
    expect(connection.disposed()).toBe(false);
    expect(connection.commands).toEqual(['setIdentity:ann']);
  });
});

it('lets children send and subscribe from their first effects', () => {
  const handler = vi.fn();
  const Child = () => {
    const { send, subscribe } = useWebSocket();
    useEffect(() => {
      send('hello');
      return subscribe('new_call', handler);
    }, [send, subscribe]);
    return null;
  };
  render(
    <RealtimeProvider>
      <Child />
    </RealtimeProvider>,
  );
  expect(only().commands).toEqual(['send:hello']);
  act(() => only().emit('new_call'));
  expect(handler).toHaveBeenCalledOnce();
});
