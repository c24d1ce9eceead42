// `onServerVersion`: which build of itself a server names in its greeting, from link to link.
import type { Connection, ConnectionOptions, ServerVersion } from 'keepline';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { WorkerByHand } from './support/worker-by-hand.js';
import { advance, connect, settle, useWorld } from './support/world.js';

describe.each(['page', 'worker'] as const)('the build of a server, with host: %s', (host) => {
  useWorld();
  beforeEach(() => void vi.stubGlobal('Worker', WorkerByHand));

  let told: (ServerVersion & { readonly phase: string })[] = [];

  const listen = (connection: Connection) =>
    connection.onServerVersion((version) => {
      told.push({ ...version, phase: connection.status().phase });
    });

  async function open(options: ConnectionOptions = {}): Promise<Connection> {
    told = [];
    const connection = await connect({ host, ...options });
    await settle();
    return connection;
  }

  async function greet(data: object): Promise<void> {
    FakeWebSocket.last.accept().greet(data);
    await settle();
  }

  /** On another link. */
  async function greetAgain(data: object): Promise<void> {
    const former = FakeWebSocket.last;
    former.drop();
    while (FakeWebSocket.last === former) await advance(1000);
    await greet(data);
  }

  it('is told once the link is usable where it is another than on the link before', async () => {
    const connection = await open();
    listen(connection);
    await greet({ build: '1' });
    await greetAgain({ build: '1' });
    expect(told).toEqual([]);
    await greetAgain({ build: '2' });
    expect(told).toEqual([{ build: '2', previous: '1', phase: 'ready' }]);
    await greetAgain({ build: '1' });
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ build: '1', previous: '2' });
  });

  it('is remembered for a listener that comes later, and beyond links that name none', async () => {
    const connection = await open();
    await greet({ build: '1' });
    listen(connection);
    await greetAgain({});
    await greetAgain({ build: 7 });
    await greetAgain({ build: '2' });
    expect(told).toMatchObject([{ build: '2', previous: '1' }]);
  });

  it('is what the first frame says, which the greeting is, and no other', async () => {
    const connection = await open();
    listen(connection);
    FakeWebSocket.last.accept().deliver({ type: 'note', data: { build: '0', of: 'connected' } });
    await greet({ build: '1' });
    FakeWebSocket.last
      .deliver({ type: 'note', data: { build: '3' } })
      .deliver({ type: 'connected', data: { build: '4' } });
    await settle();
    expect(told).toEqual([]);
    await greetAgain({ build: '2' });
    expect(told).toEqual([]);
    FakeWebSocket.last.deliver({ type: 'connected', data: { build: '5' } });
    await settle();
    expect(told).toEqual([]);
  });

  it('is read by the names that the wire has', async () => {
    const connection = await open({ names: { type: 'event', data: 'payload' } });
    listen(connection);
    const say = async (build: string) => {
      FakeWebSocket.last.accept().deliver({ event: 'connected', payload: { build } });
      await settle();
    };
    await say('1');
    const former = FakeWebSocket.last;
    former.drop();
    while (FakeWebSocket.last === former) await advance(1000);
    await say('2');
    expect(told).toMatchObject([{ build: '2', previous: '1' }]);
  });

  it('is read of a greeting that waits for a position', async () => {
    const kept = new Map<string, string>();
    const store = {
      load: (key: string) => kept.get(key),
      save: (key: string, saved: string) => void kept.set(key, saved),
    };
    const connection = await open({ resume: { store } });
    listen(connection);
    const log = { features: ['resume'], position: 'e.1' };
    const lookedUp = async () => {
      await vi.dynamicImportSettled();
      await settle();
    };
    await greet({ ...log, build: '1' });
    await lookedUp();
    await greetAgain({ ...log, build: '2' });
    await lookedUp();
    expect(told).toMatchObject([{ build: '2', previous: '1', phase: 'ready' }]);
  });

  it('is told to nobody who has gone', async () => {
    const connection = await open();
    const stop = listen(connection);
    await greet({ build: '1' });
    stop();
    await greetAgain({ build: '2' });
    listen(connection);
    connection.dispose();
    expect(told).toEqual([]);
  });
});

describe('the build of a server, where the worker is lost', () => {
  useWorld();
  beforeEach(() => void vi.stubGlobal('Worker', WorkerByHand));

  it('is compared with what the lost one has heard', async () => {
    const connection = await connect({ host: 'worker' });
    const told: ServerVersion[] = [];
    connection.onServerVersion((version) => told.push(version));
    await settle();
    FakeWebSocket.last.accept().greet({ build: '1' });
    await settle();
    const former = FakeWebSocket.last;
    WorkerByHand.last.onmessageerror?.();
    await vi.waitUntil(() => FakeWebSocket.last !== former);
    FakeWebSocket.last.accept().greet({ build: '2' });
    await settle();
    expect(told).toEqual([{ build: '2', previous: '1' }]);
  });
});
