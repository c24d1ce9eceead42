// @vitest-environment jsdom
// What a provider does with its connection as props change: who is told what, and when.
import { act, cleanup, render } from '@testing-library/react';
import * as react from 'react';
import { type ReactNode, StrictMode, useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionOptions } from '../../../js-bindings/src/client/types.js';
import {
  RealtimeProvider,
  type RealtimeProviderProps,
  useConnection,
  useConnectionStatus,
  useEvent,
  useWebSocket,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: (options: ConnectionOptions) => {
    const connection = createFakeConnection(options);
    made.push(connection);
    return connection;
  },
}));

const { Activity } = react as Partial<typeof react>;
const alive = () => made.filter((connection) => !connection.disposed());
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

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
  vi.unstubAllEnvs();
});

/** Sends under the name of whoever is signed in, from an effect. */
function Greeter({ name }: { readonly name: string }): ReactNode {
  const { send } = useWebSocket();
  useEffect(() => void send(`hello-${name}`), [send, name]);
  return null;
}

describe('who is signed in', () => {
  const commandsOf = (provider: (identity: string) => ReactNode): readonly string[] => {
    const { rerender } = render(provider('ann'));
    rerender(provider('bob'));
    return made[0]?.commands ?? [];
  };

  it('is told to a connection of the provider’s before its children’s effects', () => {
    const commands = commandsOf((identity) => (
      <RealtimeProvider identity={identity}>
        <Greeter name={identity} />
      </RealtimeProvider>
    ));
    expect(commands).toEqual(['send:hello-ann', 'setIdentity:bob', 'send:hello-bob']);
  });

  it('is told to a given connection before the children’s effects', () => {
    const connection = createFakeConnection();
    made.push(connection);
    const commands = commandsOf((identity) => (
      <RealtimeProvider connection={connection} identity={identity}>
        <Greeter name={identity} />
      </RealtimeProvider>
    ));
    expect(commands).toEqual([
      'setIdentity:ann',
      'send:hello-ann',
      'setIdentity:bob',
      'send:hello-bob',
    ]);
  });

  const variants: Readonly<Record<string, () => Partial<RealtimeProviderProps>>> = {
    'its own connection': () => ({}),
    'a given one': () => {
      const connection = createFakeConnection();
      made.push(connection);
      return { connection };
    },
  };

  describe.each(Object.entries(variants))('of %s', (_, variant) => {
    it('is nobody once a name was given and is left out, which developers are told once', () => {
      const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const props = variant();
      const page = (identity: string | undefined) => (
        <RealtimeProvider {...(props as RealtimeProviderProps)} identity={identity} />
      );
      const { rerender } = render(page('ann'));
      rerender(page(undefined));
      rerender(page('bob'));
      rerender(page(undefined));
      expect(made[0]?.commands.slice(-3)).toEqual([
        'setIdentity:null',
        'setIdentity:bob',
        'setIdentity:null',
      ]);
      expect(log).toHaveBeenCalledOnce();
      expect(log.mock.calls[0]?.[0]).toContain('identity={user?.id ?? null}');
    });

    it('is not warned of in production', () => {
      vi.stubEnv('NODE_ENV', 'production');
      const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const props = variant();
      const page = (identity: string | undefined) => (
        <RealtimeProvider {...(props as RealtimeProviderProps)} identity={identity} />
      );
      const { rerender } = render(page('ann'));
      rerender(page(undefined));
      expect(made[0]?.commands.at(-1)).toBe('setIdentity:null');
      expect(log).not.toHaveBeenCalled();
    });
  });

  it('is not told by a provider that never named anybody', () => {
    const connection = createFakeConnection();
    const { rerender } = render(<RealtimeProvider connection={connection} />);
    rerender(<RealtimeProvider connection={connection} identity={undefined} />);
    expect(connection.commands).toEqual([]);
  });
});

