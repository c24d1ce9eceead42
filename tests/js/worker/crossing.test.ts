// A connection whose module runs in a worker, and what happens between two messages of the two.
import type { Connection } from 'keepline';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from '../support/fake-web-socket.js';
import { WorkerByHand } from '../support/worker-by-hand.js';
import { advance, connect, settle, useWorld } from '../support/world.js';

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
});
