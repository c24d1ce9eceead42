import type { Status } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { noMetrics } from '../../js-bindings/dist/engine/figures.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import {
  advance,
  connect,
  connectLive,
  listening,
  settle,
  start,
  useWorld,
  whenLoaded,
} from './support/world.js';

describe('dispose', () => {
  useWorld();

  it('leaves no timer, socket, handler or listener', async () => {
    const connection = await connectLive({ getToken: () => 'abc' });
    connection.subscribe('*', vi.fn());
    connection.onMetrics(vi.fn());
    const status = vi.fn();
    connection.onStatus(status);
    expect(listening).toBe(1);
    connection.dispose();
    connection.dispose();
    expect(listening).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(FakeWebSocket.attended).toEqual([]);
    expect(FakeWebSocket.last.closeCalls).toEqual([{ code: 1000, reason: '' }]);
    expect(status.mock.calls.map(([{ phase }]) => phase)).toEqual(['closed']);
  });

  it('tells a last status, which stays', async () => {
    for (const make of [start, connectLive]) {
      const connection = await make();
      const seen: Status[] = [];
      connection.onStatus((status) => seen.push(status));
      connection.dispose();
      await advance(60_000);
      expect(seen).toEqual([connection.status()]);
      expect(seen[0]).toMatchObject({
        state: 'disconnected',
        phase: 'closed',
        reason: 'application',
        canRetry: false,
      });
    }
  });

  it('works in every phase', async () => {
    start().dispose();
    (await connect()).dispose();
    const waiting = await connect();
    FakeWebSocket.last.drop();
    waiting.dispose();
    (await connect({ getToken: () => new Promise(() => undefined) })).dispose();
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(FakeWebSocket.attended).toEqual([]);
  });

  it('before the module came discards it when it comes', async () => {
    const connection = start();
    connection.dispose();
    await settle();
    await settle();
    expect(FakeWebSocket.made).toEqual([]);
    expect(connection.status().phase).toBe('closed');
  });

  it('by whoever hears of the first dial leaves no listener to page signals', async () => {
    const connection = start();
    const loaded = whenLoaded(connection);
    connection.onStatus(({ phase }) => {
      if (phase !== 'loading') connection.dispose();
    });
    await loaded;
    await settle();
    expect(listening).toBe(0);
    expect(FakeWebSocket.attended).toEqual([]);
  });

  it.each(['status', 'event', 'log', 'token'] as const)(
    'inside a %s handler is safe',
    async (where) => {
      let armed = false;
      const end = () => {
        if (armed) connection.dispose();
        return 'abc';
      };
      const connection = await connect({ getToken: end, log: end, logLevel: 'debug' });
      armed = true;
      const after = vi.fn();
      if (where === 'status') connection.onStatus(end);
      connection.subscribe('connected', end);
      connection.subscribe('connected', after);
      if (where === 'token') connection.reconnect();
      else FakeWebSocket.last.accept().greet();
      await advance(2000);
      expect(after).not.toHaveBeenCalled();
      expect(vi.getTimerCount()).toBe(0);
      expect(FakeWebSocket.attended).toEqual([]);
    },
  );

  it('makes every member harmless', async () => {
    const connection = await connectLive();
    const { subscribe, send, status, reconnect } = connection;
    connection.dispose();
    const handler = vi.fn();
    subscribe('*', handler)();
    for (const command of ['connect', 'disconnect', 'tokenChanged'] as const) connection[command]();
    reconnect();
    connection.setIdentity('x');
    connection.onStatus(handler)();
    connection.onMetrics(handler);
    await expect(send('a')).rejects.toMatchObject({ kind: 'disconnected' });
    expect(status().state).toBe('disconnected');
    expect(connection.metrics()).toEqual(noMetrics);
    expect(connection.diagnostics().transitions).toEqual([]);
    await advance(5000);
    expect(FakeWebSocket.made).toHaveLength(1);
    expect(handler).not.toHaveBeenCalled();
  });

  it('goes by Symbol.dispose too', async () => {
    const connection = await connectLive();
    connection[Symbol.dispose]();
    expect(FakeWebSocket.attended).toEqual([]);
  });
});
