// @vitest-environment jsdom
// The built package on a real connection: what the provider does as its props change.
import { act, cleanup, render } from '@testing-library/react';
import type { ConnectionOptions, LogLevel } from 'keepline';
import { StrictMode, useEffect } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  RealtimeProvider,
  useConnectionStatus,
  useFreshness,
  useWebSocket,
} from '../../../js-bindings/dist/react/index.js';
import { FakeWebSocket } from '../support/fake-web-socket.js';
import { advance, page, useWorld, wasmModule } from '../support/world.js';

const lines: [LogLevel, string][] = [];
const options: ConnectionOptions = {
  page,
  wasmBinary: wasmModule,
  log: (level, text) => void lines.push([level, text]),
};
const pass = (ms: number) => act(() => advance(ms));

async function whenDialled(times = 1): Promise<void> {
  for (let turn = 0; turn < 100 && FakeWebSocket.made.length < times; turn += 1) await pass(0);
  expect(FakeWebSocket.made.length).toBeGreaterThanOrEqual(times);
}

function Shown() {
  const { state, reason, error } = useConnectionStatus();
  const { fresh } = useFreshness('tick', 60_000);
  return <>{[state, reason, error?.kind, fresh].join(' ')}</>;
}

describe('a provider', () => {
  useWorld();
  afterEach(cleanup);

  it('switches the link off and on, and knows what is fresh', async () => {
    const view = (enabled: boolean) => (
      <StrictMode>
        <RealtimeProvider options={options} enabled={enabled}>
          <Shown />
        </RealtimeProvider>
      </StrictMode>
    );
    const { container, rerender } = render(view(true));
    await whenDialled();
    act(() => void FakeWebSocket.last.accept().greet());
    act(() => void FakeWebSocket.last.deliver({ type: 'tick', data: 1 }));
    expect(container.textContent).toBe('connected   true');
    const open = FakeWebSocket.last;
    rerender(view(false));
    expect(container.textContent).toBe('disconnected application  false');
    expect(open.readyState).toBeGreaterThan(1);
    rerender(view(true));
    await whenDialled(2);
    act(() => void FakeWebSocket.last.accept().greet());
    expect(container.textContent).toBe('connected   true');
  });

  it('stays switched off for whoever signs in meanwhile', async () => {
    const view = (enabled: boolean, identity: string | null) => (
      <RealtimeProvider options={options} enabled={enabled} identity={identity}>
        <Shown />
      </RealtimeProvider>
    );
    const { container, rerender } = render(view(true, 'ann'));
    await whenDialled();
    act(() => void FakeWebSocket.last.accept().greet());
    rerender(view(false, 'ann'));
    for (const identity of ['bob', null, 'carl']) {
      rerender(view(false, identity));
      await pass(1000);
      expect(FakeWebSocket.made.length).toBe(1);
      expect(container.textContent).toBe('disconnected application  false');
    }
    rerender(view(true, 'carl'));
    await whenDialled(2);
  });

  it('takes another level of the log into an open link', async () => {
    const view = (logLevel: NonNullable<ConnectionOptions['logLevel']>) => (
      <RealtimeProvider options={{ ...options, logLevel }}>{null}</RealtimeProvider>
    );
    const { rerender } = render(view('silent'));
    await whenDialled();
    act(() => void FakeWebSocket.last.accept().greet());
    lines.length = 0;
    FakeWebSocket.last.drop();
    expect(lines).toEqual([]);
    rerender(view('info'));
    await pass(5000);
    act(() => void FakeWebSocket.last.accept().greet());
    expect(new Set(lines.map(([level]) => level))).toEqual(new Set(['info']));
    expect(FakeWebSocket.made).toHaveLength(2);
  });

  it.each([
    ['option', { connectTimeoutMs: 1 }, 'connectTimeoutMs must be'],
    ['identity', { identity: 7 as never }, 'identity must be a string or null'],
  ])('says what is wrong with an %s and dials when it is right', async (_, wrong, said) => {
    lines.length = 0;
    const view = (more: ConnectionOptions) => (
      <RealtimeProvider options={{ ...options, ...more }}>
        <Shown />
      </RealtimeProvider>
    );
    const { container, rerender } = render(view(wrong));
    expect(container.textContent).toBe('disconnected refused option_invalid false');
    expect(lines).toEqual([['error', expect.stringContaining(said)]]);
    rerender(view({}));
    await whenDialled();
  });

  it('opens what a component closes as StrictMode takes it down', async () => {
    function Leaver() {
      const { disconnect } = useWebSocket();
      useEffect(() => disconnect, [disconnect]);
      return <Shown />;
    }
    const { container } = render(
      <StrictMode>
        <RealtimeProvider options={options}>
          <Leaver />
        </RealtimeProvider>
      </StrictMode>,
    );
    await whenDialled();
    act(() => void FakeWebSocket.last.accept().greet());
    expect(container.textContent).toContain('connected');
  });

  it('keeps the connections of two equal neighbours in StrictMode', async () => {
    render(
      <StrictMode>
        <RealtimeProvider options={options} />
        <RealtimeProvider options={options} />
      </StrictMode>,
    );
    await whenDialled(2);
    act(() => {
      for (const socket of FakeWebSocket.made) socket.accept().greet();
    });
    await pass(5000);
    expect(FakeWebSocket.made.map(({ readyState }) => readyState)).toEqual([1, 1]);
  });
});
