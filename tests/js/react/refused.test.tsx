// @vitest-environment jsdom
// A provider without a link: since something was refused, or since it is switched off.
import { cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode, useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionOptions } from '../../../js-bindings/src/client/types.js';
import {
  RealtimeProvider,
  useConnection,
  useConnectionStatus,
  useEvent,
  useSend,
  useWebSocket,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

// Refuses what the connection would, by its own checks.
vi.mock('../../../js-bindings/src/index.js', async () => {
  const { checkOptions } = await import('../../../js-bindings/src/client/options.js');
  return {
    createConnection: (options: ConnectionOptions) => {
      checkOptions(options);
      const connection = createFakeConnection(options);
      made.push(connection);
      return connection;
    },
  };
});

const alive = () => made.filter((connection) => !connection.disposed());

let consoleError: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
  consoleError = vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  cleanup();
  vi.runAllTimers();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('what is refused', () => {
  function Page(): ReactNode {
    const { status, send } = useWebSocket();
    const connection = useConnection();
    useEvent('tick', () => {});
    useEffect(() => void send('hello'), [send]);
    return `${status.state} ${status.phase} ${status.error?.kind} ${status.canRetry} ${connection}`;
  }
  const refused = 'disconnected refused option_invalid false null';
  const wrongOptions: Readonly<Record<string, [wrong: object, right: object]>> = {
    'a wrong number': [{ connectTimeoutMs: 1 }, { connectTimeoutMs: 5000 }],
    'a wrong level': [{ logLevel: 'loud' }, { logLevel: 'info' }],
    'a numeric identity': [{ identity: 7 }, { identity: 'ann' }],
  };

  it.each(Object.entries(wrongOptions))(
    '%s is the status, is said once, and is over when it is corrected',
    (_, [wrong, right]) => {
      const page = (options: ConnectionOptions) => (
        <StrictMode>
          <RealtimeProvider options={{ ...options }}>
            <Page />
          </RealtimeProvider>
        </StrictMode>
      );
      const { container, rerender } = render(page(wrong));
      expect(container.textContent).toBe(refused);
      rerender(page(wrong));
      expect(container.textContent).toBe(refused);
      expect(consoleError).toHaveBeenCalledOnce();
      expect(consoleError.mock.calls[0]?.[0]).toContain('[keepline] A setting of this page');
      rerender(page(right));
      expect(container.textContent).toContain('connecting dialling');
      expect(alive()).toHaveLength(1);
      rerender(page(wrong));
      expect(container.textContent).toBe(refused);
      expect(alive()).toHaveLength(0);
    },
  );

  it('is said to the application’s own sink', () => {
    const log = vi.fn();
    render(<RealtimeProvider options={{ connectTimeoutMs: 1, log }} />);
    expect(log).toHaveBeenCalledExactlyOnceWith(
      'error',
      expect.stringContaining('connectTimeoutMs must be'),
    );
    expect(consoleError).not.toHaveBeenCalled();
  });

  it('takes options that go in circles for what they are, and does not fail while rendering', () => {
    const circle: Record<string, unknown> = { connectTimeoutMs: 1 };
    circle['backoff'] = circle;
    const { container } = render(
      <RealtimeProvider options={circle as ConnectionOptions}>
        <Page />
      </RealtimeProvider>,
    );
    expect(container.textContent).toBe(refused);
  });

  it('as the identity of a given connection signs out whoever was signed in', () => {
    const connection = createFakeConnection({}, liveStatus);
    const page = (identity: unknown) => (
      <RealtimeProvider connection={connection} identity={identity as string}>
        <Page />
      </RealtimeProvider>
    );
    const { container, rerender } = render(page('ann'));
    rerender(page(7));
    expect(container.textContent).toBe(refused);
    expect(connection.commands.at(-1)).toBe('setIdentity:null');
    rerender(page('bob'));
    expect(container.textContent).toContain('connected ready');
    expect(connection.commands.at(-1)).toBe('setIdentity:bob');
  });

  it('rejects to send, and says why', async () => {
    const { result } = renderHook(useSend, {
      wrapper: ({ children }) => (
        <RealtimeProvider options={{ connectTimeoutMs: 1 }}>{children}</RealtimeProvider>
      ),
    });
    await expect(result.current('hello')).rejects.toMatchObject({
      name: 'SendError',
      kind: 'disconnected',
      message: expect.stringContaining('connectTimeoutMs must be a number from 1000'),
    });
  });
});

describe('enabled={false}', () => {
  const Page = () => {
    const { state, reason } = useConnectionStatus();
    return <>{`${state} ${reason}`}</>;
  };

  it('makes no connection, says so from the first render, and connects when it is true', async () => {
    const { result } = renderHook(useSend, {
      wrapper: ({ children }) => <RealtimeProvider enabled={false}>{children}</RealtimeProvider>,
    });
    await expect(result.current('hello')).rejects.toThrow('enabled={false}');
    const seen: string[] = [];
    const Watch = () => {
      const { state, reason } = useConnectionStatus();
      seen.push(`${state} ${reason}`);
      return null;
    };
    const page = (enabled: boolean | undefined) => (
      <RealtimeProvider enabled={enabled}>
        <Watch />
      </RealtimeProvider>
    );
    const { rerender } = render(page(false));
    expect(made).toHaveLength(0);
    expect(new Set(seen)).toEqual(new Set(['disconnected application']));
    rerender(page(undefined));
    expect(made).toHaveLength(1);
    expect(seen.at(-1)).toBe('connecting null');
  });

  it('closes a connection that was open, and true opens the same one', () => {
    const mounted = vi.fn();
    const Child = () => {
      useEffect(mounted, []);
      return null;
    };
    const page = (enabled: boolean, path = '/ws') => (
      <RealtimeProvider enabled={enabled} options={{ path }}>
        <Child />
      </RealtimeProvider>
    );
    const { rerender } = render(page(true));
    rerender(page(false));
    rerender(page(false));
    rerender(page(true));
    rerender(page(false));
    expect(made[0]?.commands).toEqual(['disconnect', 'connect', 'disconnect']);
    expect(alive()).toHaveLength(1);
    rerender(page(false, '/other'));
    expect(alive()).toHaveLength(0);
    rerender(page(true, '/other'));
    expect(alive()).toHaveLength(1);
    expect(mounted).toHaveBeenCalledOnce();
  });

  it('stays off through StrictMode', () => {
    const page = (enabled: boolean) => (
      <StrictMode>
        <RealtimeProvider enabled={enabled}>
          <Page />
        </RealtimeProvider>
      </StrictMode>
    );
    const { container, rerender } = render(page(false));
    expect(container.textContent).toBe('disconnected application');
    expect(made).toHaveLength(0);
    rerender(page(true));
    expect(made).toHaveLength(1);
  });

  it('closes and opens a given connection', () => {
    const connection = createFakeConnection();
    const page = (enabled: boolean) => (
      <StrictMode>
        <RealtimeProvider connection={connection} enabled={enabled} />
      </StrictMode>
    );
    const { rerender } = render(page(true));
    expect(connection.commands).toEqual([]);
    rerender(page(false));
    rerender(page(true));
    expect(connection.commands).toEqual(['disconnect', 'connect']);
  });
});
