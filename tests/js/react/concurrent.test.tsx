// @vitest-environment jsdom
// Rendering that is interrupted, suspended or thrown away shows one status and keeps one connection.
import { act, cleanup, render, screen } from '@testing-library/react';
import { Component, type ReactNode, StrictMode, Suspense, startTransition, useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionOptions } from '../../../js-bindings/src/client/types.js';
import {
  RealtimeProvider,
  useConnectionStatus,
  useEvent,
  useLatestEvent,
  useWebSocket,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { releaseAfterMs } from '../../../js-bindings/src/react/leases.js';
import {
  createFakeConnection,
  type FakeConnection,
  liveStatus,
  waitingStatus,
} from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: (options: ConnectionOptions) => {
    const connection = createFakeConnection(options);
    made.push(connection);
    return connection;
  },
}));

function first(): FakeConnection {
  const [connection] = made;
  if (!connection) throw new Error('no connection was made');
  return connection;
}

/** Commands beside `connect`, which changes nothing where a connection is open. */
const others = ({ commands }: FakeConnection) => commands.filter((name) => name !== 'connect');

/** Something a component waits for while it renders. */
function createResource() {
  let loaded = false;
  let arrive = () => {};
  const promise = new Promise<void>((resolve) => {
    arrive = () => {
      loaded = true;
      resolve();
    };
  });
  return {
    arrive: () => arrive(),
    read: () => {
      if (!loaded) throw promise;
    },
  };
}

class Boundary extends Component<{ readonly children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    return this.state.error ? (
      <button type="button" onClick={() => this.setState({ error: null })}>
        {this.state.error.message}
      </button>
    ) : (
      this.props.children
    );
  }
}

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
});

afterEach(() => {
  cleanup();
  vi.runAllTimers();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a transition', () => {
  it('shows one status everywhere, though it changes while the transition renders', async () => {
    const connection = createFakeConnection({}, liveStatus);
    const seen: string[][] = [];
    let go = () => {};
    const resource = createResource();

    function State({ waits = false }: { waits?: boolean }) {
      const { state } = useConnectionStatus();
      if (waits) resource.read();
      return <i>{state}</i>;
    }
    function Page() {
      const [wide, setWide] = useState(false);
      go = () => startTransition(() => setWide(true));
      return (
        <Suspense fallback="…">
          <State />
          <State waits={wide} />
          {wide && <State />}
        </Suspense>
      );
    }
    const { container } = render(
      <RealtimeProvider connection={connection}>
        <Page />
      </RealtimeProvider>,
    );
    const look = () => {
      seen.push([...container.querySelectorAll('i')].map((state) => state.textContent ?? ''));
    };
    look();
    await act(async () => go());
    look();
    // The transition is under way and waits: what is on the page goes on being current.
    await act(async () => connection.setStatus(waitingStatus));
    look();
    await act(async () => resource.arrive());
    look();
    expect(seen).toEqual([
      ['connected', 'connected'],
      ['connected', 'connected'],
      ['reconnecting', 'reconnecting'],
      ['reconnecting', 'reconnecting', 'reconnecting'],
    ]);
  });

  it('that is given up leaves the newest handler of what is on the page', async () => {
    const connection = createFakeConnection({}, liveStatus);
    const never = createResource();
    const heard: string[] = [];
    let go = () => {};
    function Page() {
      const [name, setName] = useState('shown');
      go = () => startTransition(() => setName('never shown'));
      useEvent('new_call', () => void heard.push(name));
      if (name === 'never shown') never.read();
      return null;
    }
    render(
      <RealtimeProvider connection={connection}>
        <Suspense fallback="…">
          <Page />
        </Suspense>
      </RealtimeProvider>,
    );
    await act(async () => go());
    act(() => connection.emit('new_call'));
    expect(heard).toEqual(['shown']);
  });
});

describe('content that suspends', () => {
  it('keeps the connection and each of its subscriptions, and resumes with them', async () => {
    const heard = vi.fn();
    const resource = createResource();
    let suspend = () => {};
    function Content() {
      const [waits, setWaits] = useState(false);
      suspend = () => setWaits(true);
      useEvent('new_call', (event) => heard(event.data));
      const latest = useLatestEvent('new_call', (event) => event.data);
      if (waits) resource.read();
      return <i>{String(latest)}</i>;
    }
    const { container } = render(
      <StrictMode>
        <Suspense fallback="…">
          <RealtimeProvider>
            <Content />
            <WebSocketStatusIndicator />
          </RealtimeProvider>
        </Suspense>
      </StrictMode>,
    );
    const listening = first().listeners();
    await act(async () => suspend());
    expect(container.textContent).toContain('…');
    pass(60_000);
    expect(made).toHaveLength(1);
    expect(first().disposed()).toBe(false);
    expect(first().listeners()).toBe(listening);
    act(() => first().emit('new_call', 7));
    await act(async () => resource.arrive());
    pass(60_000);
    expect(heard.mock.calls).toEqual([[7]]);
    expect(container.querySelector('i')?.textContent).toBe('7');
    expect(first().listeners()).toBe(listening);
    expect(made).toHaveLength(1);
    expect(others(first())).toEqual([]);
  });
});

describe('remounts', () => {
  it('ten of them in a row leave one connection, which was told to be open and nothing else', () => {
    const page = (key: number) => (
      <StrictMode>
        <RealtimeProvider key={key} identity="ann">
          <WebSocketStatusIndicator />
        </RealtimeProvider>
      </StrictMode>
    );
    const { rerender } = render(page(0));
    for (let mount = 1; mount <= 10; mount += 1) {
      rerender(page(mount));
      pass(100);
    }
    expect(made).toHaveLength(1);
    expect(first().disposed()).toBe(false);
    expect(others(first())).toEqual([]);
  });

  it('without a known user never leave two connections at a time', () => {
    const { rerender, unmount } = render(<RealtimeProvider key={0} />);
    for (let mount = 1; mount <= 10; mount += 1) {
      rerender(<RealtimeProvider key={mount} />);
      expect(made.filter((connection) => !connection.disposed())).toHaveLength(1);
    }
    unmount();
    pass(releaseAfterMs);
    expect(made.every((connection) => connection.disposed())).toBe(true);
  });

  it('an unmount while the module is still loading ends the connection and every listener', () => {
    const { unmount } = render(
      <StrictMode>
        <RealtimeProvider>
          <WebSocketStatusIndicator />
        </RealtimeProvider>
      </StrictMode>,
    );
    unmount();
    pass(releaseAfterMs);
    expect(first().disposed()).toBe(true);
    expect(first().listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an error boundary', () => {
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

  it('inside the provider keeps the connection of a component that failed', () => {
    const failure = { wanted: false };
    let again = () => {};
    function Content() {
      const [, setRound] = useState(0);
      again = () => setRound((round) => round + 1);
      const { isConnected } = useWebSocket();
      if (failure.wanted) throw new Error('a failure of the page');
      return <p>{isConnected ? 'live' : 'not live'}</p>;
    }
    render(
      <RealtimeProvider>
        <Boundary>
          <Content />
        </Boundary>
      </RealtimeProvider>,
    );
    failure.wanted = true;
    act(() => again());
    const reset = screen.getByText('a failure of the page');
    failure.wanted = false;
    act(() => first().setStatus(liveStatus));
    act(() => reset.click());
    expect(screen.queryByText('live')).not.toBeNull();
    pass(60_000);
    expect(made).toHaveLength(1);
    expect(first().disposed()).toBe(false);
  });
});
