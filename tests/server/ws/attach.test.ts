/** `keepline/server/ws`: on an HTTP server that belongs to somebody else, with whom it has to get along. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import {
  isOrigin,
  type Metrics,
  memoryLog,
  type Realtime,
  type RealtimeOptions,
} from 'keepline/server';
import { type AttachOptions, attach } from 'keepline/server/ws';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { Client } from '../support/client.js';
import { ada, startRealtime, tokenOf } from '../support/link.js';

interface Running {
  readonly http: Server;
  readonly url: string;
  readonly realtime: Realtime;
}

async function start(
  options: AttachOptions = {},
  given: Partial<RealtimeOptions> = {},
  prepare: (http: Server) => void = () => undefined,
): Promise<Running> {
  const http = createServer((_, response) => response.end('a page'));
  prepare(http);
  const realtime = startRealtime(given);
  attach(http, realtime, options);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { http, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, realtime };
}

const dial = (url: string, options = {}) => Client.withToken(url, tokenOf(ada), options);

describe('on a server of somebody else', () => {
  test('its own requests go on, and links open at the path', async () => {
    const { url, realtime } = await start({ path: '/live' });
    expect(await (await fetch(url)).text()).toBe('a page');
    const client = dial(url, { path: '/live?v=1' });
    expect((await client.next())['type']).toBe('connected');
    expect(realtime.size).toBe(1);
    client.socket.close();
  });

  test('other paths are left to whoever else listens, before or behind', async () => {
    const others = new WebSocketServer({ noServer: true });
    const listen = (http: Server) =>
      http.on('upgrade', (request, socket, head) => {
        if (request.url !== '/other') return;
        others.handleUpgrade(request, socket, head, (other) => other.send('mine'));
      });
    for (const order of ['before', 'behind']) {
      const { http, url } = await start({}, {}, order === 'before' ? listen : undefined);
      if (order === 'behind') listen(http);
      const other = new Client(url, { path: '/other' });
      expect((await other.nextFrame()).text).toBe('mine');
      const client = dial(url);
      expect((await client.next())['type']).toBe('connected');
      for (const { socket } of [other, client]) socket.terminate();
    }
  });

  test('a link stays where others end whatever they do not know, before or behind', async () => {
    const listen = (http: Server) => {
      // With a path of its own, `ws` answers 400 to any other.
      new WebSocketServer({ server: http, path: '/other' });
      http.on('upgrade', (request, socket) => {
        if (request.url !== '/other') socket.end();
      });
    };
    for (const order of ['before', 'behind']) {
      const { http, url } = await start({}, {}, order === 'before' ? listen : undefined);
      if (order === 'behind') listen(http);
      const client = dial(url);
      expect((await client.next())['type']).toBe('connected');
      await client.settle();
      const other = new Client(url, { path: '/other' });
      expect(await other.opened).toBe(true);
      for (const { socket } of [other, client]) socket.terminate();
    }
  });

  test('what nobody wants is refused at once where nobody else listens', async () => {
    const { url } = await start();
    const client = new Client(url, { path: '/other' });
    const [, response] = await once(client.socket, 'unexpected-response');
    expect(response.statusCode).toBe(404);
  });

  test('what nobody wants is refused in the end where others listen, and holds nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { http, url } = await start({}, {}, (server) => server.on('upgrade', () => undefined));
    const asked = once(http, 'upgrade');
    const client = new Client(url, { path: '/other' });
    await asked;
    vi.advanceTimersByTime(10_000);
    const [, response] = await once(client.socket, 'unexpected-response');
    expect(response.statusCode).toBe(404);
  });

  test('two of them live on one server, and each can be taken off', async () => {
    const { http, url } = await start({ path: '/a' });
    const second = startRealtime();
    const detach = attach(http, second, { path: '/b' });
    const [a, b] = [dial(url, { path: '/a' }), dial(url, { path: '/b' })];
    await Promise.all([a.next(), b.next()]);
    expect(second.size).toBe(1);
    detach();
    expect(await dial(url, { path: '/b' }).opened).toBe(false);
    for (const { socket } of [a, b]) socket.terminate();
  });

  test('limits that Node leaves open are set, and what was set stays', async () => {
    const { http } = await start({}, { limits: { sockets: 10 } });
    expect(http.headersTimeout).toBe(10_000);
    expect(http.maxConnections).toBeGreaterThan(10);
    const chosen = await start({}, {}, (server) => {
      server.headersTimeout = 7000;
      server.maxConnections = 5;
    });
    expect([chosen.http.headersTimeout, chosen.http.maxConnections]).toEqual([7000, 5]);
  });

  test.each([
    [{ path: 'ws' }],
    [{ origins: ['crm.example'] }],
    [{ origins: ['https://crm.example/x'] }],
  ])('a wrong option is named: %o', (options) => {
    expect(() => attach(createServer(), startRealtime(), options)).toThrow(TypeError);
  });
});

describe('who may dial', () => {
  test('is turned away by address before the upgrade', async () => {
    const { url } = await start({}, { limits: { socketsPerAddress: 1 } });
    const first = dial(url);
    await first.next();
    const [, response] = await once(dial(url).socket, 'unexpected-response');
    expect(response.statusCode).toBe(429);
    first.socket.terminate();
  });

  test.each([
    [0, '198.51.100.7', '127.0.0.1'],
    [1, '198.51.100.7', '198.51.100.7'],
    [1, '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    [2, '203.0.113.9, 198.51.100.7', '203.0.113.9'],
    [1, undefined, '127.0.0.1'],
  ])('behind %i proxies with X-Forwarded-For %s is %s', async (trustProxy, header, address) => {
    const { url, realtime } = await start({ trustProxy });
    const client = dial(url, { headers: header ? { 'x-forwarded-for': header } : {} });
    await client.next();
    expect(realtime.connections()[0]?.remoteAddress).toBe(address);
    client.socket.terminate();
  });

  const self = ['self'];
  test.each<[string, readonly string[], string, boolean | undefined, boolean]>([
    ['https://crm.corp', self, 'crm.corp', undefined, true],
    ['http://crm.corp', self, 'crm.corp', undefined, true],
    ['http://crm.corp', self, 'crm.corp', true, false],
    ['https://crm.corp', self, 'crm.corp:443', true, true],
    ['https://crm.corp:443', self, 'crm.corp', true, true],
    ['https://CRM.corp', self, 'crm.corp', true, true],
    ['https://crm.corp', self, 'crm.corp:8443', true, false],
    ['https://crm.corp.evil.example', self, 'crm.corp', true, false],
    ['https://crm.example', ['https://crm.example'], 'backend', undefined, true],
    ['https://CRM.example:443', ['https://crm.example'], 'backend', undefined, true],
    ['http://crm.example', ['https://crm.example'], 'backend', undefined, false],
    ['https://backend', ['https://crm.example'], 'backend', undefined, false],
    ['null', self, 'crm.corp', undefined, false],
    ['', self, 'crm.corp', undefined, false],
    ['http://x@crm.corp', self, 'crm.corp', undefined, false],
    ['http://crm.corp/x', self, 'crm.corp', undefined, false],
    ['ftp://crm.corp', self, 'crm.corp', undefined, false],
    ['moz-extension://crm.corp', self, 'crm.corp', undefined, false],
    ['https://crm.corp', self, '', undefined, false],
  ])(
    'a page of %s with the list %o that calls %s (encrypted: %s) is judged',
    (origin, list, host, secure, may) => {
      expect(isOrigin(origin, list, host, secure)).toBe(may);
    },
  );
});

describe('after our own close', () => {
  /** An upgraded connection whose peer never answers a close, and says whatever it likes. */
  async function openRaw(url: string): Promise<Socket> {
    const { port } = new URL(url);
    const raw = connectTcp(Number(port), '127.0.0.1');
    raw.on('error', () => undefined);
    await once(raw, 'connect');
    raw.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
        `Sec-WebSocket-Protocol: keepline.v1, bearer.${tokenOf(ada)}\r\n\r\n`,
    );
    await once(raw, 'data');
    return raw;
  }
  /** A masked text frame of 32 KiB. */
  const frame = Buffer.concat([
    Buffer.from([0x81, 0xfe, 0x80, 0x00, 0, 0, 0, 0]),
    Buffer.alloc(32_768, 0x20),
  ]);

  test('a peer that goes on talking is read no further than the bound, and is cut', async () => {
    const taken: number[] = [];
    const { url, realtime } = await start({
      accept: ({ accept, link, transport }) => {
        transport.on('data', (bytes: Buffer) => taken.push(bytes.length));
        return accept(link);
      },
    });
    const raw = await openRaw(url);
    await vi.waitFor(() => expect(realtime.size).toBe(1));
    taken.length = 0;
    realtime.kick(ada);
    const closed = new Promise((resolve) => raw.once('close', resolve));
    const talk = () => {
      while (!raw.destroyed && raw.write(frame));
    };
    raw.on('drain', talk);
    talk();
    raw.resume();
    await closed;
    expect(taken.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(256 * 1024);
  }, 20_000);

  test('a peer that sends too much at once still reads why', async () => {
    const { url } = await start();
    const client = dial(url);
    await client.next();
    client.socket.send('x'.repeat(4 * 1024 * 1024));
    expect((await client.closed).code).toBe(1009);
  }, 20_000);

  test('a peer that answers is gone at once, with the code', async () => {
    const { url, realtime } = await start();
    const client = dial(url);
    await client.next();
    realtime.kick(ada, 4403, 'out');
    expect(await client.closed).toEqual({ code: 4403, reason: 'out' });
    await vi.waitFor(() => expect(realtime.turnsAway('127.0.0.1')).toBeNull());
  });
});

