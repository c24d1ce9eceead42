/** A verified socket: its first frame, control messages, renewal, limits, and its end. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from './support/client.js';
import { connect, startServer, tokenFor } from './support/server.js';

const ada = { tenant: 'harbour', user: 'agent-1' };

describe('connected', () => {
  test('is the first frame and says who, what and for how long', async () => {
    const server = await startServer({ heartbeatMs: 12_000 });
    const client = Client.withToken(server.url, await tokenFor(server, 'ada', 600));
    const { type, data } = await client.next();
    expect(type).toBe('connected');
    expect(data).toMatchObject({
      tenantId: 'harbour',
      userId: 'agent-1',
      heartbeatMs: 12_000,
      features: ['subscribe', 'reauth', 'resume', 'ack', 'batch'],
      position: expect.stringMatching(/^[A-Za-z0-9_-]{1,16}\.[1-9]\d*$/),
      ackWindowMs: 600_000,
    });
    const { connectionId, serverTime, tokenExpiresInMs } = data as Record<string, unknown>;
    expect(connectionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(serverTime).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(tokenExpiresInMs).toBeGreaterThan(500_000);
    expect(tokenExpiresInMs).toBeLessThanOrEqual(600_000);
    client.socket.close();
  });

  test('can be left out, as by a server that does not know it', async () => {
    const server = await startServer({ sendConnected: false });
    const client = Client.withToken(server.url, await tokenFor(server, 'ada'));
    await client.opened;
    await client.settle();
    expect(client.unread).toEqual([]);
    client.socket.close();
  });
});

describe('pings', () => {
  test('in JSON are answered in JSON, with the id', async () => {
    const client = await connect(await startServer(), 'ada');
    client.send({ type: 'ping', id: '7', ts: 1 });
    expect(await client.next()).toEqual({ type: 'pong', id: '7', ts: expect.any(Number) });
  });

  test('in JSON without a usable id are answered without one', async () => {
    const client = await connect(await startServer(), 'ada');
    client.send({ type: 'ping', id: 'x'.repeat(65) });
    expect(await client.next()).toEqual({ type: 'pong', ts: expect.any(Number) });
  });

  test('as bare text are answered as bare text', async () => {
    const client = await connect(await startServer(), 'ada');
    client.send('ping');
    expect((await client.nextFrame()).text).toBe('pong');
  });

  test('in a binary frame are answered too', async () => {
    const client = await connect(await startServer(), 'ada');
    client.socket.send(Buffer.from('{"type":"ping","id":"b"}'), { binary: true });
    expect(await client.next()).toMatchObject({ type: 'pong', id: 'b' });
  });

  test('stay unanswered where the server is told not to know them', async () => {
    const client = await connect(await startServer({ answerPings: false }), 'ada');
    client.send('ping');
    client.send({ type: 'ping', id: '1' });
    await client.settle();
    expect(client.unread).toEqual([]);
  });
});

describe('subscribe', () => {
  async function heardOf(patterns: unknown, types: readonly string[]): Promise<unknown[]> {
    const server = await startServer();
    const client = await connect(server, 'ada');
    client.send({ type: 'subscribe', data: { events: patterns } });
    await client.settle();
    for (const type of types) server.publish(ada, type, {});
    await client.settle();
    return client.unread.map((frame) => (JSON.parse(frame.text) as { type: string }).type);
  }

  const types = ['call_update', 'import_progress', 'import_error', 'new_call'];

  test('takes names and prefixes', async () => {
    expect(await heardOf(['call_update', 'import_*'], types)).toEqual(types.slice(0, 3));
  });

  test('takes everything by a star, and nothing by an empty list', async () => {
    expect(await heardOf(['*'], types)).toEqual(types);
    expect(await heardOf([], types)).toEqual([]);
  });

  test('of one socket leaves the same user in another tab alone', async () => {
    const server = await startServer();
    const [quiet, curious] = [await connect(server, 'ada'), await connect(server, 'ada')];
    quiet.send({ type: 'subscribe', data: { events: [] } });
    await quiet.settle();
    server.publish(ada, 'new_call', {});
    expect((await curious.next())['type']).toBe('new_call');
    await quiet.settle();
    expect(quiet.unread).toEqual([]);
  });

  test.each([[undefined], [['a', 1]], [Array.from({ length: 65 }, () => 'a')], ['new_call']])(
    'that is malformed is answered by an error and changes nothing',
    async (events) => {
      const server = await startServer();
      const client = await connect(server, 'ada');
      client.send({ type: 'subscribe', id: 's1', data: { events } });
      expect(await client.next()).toMatchObject({
        type: 'error',
        id: 's1',
        data: { code: 'bad_subscribe' },
      });
      server.publish(ada, 'new_call', {});
      expect((await client.next())['type']).toBe('new_call');
    },
  );

  test('is an ordinary message where the feature is off', async () => {
    const server = await startServer({ features: [] });
    const client = await connect(server, 'ada');
    client.send({ type: 'subscribe', id: 's1', data: { events: [] } });
    expect(await client.next()).toMatchObject({ id: 's1', data: { code: 'unknown_type' } });
    server.publish(ada, 'new_call', {});
    expect((await client.next())['type']).toBe('new_call');
  });
});

describe('the end of a token', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('closes the socket with 4401', async () => {
    const server = await startServer();
    const client = Client.withToken(server.url, await tokenFor(server, 'ada', 600));
    await client.next();
    vi.advanceTimersByTime(599_000);
    await client.settle();
    expect(server.realtime.size).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(await client.closed).toEqual({ code: 4401, reason: 'token expired' });
    expect(server.realtime.size).toBe(0);
  });

  test('further away than a timer can count does not come early', async () => {
    const server = await startServer({ limits: { tokenMs: Number.POSITIVE_INFINITY } });
    const days = 24 * 60 * 60;
    const client = Client.withToken(server.url, await tokenFor(server, 'ada', 30 * days));
    await client.next();
    vi.advanceTimersByTime(29 * days * 1000);
    await client.settle();
    expect(server.realtime.size).toBe(1);
    vi.advanceTimersByTime(days * 1000);
    expect((await client.closed).code).toBe(4401);
  });

  test('is moved by a new token sent in-band', async () => {
    const server = await startServer();
    const client = Client.withToken(server.url, await tokenFor(server, 'ada', 60));
    await client.next();
    client.send({ type: 'auth', data: { token: await tokenFor(server, 'ada', 600) } });
    expect(await client.next()).toEqual({ type: 'authed', data: { expiresInMs: 600_000 } });
    vi.advanceTimersByTime(599_000);
    await client.settle();
    expect(server.realtime.size).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect((await client.closed).code).toBe(4401);
  });

  test('is not moved by a token of the same user in another tenant', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    client.send({ type: 'auth', data: { token: await tokenFor(server, 'chen') } });
    expect(await client.closed).toEqual({ code: 4401, reason: 'token belongs to somebody else' });
  });

  test.each([[{ token: 'nonsense' }], [{}], [undefined]])(
    'comes at once when what is sent in-band is no token (%o)',
    async (data) => {
      const client = await connect(await startServer(), 'ada');
      client.send({ type: 'auth', data });
      expect((await client.closed).code).toBe(4401);
    },
  );
});

describe('limits', () => {
  test.each([
    '{',
    '[]',
    '"text"',
    '{}',
    '{"type":""}',
    '{"type":7}',
    '{"__proto__":{"type":"ping"}}',
  ])('a malformed frame (%s) closes with 4400', async (frame) => {
    const client = await connect(await startServer(), 'ada');
    client.send(frame);
    expect((await client.closed).code).toBe(4400);
  });

  test('a binary frame that is not UTF-8 closes with 4400', async () => {
    const client = await connect(await startServer(), 'ada');
    client.socket.send(Buffer.from([0x22, 0xff, 0x22]));
    expect((await client.closed).code).toBe(4400);
  });

  test('a message of an unknown type is answered by an error, and the link goes on', async () => {
    const client = await connect(await startServer(), 'ada');
    client.send({ type: 'made-up', id: 'm1', data: { text: 'hello' } });
    expect(await client.next()).toEqual({
      type: 'error',
      id: 'm1',
      data: { code: 'unknown_type', message: expect.stringContaining('"made-up"'), retry: false },
    });
    client.send('ping');
    expect((await client.nextFrame()).text).toBe('pong');
  });

  test('a frame that is too large closes with 1009', async () => {
    const limits = { messageBytes: 1000 };
    const client = await connect(await startServer({ limits }), 'ada');
    client.send({ type: 'note', data: 'x'.repeat(1000) });
    expect((await client.closed).code).toBe(1009);
  });

  test('too many messages close with 4429 and a hint', async () => {
    const limits = { messages: { burst: 3, perSecond: 0.001 } };
    const client = await connect(await startServer({ limits }), 'ada');
    for (let sent = 0; sent < 4; sent += 1) client.send('ping');
    const { code, reason } = await client.closed;
    expect(code).toBe(4429);
    expect(JSON.parse(reason)).toEqual({ retryAfterMs: 5000, spreadMs: 2000 });
  });

  test('a reader that does not read is cut', async () => {
    // One that may be live however much waits for it: the last bound is tried alone.
    const limits = { bufferedBytes: 64 * 1024, liveBytes: 2 ** 30 };
    const server = await startServer({ limits });
    const client = await connect(server, 'ada');
    client.socket.pause();
    const data = 'x'.repeat(512 * 1024);
    // What the two kernels buffer on the way is taken first; the bound is far above it.
    for (let sent = 0; sent < 200 && server.realtime.size > 0; sent += 1) {
      server.publish(ada, 'new_call', data);
      await new Promise(setImmediate);
    }
    expect(server.realtime.size).toBe(0);
    client.socket.resume();
    expect((await client.closed).code).toBe(1006);
  });

  test('a peer that leaves two protocol pings unanswered is cut', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    client.socket.pause();
    server.checkLiveness();
    server.checkLiveness();
    expect(server.realtime.size).toBe(1);
    server.checkLiveness();
    expect(server.realtime.size).toBe(0);
    client.socket.resume();
    expect((await client.closed).code).toBe(1006);
  });

  test('a peer that answers protocol pings stays, however quiet its page is', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    for (let round = 0; round < 5; round += 1) {
      const pinged = new Promise((resolve) => client.socket.once('ping', resolve));
      server.checkLiveness();
      await pinged;
      await client.settle();
    }
    expect(server.realtime.size).toBe(1);
  });
});
