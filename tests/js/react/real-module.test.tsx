// @vitest-environment jsdom
// The built package on a real connection: what hooks promise, and what their functions may throw.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { RealtimeEvent, SendReceipt } from 'keepline';
import { useEffect, useLayoutEffect, useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  useEvent,
  useEventBuffer,
  useLatestEvent,
  useReconnected,
  useWebSocket,
} from '../../../js-bindings/dist/react/index.js';
import { FakeWebSocket } from '../support/fake-web-socket.js';
import { uncaught, useUncaught } from '../support/uncaught.js';
import { advance, page, settle, useWorld, wasmModule } from '../support/world.js';

const options = { page, wasmBinary: wasmModule, log: () => undefined };
const pass = (ms: number) => act(() => advance(ms));
const frameMs = 16;

/** For each group of tests; what was set up last is taken down first. */
function usePage(): void {
  useWorld();
  useUncaught();
  // Frames are then made by timers, which tests can move.
  beforeEach(() => void vi.stubGlobal('requestAnimationFrame', undefined));
  afterEach(cleanup);
}

async function whenDialled(): Promise<void> {
  await vi.waitUntil(async () => {
    await pass(0);
    return FakeWebSocket.made.length > 0;
  });
}

describe('send of useWebSocket', () => {
  usePage();
  let sent: Promise<SendReceipt>;

  function Sender() {
    const { send } = useWebSocket();
    const press = () => {
      sent = send('hello');
    };
    return (
      <button type="button" onClick={press}>
        Send
      </button>
    );
  }

  it.each(['and looks away', 'and waits'])(
    'on a page that goes before the message went: who sends it %s',
    async (how) => {
      const { unmount } = render(
        <RealtimeProvider options={options}>
          <Sender />
        </RealtimeProvider>,
      );
      await whenDialled();
      fireEvent.click(screen.getByText('Send'));
      unmount();
      await pass(1000);
      if (how === 'and waits') {
        await expect(sent).rejects.toMatchObject({ name: 'SendError', kind: 'disconnected' });
      }
      await settle();
      expect(uncaught).toEqual([]);
    },
  );

  it.each(['and looks away', 'and waits'])(
    'before its provider is there: who sends it %s',
    async (how) => {
      function Early() {
        const { send } = useWebSocket();
        useLayoutEffect(() => {
          sent = send('hello');
        }, [send]);
        return null;
      }
      render(
        <RealtimeProvider options={options}>
          <Early />
        </RealtimeProvider>,
      );
      if (how === 'and waits') {
        await expect(sent).rejects.toMatchObject({
          name: 'SendError',
          kind: 'disconnected',
          message: expect.stringContaining('from an effect or an event handler'),
        });
      }
      await settle();
      expect(uncaught).toEqual([]);
    },
  );
});

describe('a function given to', () => {
  usePage();
  const mine = new Error('mine');
  const check = <Value,>(value: Value): Value => {
    if (value === 'bad') throw mine;
    return value;
  };
  const dataOf = ({ data }: RealtimeEvent) => check(data);
  const Shown = ({ name, value }: { name: string; value: unknown }) => (
    <output data-testid={name}>{JSON.stringify(value)}</output>
  );

  const ownViews: Readonly<Record<string, { Own: () => React.ReactNode; shows?: unknown }>> = {
    'useEventBuffer as coalesceBy': {
      Own: () => {
        const list = useEventBuffer('tick', { coalesceBy: dataOf });
        return <Shown name="own" value={list.map(({ data }) => data)} />;
      },
      shows: ['first', 'beside', 'last'],
    },
    'useEventBuffer under a name, as coalesceBy': {
      Own: () => {
        const list = useEventBuffer('tick', { coalesceBy: dataOf, keepAs: 'audit' });
        return <Shown name="own" value={list.map(({ data }) => data)} />;
      },
      shows: ['first', 'beside', 'last'],
    },
    'useEvent in batches': {
      Own: () => {
        useEvent('tick', (events) => events.forEach(dataOf), { batch: 'frame' });
        return null;
      },
    },
    'useEvent in batches, as coalesceBy': {
      Own: () => {
        const [list, setList] = useState<readonly unknown[]>([]);
        useEvent(
          'tick',
          (events) => setList((before) => [...before, ...events.map(({ data }) => data)]),
          { batch: 'frame', coalesceBy: dataOf },
        );
        return <Shown name="own" value={list} />;
      },
      shows: ['first', 'beside', 'last'],
    },
    'useLatestEvent as a selector': {
      Own: () => <Shown name="own" value={useLatestEvent('tick', dataOf)} />,
      shows: 'last',
    },
    'useLatestEvent as a selector, written in place': {
      Own: () => <Shown name="own" value={useLatestEvent('tick', (event) => dataOf(event))} />,
      shows: 'last',
    },
    useEvent: {
      Own: () => {
        useEvent('tick', ({ data }) => {
          check(data);
        });
        return null;
      },
    },
    useReconnected: {
      Own: () => {
        useReconnected(() => {
          throw mine;
        });
        return null;
      },
    },
    'subscribe of useWebSocket': {
      Own: () => {
        const { subscribe } = useWebSocket();
        useEffect(() => subscribe('tick', ({ data }) => void check(data)), [subscribe]);
        return null;
      },
    },
  };

  let reconnected = 0;

  function Others() {
    const list = useEventBuffer('tick');
    const latest = useLatestEvent('tick');
    useReconnected(() => {
      reconnected += 1;
    });
    return (
      <>
        <Shown name="list" value={list.map(({ data }) => data)} />
        <Shown name="latest" value={latest?.data} />
      </>
    );
  }

  const shown = (name: string): unknown =>
    JSON.parse(screen.getByTestId(name).textContent || 'null');

  const reporters: Readonly<Record<string, (error: unknown) => void>> = {
    'a page that reports errors': (error) => uncaught.push(error),
    'a page whose reportError throws too': (error) => {
      throw error;
    },
  };

  describe.each(Object.entries(reporters))('in %s:', (_, report) => {
    it.each(Object.entries(ownViews))('%s may throw', async (_, { Own, shows }) => {
      vi.stubGlobal('reportError', report);
      reconnected = 0;
      render(
        <RealtimeProvider options={options}>
          <Own />
          <Others />
        </RealtimeProvider>,
      );
      await whenDialled();
      const tick = (...data: readonly string[]) => {
        for (const each of data) FakeWebSocket.last.deliver({ type: 'tick', data: each });
        return pass(frameMs);
      };
      act(() => void FakeWebSocket.last.accept().greet());
      await tick('first');
      await tick('beside', 'bad');
      expect(shown('list')).toEqual(['first', 'beside', 'bad']);
      expect(shown('latest')).toBe('bad');
      FakeWebSocket.last.drop();
      await pass(5000);
      act(() => void FakeWebSocket.last.accept().greet());
      await tick('last');
      // Batches come by a timer where there are no frames.
      await pass(250);
      expect(shown('list')).toEqual(['first', 'beside', 'bad', 'last']);
      expect(shown('latest')).toBe('last');
      if (shows !== undefined) expect(shown('own')).toEqual(shows);
      expect(reconnected).toBe(1);
      expect(uncaught.length).toBeGreaterThan(0);
      expect(new Set(uncaught)).toEqual(new Set([mine]));
    });
  });
});