test('messages are compressed from a size on, where that is asked for', async () => {
  const { url, realtime } = await start({ compressFromBytes: 1000 });
  const client = dial(url);
  await client.next();
  expect(client.socket.extensions).toContain('permessage-deflate');
  const data = 'x'.repeat(5000);
  await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data });
  expect((await client.next())['data']).toBe(data);
  client.socket.terminate();
  expect(dial((await start()).url).socket.extensions).toBe('');
});

test('texts arrive as they were sent, whichever way their length is written, and in order', async () => {
  const { url, realtime } = await start();
  const client = dial(url);
  await client.next();
  const publish = (data: string) =>
    realtime.publish({ tenant: ada.tenant, to: 'tenant', type: 'n', data });
  const bytesOf = (frame: object) => Buffer.byteLength(JSON.stringify(frame));
  await publish('');
  const envelope = bytesOf(await client.next());
  // RFC 6455, 5.2: seven bits, sixteen, sixty-four.
  for (const bytes of [125, 126, 127, 0xffff, 0x1_0000, 300_000]) {
    const data = `ü${'x'.repeat(bytes - envelope - 2)}`;
    await publish(data);
    await publish('behind it');
    const event = await client.next();
    expect([bytesOf(event), event['data']]).toEqual([bytes, data]);
    expect(await client.next()).toMatchObject({ data: 'behind it' });
    client.send({ type: 'ping', id: `${bytes}` });
    expect(await client.next()).toMatchObject({ type: 'pong', id: `${bytes}` });
  }
  await publish('the last but one');
  realtime.kick({}, 4403, 'the last word');
  expect(await client.next()).toMatchObject({ data: 'the last but one' });
  expect(await client.closed).toMatchObject({ code: 4403, reason: 'the last word' });
});

