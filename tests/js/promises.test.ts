// What the package promises, to somebody who looks at the outcome and to somebody who does not.
import type { Connection, ConnectionOptions } from 'keepline';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { uncaught, useUncaught } from './support/uncaught.js';
import { WorkerByHand } from './support/worker-by-hand.js';
import { advance, connect, connectLive, settle, start, useWorld } from './support/world.js';

describe('a promise that is rejected', () => {
  useWorld();
  useUncaught();

  const asked: [string, (connection: Connection) => Promise<unknown>, object][] = [
    ['send()', (connection) => connection.send('a'), { name: 'SendError', kind: 'disconnected' }],
    [
      'ready()',
      (connection) => connection.ready(),
      { name: 'ConnectionError', kind: 'disconnected' },
    ],
  ];

  it.each(asked)('%s troubles nobody who does not look at it', async (_, ask) => {
    for (const connection of [start(), await connect()]) {
      ask(connection);
      connection.dispose();
      ask(connection);
      await settle();
    }
    expect(uncaught).toEqual([]);
  });

  it.each(asked)('%s tells whoever does', async (_, ask, reason) => {
    for (const connection of [start(), await connect()]) {
      const before = ask(connection);
      connection.dispose();
      await expect(before).rejects.toMatchObject(reason);
      await expect(ask(connection)).rejects.toMatchObject(reason);
    }
  });

  it('is told to whoever makes another of it, too', async () => {
    const connection = await connect();
    const chained = connection.ready().then(() => 'usable');
    connection.dispose();
    await expect(chained).rejects.toMatchObject({ kind: 'disconnected' });
  });

  it.each(['page', 'worker'] as const)(
    'by bytes that are no module, with host: %s, is said by the status alone',
    async (host) => {
      vi.stubGlobal('Worker', WorkerByHand);
      const connection = start({ host, wasmBinary: new Uint8Array([1, 2, 3]) });
      await vi.waitUntil(() => connection.status().error);
      expect(connection.status()).toMatchObject({
        error: { kind: 'wasm_unavailable' },
        state: 'disconnected',
        nextRetryAt: null,
        canRetry: false,
      });
      expect(uncaught).toEqual([]);
    },
  );

  it('by bytes that are no module hides no option that is refused meanwhile', async () => {
    const subprotocols = () => {
      throw new Error('mine');
    };
    const wasmBinary = new Uint8Array([1, 2, 3]);
    const connection = start({ subprotocols, wasmBinary });
    await vi.waitUntil(() => connection.status().error);
    await settle();
    expect(connection.status().error?.kind).toBe('option_invalid');
    expect(uncaught).toEqual([]);
  });
});

describe('a provider of tokens that rejects', () => {
  useWorld();
  useUncaught();
  beforeEach(() => vi.stubGlobal('reportError', (error: unknown) => uncaught.push(error)));

  it.each<[string, unknown]>([
    ['an object without a text', Object.create(null)],
    ['an error whose message is one', { message: Object.create(null) }],
    ['an error whose message throws', Object.defineProperty({}, 'message', { get: fail })],
    ['a symbol', Symbol('mine')],
    ['nothing', undefined],
    ['null', null],
  ])('with %s has failed at once, and is asked again', async (_, reason) => {
    let asked = 0;
    const options: ConnectionOptions = {
      getToken: () => {
        asked += 1;
        return asked === 1 ? Promise.reject(reason) : 'abc';
      },
    };
    const connection = await connect(options);
    expect(connection.status()).toMatchObject({
      phase: 'waiting',
      error: { kind: 'token_unavailable' },
    });
    await advance(5000);
    expect(FakeWebSocket.last.protocols).toContain('bearer.abc');
    expect(uncaught).toEqual([]);
  });
});

function fail(): never {
  throw new Error('mine');
}

describe('what cannot be written', () => {
  useWorld();
  useUncaught();

  it.each<[string, unknown]>([
    ['toJSON throws', { toJSON: fail }],
    ['a member throws', Object.defineProperty({}, 'a', { get: fail, enumerable: true })],
    ['JSON has no word for it', [1n]],
  ])('rejects where %s, and hurts nothing', async (_, data) => {
    const connection = await connectLive();
    await expect(connection.send('a', data)).rejects.toMatchObject({ kind: 'not_serialisable' });
    const sent = connection.send('a', 1);
    await expect(sent).resolves.toMatchObject({ sentAt: expect.any(Number) });
    expect(uncaught).toEqual([]);
  });
});
