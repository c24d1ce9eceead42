// A page that nobody sees, where the application says how long its link may live then.
import { describe, expect, it, vi } from 'vitest';
import { setupPageSignals } from '../../js-bindings/dist/client/page-signals.js';
import { hiddenSignal, visibleSignal } from '../../js-bindings/dist/generated/status.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { advance, connectLive, signals, useWorld } from './support/world.js';

// A fake server answers no pings.
const heartbeat = { format: 'off' } as const;
const hidden = { closeAfterMs: 60_000 };

describe('a hidden page', () => {
  useWorld();

  it('closes its link when its time is over, and dials at once when it is seen again', async () => {
    const connection = await connectLive({ hidden, heartbeat });
    const down: unknown[] = [];
    connection.onReconnected((reconnection) => down.push(reconnection));
    signals.signal(hiddenSignal);
    await advance(60_000);
    expect(FakeWebSocket.last.closeCalls).toEqual([{ code: 1000, reason: '' }]);
    expect(connection.status()).toMatchObject({
      state: 'disconnected',
      phase: 'paused',
      reason: 'page_hidden',
      canRetry: false,
      error: null,
      attempt: 0,
    });
    await advance(600_000);
    expect(FakeWebSocket.made).toHaveLength(1);
    signals.signal(visibleSignal);
    expect(FakeWebSocket.made).toHaveLength(2);
    FakeWebSocket.last.accept().greet();
    expect(connection.status().state).toBe('connected');
    expect(down).toMatchObject([{ downMs: 600_000, identityChanged: false }]);
  });

  it('dials where the application connects although nobody looks', async () => {
    const connection = await connectLive({ hidden, heartbeat });
    signals.signal(hiddenSignal);
    await advance(60_000);
    connection.connect();
    expect(FakeWebSocket.made).toHaveLength(2);
  });

  it('keeps its link where the application says nothing', async () => {
    const connection = await connectLive({ heartbeat });
    signals.signal(hiddenSignal);
    await advance(3_600_000);
    expect(connection.status().state).toBe('connected');
  });

  it.each(['hidden', 'visible'])('is told of from the start: one that begins %s', (state) => {
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: state }));
    const told: number[] = [];
    setupPageSignals({ signal: (signal) => told.push(signal), blocked: () => undefined })();
    expect(told).toEqual(state === 'hidden' ? [hiddenSignal] : []);
  });
});