test('a peer that reads nothing for a while has all of it once it reads again, in order and once each', async () => {
  const counted = new Map<string, number>();
  const metrics: Metrics = {
    count: (name, _, by = 1) => counted.set(name, (counted.get(name) ?? 0) + by),
    observe: () => undefined,
    gauge: () => undefined,
  };
  const log = memoryLog({ retainBytes: 2 ** 30 });
  const limits = { liveBytes: 64 * 1024, tailBytes: 2 ** 30 };
  const { url, realtime } = await start({}, { log, limits, metrics });
  const client = dial(url);
  await client.next();
  client.socket.pause();
  let published = 0;
  const publish = async () => {
    published += 1;
    const data = { n: published, padding: 'x'.repeat(256 * 1024) };
    await realtime.publish({ tenant: ada.tenant, to: 'tenant', type: 'n', data });
    await new Promise(setImmediate);
  };
  // Until the kernels on the way have taken what they take.
  while (!counted.get('slow_readers_total')) await publish();
  for (let more = 0; more < 3; more += 1) await publish();
  client.socket.resume();
  for (let n = 1; n <= published; n += 1) {
    expect(await client.next()).toMatchObject({ data: { n } });
  }
  expect(counted.get('events_replayed_total')).toBeGreaterThanOrEqual(3);
  client.socket.terminate();
});
