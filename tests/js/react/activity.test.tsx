// @vitest-environment jsdom
// Trees that React keeps while it hides them, where React can: their effects are taken down, and
// what comes back must be neither a second connection nor another user's data.
import { act, cleanup, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import * as react from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  useEventBuffer,
  useLatestEvent,
} from '../../../js-bindings/src/react/index.js';
import { releaseAfterMs } from '../../../js-bindings/src/react/leases.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: () => {
    const connection = createFakeConnection();
    made.push(connection);
    return connection;
  },
}));

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
// Read off the module as a whole: React 18 does not have it.
const { Activity } = react as Partial<typeof react>;

function Kept({ hidden, children }: { readonly hidden: boolean; readonly children: ReactNode }) {
  return Activity && <Activity mode={hidden ? 'hidden' : 'visible'}>{children}</Activity>;
}

describe.skipIf(!Activity)('a hidden tree', () => {
  const provider = (hidden: boolean) => (
    <Kept hidden={hidden}>
      <RealtimeProvider identity="ann" />
    </Kept>
  );

  it('keeps its connection for as long as a remount may take', async () => {
    const { rerender } = render(provider(false));
    await act(async () => rerender(provider(true)));
    pass(releaseAfterMs - 1);
    await act(async () => rerender(provider(false)));
    pass(60_000);
    expect(made.map((connection) => connection.disposed())).toEqual([false]);
  });

  it('has none while it stays hidden, and makes one as it is shown again', async () => {
    const { rerender } = render(provider(false));
    await act(async () => rerender(provider(true)));
    pass(releaseAfterMs);
    expect(made.map((connection) => connection.disposed())).toEqual([true]);
    await act(async () => rerender(provider(false)));
    pass(60_000);
    expect(made.map((connection) => connection.disposed())).toEqual([true, false]);
  });

  it('forgets its latest event, since another user may have signed in meanwhile', async () => {
    const connection = createFakeConnection({}, liveStatus);
    const Latest = () => <i>{String(useLatestEvent('tick', (event) => event.data))}</i>;
    const page = (hidden: boolean) => (
      <RealtimeProvider connection={connection}>
        <Kept hidden={hidden}>
          <Latest />
        </Kept>
      </RealtimeProvider>
    );
    const { container, rerender } = render(page(false));
    act(() => connection.emit('tick', 'secret'));
    pass(60);
    expect(container.textContent).toBe('secret');
    await act(async () => rerender(page(true)));
    act(() => connection.changeIdentity());
    await act(async () => rerender(page(false)));
    pass(60);
    expect(container.textContent).toBe('null');
  });

  it('keeps what it showed while the same user stays', async () => {
    const connection = createFakeConnection({}, liveStatus);
    const Shown = () => {
      const list = useEventBuffer('tick').map(({ data }) => data);
      return <i>{`${useLatestEvent('tick', (event) => event.data)} of ${list}`}</i>;
    };
    const page = (hidden: boolean) => (
      <RealtimeProvider connection={connection}>
        <Kept hidden={hidden}>
          <Shown />
        </Kept>
      </RealtimeProvider>
    );
    const { container, rerender } = render(page(false));
    act(() => connection.emit('tick', 1));
    act(() => connection.emit('tick', 2));
    pass(60);
    await act(async () => rerender(page(true)));
    pass(60_000);
    await act(async () => rerender(page(false)));
    expect(container.textContent).toBe('2 of 1,2');
    await act(async () => rerender(page(true)));
    act(() => connection.changeIdentity());
    await act(async () => rerender(page(false)));
    expect(container.textContent).toBe('null of ');
  });
});
