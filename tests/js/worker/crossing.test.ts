// A connection whose module runs in a worker, and what happens between two messages of the two.

import type { Connection } from 'keepline';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { visibleSignal } from '../../../js-bindings/dist/generated/status.js';
import { FakeWebSocket } from '../support/fake-web-socket.js';
import { WorkerByHand } from '../support/worker-by-hand.js';
import { advance, connect, lines, settle, signals, useWorld } from '../support/world.js';

const tick = (n: number) => ({ type: 'tick', data: n });

describe('with host: worker', () => {
  useWorld();
  let seen: unknown[] = [];

  beforeEach(() => {
    vi.stubGlobal('Worker', WorkerByHand);
    seen = [];
  });

  /** Open, greeted and of ann's, her first event handed over; from then on nothing crosses by itself. */
  async function connectAnn(): Promise<Connection> {
    const connection = await connect({ host: 'worker', identity: 'ann' });
    connection.subscribe('tick', ({ data }) => seen.push(data));
    await settle();
    FakeWebSocket.last.accept().greet().deliver(tick(0));
    await settle();
    expect(seen).toEqual([0]);
    expect(connection.diagnostics().host.runsIn).toBe('worker');
    await settle();
    WorkerByHand.last.held = true;
    return connection;
  }

  it.each<[string, (connection: Connection) => void]>([
    ['setIdentity()', (connection) => connection.setIdentity('bob')],
    ['signing out', (connection) => connection.setIdentity(null)],
    ['disconnect()', (connection) => connection.disconnect()],
    ['dispose()', (connection) => connection.dispose()],
  ])(
    'nothing of the former user is handed over once %s has returned, whenever it comes',
    async (_, leave) => {
      const connection = await connectAnn();
      const worker = WorkerByHand.last;
      const { last: former } = FakeWebSocket;
      let n = 1;
      const arrive = () => {
        // Long enough apart that each goes on its way at once.
        vi.advanceTimersByTime(100);
        former.deliver(tick(n++));
      };
      arrive();
      leave(connection);
      // Before, between and after the messages by which the worker learns of it.
      do arrive();
      while (worker.crossToWorker());
      expect(former.onmessage).toBeNull();
      worker.held = false;
      worker.crossAll();
      await advance(1000);
      expect(seen).toEqual([0]);
    },
  );

  it('hands over what the next user is sent', async () => {
    const connection = await connectAnn();
    connection.setIdentity('bob');
    WorkerByHand.last.held = false;
    WorkerByHand.last.crossAll();
    await settle();
    FakeWebSocket.last.accept().greet({ userId: 'bob' }).deliver(tick(1));
    await advance(1000);
    expect(seen).toEqual([0, 1]);
  });

  it('hands over what was under way when the same user is named again', async () => {
    const connection = await connectAnn();
    FakeWebSocket.last.deliver(tick(1));
    connection.setIdentity('ann');
    connection.reconnect();
    WorkerByHand.last.held = false;
    WorkerByHand.last.crossAll();
    await advance(1000);
    expect(seen).toEqual([0, 1]);
  });

  describe('a worker that is gone', () => {
    const ways: [string, (connection: Connection) => void, number][] = [
      ['by itself, within half a minute', () => undefined, 35_000],
      ['when Retry is pressed', (connection) => connection.reconnect(), 5000],
      ['when something is sent', (connection) => void connection.send('note'), 5000],
      ['when the page is looked at', () => signals.signal(visibleSignal), 5000],
    ];

    it.each(ways)('is noticed %s, and another takes its place', async (_, look, withinMs) => {
      const connection = await connectAnn();
      const former = WorkerByHand.last;
      const states: string[] = [];
      connection.onStatus(({ state }) => states.push(state));
      const reconnections: unknown[] = [];
      connection.onReconnected((reconnection) => reconnections.push(reconnection));
      former.terminate();
      look(connection);
      await advance(withinMs);
      await vi.waitUntil(() => WorkerByHand.last !== former && FakeWebSocket.made.length > 1);
      expect(connection.status().state).toBe('reconnecting');
      FakeWebSocket.last.accept().greet().deliver(tick(7));
      await advance(1000);
      expect(connection.status().state).toBe('connected');
      expect(new Set(states)).toEqual(new Set(['reconnecting', 'connected']));
      expect(reconnections).toEqual([
        { downMs: expect.any(Number), identityChanged: false, missed: 'unknown' },
      ]);
      expect(seen).toEqual([0, 7]);
      expect(lines.filter((line) => line.includes('worker'))).toHaveLength(1);
    });

    it('leaves nobody waiting for what became of a message', async () => {
      const connection = await connectAnn();
      WorkerByHand.last.terminate();
      const sent = connection.send('note');
      await advance(5000);
      await expect(sent).rejects.toMatchObject({ kind: 'disconnected' });
    });

    it('is taken over by the page where no other worker can be had', async () => {
      const connection = await connectAnn();
      WorkerByHand.last.terminate();
      vi.stubGlobal('Worker', undefined);
      connection.reconnect();
      await advance(5000);
      await settle();
      expect(connection.diagnostics().host).toMatchObject({ asked: 'worker', runsIn: 'page' });
      FakeWebSocket.last.accept().greet().deliver(tick(7));
      expect(connection.status().state).toBe('connected');
      expect(seen).toEqual([0, 7]);
    });

    it('is not dialled for again where the application had ended the link', async () => {
      const connection = await connectAnn();
      connection.disconnect();
      WorkerByHand.last.terminate();
      await advance(40_000);
      await settle();
      const { length } = FakeWebSocket.made;
      await advance(60_000);
      expect(FakeWebSocket.made).toHaveLength(length);
      expect(connection.status().state).toBe('disconnected');
    });

    it('is told from a page that slept, or was busy, for an hour', async () => {
      const connection = await connectAnn();
      const worker = WorkerByHand.last;
      // What a page set for later runs once when it wakes, before the messages that came meanwhile.
      const set = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
      connection.reconnect();
      const due = set.flatMap(({ mock }) => mock.calls.map(([run]) => run as () => void));
      for (const spy of set) spy.mockRestore();
      expect(due).not.toEqual([]);
      for (const run of due) run();
      worker.held = false;
      worker.crossAll();
      await advance(10_000);
      expect(WorkerByHand.last).toBe(worker);
      expect(worker.gone).toBe(false);
    });

    it.each<[string, (connection: Connection) => void]>([
      ['after disconnect()', (connection) => connection.disconnect()],
      ['signed out', (connection) => connection.setIdentity(null)],
    ])('changes nothing for whoever had no link, and knew why: %s', async (_, leave) => {
      const connection = await connectAnn();
      const former = WorkerByHand.last;
      leave(connection);
      former.crossAll();
      const { state, phase, reason } = connection.status();
      expect(state).toBe('disconnected');
      const told = vi.fn();
      connection.onStatus(({ state, phase, reason }) => told({ state, phase, reason }));
      connection.onReconnected(told);
      former.terminate();
      await advance(36_000);
      await vi.waitUntil(() => WorkerByHand.last !== former);
      // Until the new one has said how things are.
      await vi.waitUntil(() => told.mock.calls.length > 0);
      for (const [seen] of told.mock.calls) expect(seen).toEqual({ state, phase, reason });
    });

    it('is no return for the next user, nor after a wish to be gone', async () => {
      const connection = await connectAnn();
      const former = WorkerByHand.last;
      const reconnections = vi.fn();
      connection.onReconnected(reconnections);
      former.terminate();
      connection.reconnect();
      await advance(4000);
      connection.setIdentity('bob');
      await advance(1000);
      connection.setIdentity('eve');
      await vi.waitUntil(() => WorkerByHand.last !== former && FakeWebSocket.made.length > 1);
      FakeWebSocket.last.accept().greet({ userId: 'eve' });
      await advance(1000);
      expect(connection.status().state).toBe('connected');
      expect(reconnections).not.toHaveBeenCalled();
    });

    it('is noticed by what it says, where that cannot be read', async () => {
      const connection = await connectAnn();
      const former = WorkerByHand.last;
      former.onmessageerror?.();
      await vi.waitUntil(() => WorkerByHand.last !== former);
      expect(former.gone).toBe(true);
      expect(connection.status().state).toBe('reconnecting');
    });

    it('is ended some seconds after it was told to, whether or not it hears', async () => {
      const connection = await connectAnn();
      const worker = WorkerByHand.last;
      connection.dispose();
      expect(worker.gone).toBe(false);
      await advance(3000);
      expect(worker.gone).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