describe('two providers with equal options', () => {
  const two = (
    <>
      <RealtimeProvider />
      <RealtimeProvider />
    </>
  );

  it('keep one connection each in StrictMode', () => {
    render(<StrictMode>{two}</StrictMode>);
    pass(60_000);
    expect(made.map((connection) => connection.disposed())).toEqual([false, false]);
  });

  it.skipIf(!Activity)('keep them where they are hidden and shown again', async () => {
    const page = (mode: 'hidden' | 'visible') => Activity && <Activity mode={mode}>{two}</Activity>;
    const { rerender } = render(page('visible'));
    await act(async () => rerender(page('hidden')));
    await act(async () => rerender(page('visible')));
    pass(60_000);
    expect(made.map((connection) => connection.disposed())).toEqual([false, false]);
  });

  it.skipIf(!Activity)(
    'and one user find their own, in whichever order they come back',
    async () => {
      const Own = ({ at }: { readonly at: number }) => (
        <>{`${at}:${made.indexOf(useConnection() as FakeConnection)} `}</>
      );
      const provider = (at: number, mode: 'hidden' | 'visible') =>
        Activity && (
          <Activity mode={mode}>
            <RealtimeProvider identity="ann">
              <Own at={at} />
            </RealtimeProvider>
          </Activity>
        );
      type Modes = readonly ['hidden' | 'visible', 'hidden' | 'visible'];
      const page = (modes: Modes) => (
        <>
          {modes.map((mode, at) => (
            <i key={String(at)}>{provider(at, mode)}</i>
          ))}
        </>
      );
      const { rerender, container } = render(page(['visible', 'visible']));
      for (const modes of [
        ['hidden', 'visible'],
        ['hidden', 'hidden'],
        ['hidden', 'visible'],
        ['visible', 'visible'],
      ] as Modes[]) {
        await act(async () => rerender(page(modes)));
      }
      pass(60_000);
      expect(container.textContent).toBe('0:0 1:1 ');
      expect(made).toHaveLength(2);
    },
  );
});

describe('a component that disconnects as it goes', () => {
  function Leaver(): ReactNode {
    const { disconnect } = useWebSocket();
    useEffect(() => disconnect, [disconnect]);
    return null;
  }

  it('is no dead end in StrictMode: the connection is opened again', () => {
    render(
      <StrictMode>
        <RealtimeProvider>
          <Leaver />
        </RealtimeProvider>
      </StrictMode>,
    );
    expect(made[0]?.commands).toEqual(['disconnect', 'connect']);
  });

  it('leaves it closed where nothing connects unasked', () => {
    render(
      <StrictMode>
        <RealtimeProvider options={{ autoConnect: false }}>
          <Leaver />
        </RealtimeProvider>
      </StrictMode>,
    );
    expect(made[0]?.commands).toEqual(['disconnect']);
  });
});

describe('a connection that is not there yet', () => {
  it('makes the provider wait for it, without one of its own and without mounting children again', () => {
    const mounted = vi.fn();
    const heard = vi.fn();
    function Child(): ReactNode {
      useEffect(mounted, []);
      useEvent('tick', heard);
      return useConnectionStatus().state;
    }
    const page = (connection: FakeConnection | null | undefined) => (
      <RealtimeProvider connection={connection} identity="ann">
        <Child />
      </RealtimeProvider>
    );
    const { rerender, container } = render(page(undefined));
    rerender(page(null));
    pass(60_000);
    expect(made).toHaveLength(0);
    expect(container.textContent).toBe('connecting');
    const connection = createFakeConnection({}, liveStatus);
    rerender(page(connection));
    expect(container.textContent).toBe('connected');
    expect(connection.commands).toEqual(['setIdentity:ann']);
    act(() => connection.emit('tick'));
    expect(heard).toHaveBeenCalledOnce();
    expect(mounted).toHaveBeenCalledOnce();
  });

  it('and one that takes the place of the provider’s own ends that, and keeps the children', () => {
    const mounted = vi.fn();
    const Child = () => {
      useEffect(mounted, []);
      return null;
    };
    const { rerender } = render(
      <RealtimeProvider>
        <Child />
      </RealtimeProvider>,
    );
    rerender(
      <RealtimeProvider connection={createFakeConnection()}>
        <Child />
      </RealtimeProvider>,
    );
    expect(alive()).toHaveLength(0);
    expect(mounted).toHaveBeenCalledOnce();
  });
});

describe('options that an open link takes in', () => {
  it('change without another connection: the newest sink and level count at once', () => {
    const lines: string[] = [];
    const page = (options: ConnectionOptions) => <RealtimeProvider options={options} />;
    const { rerender } = render(page({}));
    const say = () => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) {
        made[0]?.options.log?.(level, level);
      }
      return lines.splice(0);
    };
    const log = (name: string) => (_: string, text: string) => void lines.push(`${name} ${text}`);
    rerender(page({ log: log('one') }));
    expect(say()).toEqual(['one warn', 'one error']);
    rerender(page({ log: log('two'), logLevel: 'debug' }));
    expect(say()).toEqual(['two debug', 'two info', 'two warn', 'two error']);
    rerender(page({ log: log('two'), logLevel: 'silent' }));
    expect(say()).toEqual([]);
    expect(made).toHaveLength(1);
    expect(made[0]?.disposed()).toBe(false);
    expect(made[0]?.options.logLevel).toBe('debug');
  });

  it('go to the console where there is no sink any more', () => {
    const { rerender } = render(<RealtimeProvider options={{ log: () => {} }} />);
    rerender(<RealtimeProvider />);
    made[0]?.options.log?.('error', 'the text');
    expect(consoleError).toHaveBeenCalledExactlyOnceWith('[keepline] the text');
  });
});
