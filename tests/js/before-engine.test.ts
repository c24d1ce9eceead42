// What is asked for while no engine runs: before there is one, and where there never is.
import { execFileSync } from 'node:child_process';
import { type Connection, createConnection } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { advance, start, startFetching, useWorld, whenLoaded } from './support/world.js';

describe('before there is an engine', () => {
  useWorld();

  const outcome = (sent: Promise<unknown>) =>
    sent.then(
      () => 'sent',
      (error: { kind?: string }) => error.kind,
    );
  const live = async (connection: Connection) => {
    await whenLoaded(connection);
    FakeWebSocket.last.accept().greet();
  };

  it('a full queue drops the oldest, or refuses the newest, as it would later', async () => {
    for (const overflow of ['drop-oldest', 'reject'] as const) {
      FakeWebSocket.reset();
      const connection = start({ queue: { maxMessages: 2, overflow } });
      const sent = ['a', 'b', 'c'].map((type) => outcome(connection.send(type)));
      await live(connection);
      expect(await Promise.all(sent)).toEqual(
        overflow === 'reject' ? ['sent', 'sent', 'queue_full'] : ['queue_full', 'sent', 'sent'],
      );
    }
  });

  it('a message waits as long as it may, however long that is', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const connection = startFetching();
    const sent = [Number.POSITIVE_INFINITY, 30 * 24 * 3600 * 1000, 500, 0].map((ttlMs) =>
      outcome(connection.send('a', null, { ttlMs })),
    );
    const settled: unknown[] = [];
    for (const [at, one] of sent.entries()) void one.then((kind) => settled.push([at, kind]));
    await advance(400);
    expect(settled).toEqual([[3, 'expired']]);
    await advance(200);
    expect(settled).toContainEqual([2, 'expired']);
    await advance(3600 * 1000);
    expect(settled).toHaveLength(2);
    connection.dispose();
    expect(await Promise.all(sent)).toEqual(['disconnected', 'disconnected', 'expired', 'expired']);
  });

  it('ten thousand messages without a module are refused past the bound, at once', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const connection = startFetching();
    const sent = Array.from({ length: 10_000 }, () => outcome(connection.send('a')));
    const refused = await Promise.all(sent.slice(100));
    expect(new Set(refused)).toEqual(new Set(['queue_full']));
    connection.dispose();
    expect(new Set(await Promise.all(sent.slice(0, 100)))).toEqual(new Set(['disconnected']));
  });

  it('a message of one user is not sent for the next, nor after a sign-out', async () => {
    const connection = start({ identity: 'ann' });
    const changes = vi.fn();
    connection.onIdentityChanged(changes);
    const ofAnn = outcome(connection.send('of ann'));
    connection.setIdentity('bob');
    const ofBob = outcome(connection.send('of bob'));
    expect(await ofAnn).toBe('identity_changed');
    expect(changes).toHaveBeenCalledOnce();
    await live(connection);
    expect(await ofBob).toBe('sent');
    const frames = FakeWebSocket.last.frames as { type: string }[];
    expect(frames.map(({ type }) => type)).toEqual(['of bob', 'ping']);
    expect(changes).toHaveBeenCalledOnce();
  });

  it('one pattern too many is refused where it is asked for, and hurts nobody else', async () => {
    const connection = start();
    for (let at = 0; at < 4096; at += 1) connection.subscribe(`t${at}`, () => undefined);
    expect(() => connection.subscribe('one more', () => undefined)).toThrow(/too many patterns/);
    const sent = outcome(connection.send('a'));
    const ready = connection.ready();
    await live(connection);
    expect(await sent).toBe('sent');
    await expect(ready).resolves.toMatchObject({ phase: 'ready' });
  });

  it('whatever waits is settled by dispose(), where the module never came', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const connection = startFetching();
    const sent = outcome(connection.send('a'));
    const ready = outcome(connection.ready());
    connection.dispose();
    expect(await sent).toBe('disconnected');
    expect(await ready).toBe('disconnected');
    expect(await outcome(connection.send('a'))).toBe('disconnected');
    await advance(5000); // the request's own end
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an import', () => {
  it('makes nothing, and so needs nothing that a simulated page may lack', () => {
    const script = `
      for (const name of ['TextEncoder', 'TextDecoder', 'AbortController', 'Blob', 'WebAssembly']) {
        delete globalThis[name];
      }
      const { createConnection } = await import(${JSON.stringify(import.meta.resolve('keepline'))});
      process.stdout.write(typeof createConnection);
    `;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
    expect(said.toString()).toBe('function');
  });
});

describe('on a server', () => {
  useWorld();

  it('a connection asks for nothing, and leaves nothing that runs', async () => {
    const fetched = vi.fn();
    const getToken = vi.fn();
    vi.stubGlobal('fetch', fetched);
    const connection = createConnection({ getToken, url: 'wss://rt.example.com/ws' });
    expect(connection.status()).toMatchObject({
      state: 'disconnected',
      phase: 'idle',
      error: null,
      canRetry: false,
    });
    connection.connect();
    connection.reconnect();
    connection.subscribe('*', () => undefined)();
    await expect(connection.send('a')).rejects.toMatchObject({ kind: 'disconnected' });
    await expect(connection.ready()).rejects.toMatchObject({ kind: 'disconnected' });
    await advance(120_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(fetched).not.toHaveBeenCalled();
    expect(getToken).not.toHaveBeenCalled();
    expect(FakeWebSocket.made).toEqual([]);
    expect(() => createConnection({ path: 7 as never })).toThrow(/path must be/);
  });
});
