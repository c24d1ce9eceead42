/** Upgrades that no session takes: what is refused holds nothing, and what is no WebSocket is an ordinary request. */
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from './support/http.js';
import { goodRows, HEADER, startImporter, stateOf } from './support/imports.js';
import { post, run, signIn, startedBy } from './support/process.js';
import { startServer, tokenFor } from './support/server.js';

/** Far more than a process opens for reasons of its own. */
const DIALS = 60;
const OWN_DESCRIPTORS_MAX = 20;

/** A raw dial that has read its whole answer, whose status it is. */
async function dialRaw(url: string, path: string, headers: readonly string[]) {
  const socket = connectTcp({
    port: Number(new URL(url).port),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  const lines = [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', ...headers];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  return { socket, status: Number(/^HTTP\/1\.1 (\d+)/.exec(String(answer))?.[1]) };
}

describe('a refused upgrade', { timeout: 30_000 }, () => {
  const webSocket = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
  const refusals: readonly (readonly [string, number, string, readonly string[]])[] = [
    ['to another address', 404, '/other', [...webSocket, key]],
    ['that a fault turns away', 503, '/ws', [...webSocket, key]],
    ['without a key', 400, '/ws', webSocket],
  ];
  const peers: readonly (readonly [string, (socket: Socket) => void])[] = [
    [
      'says one byte more and hangs up',
      (socket) => {
        socket.write('x');
        socket.destroySoon();
      },
    ],
    ['hangs up', (socket) => socket.destroy()],
    ['never hangs up', (socket) => socket.pause()],
    ['goes on talking', (socket) => socket.write(Buffer.alloc(256 * 1024))],
  ];
  test.each(refusals)(
    '%s holds no descriptor, whatever its peer does',
    async (...[, status, path, headers]) => {
      const child = run({ PORT: '0', FEED_RATE: '0', LOG_LEVEL: 'warn' });
      const { url } = await startedBy(child);
      const { client, token } = await signIn(url, 'ada');
      onTestFinished(() => client.socket.terminate());
      if (status === 503) await post(url, '/dev/network/refuse', { user: 'ada', on: true });
      const offer = `Sec-WebSocket-Protocol: keepline.v1, bearer.${token}`;
      const descriptors = async () => (await readdir(`/proc/${child.pid}/fd`)).length;
      for (const [what, act] of peers) {
        const before = await descriptors();
        for (let count = 0; count < DIALS; count += 1) {
          const dial = await dialRaw(url, path, [...headers, offer]);
          expect(dial.status, what).toBe(status);
          act(dial.socket);
        }
        await waitFor(async () => (await descriptors()) - before < OWN_DESCRIPTORS_MAX);
      }
      client.send({ type: 'ping', id: '1' });
      expect(await client.next()).toMatchObject({ type: 'pong' });
    },
  );
});

describe('a request that offers another protocol', () => {
  const h2c = {
    Connection: 'Upgrade, HTTP2-Settings',
    Upgrade: 'h2c',
    'HTTP2-Settings': 'AAMAAABkAAQAAP__',
  };

  async function ask(
    url: string,
    options: { method?: string; headers?: Record<string, string>; agent?: Agent },
    ...body: readonly string[]
  ) {
    const outgoing = request(url, { ...options, headers: { ...h2c, ...options.headers } });
    for (const part of body) outgoing.write(part);
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { response, body: JSON.parse(await text(response)) as Record<string, unknown> };
  }

  test('is answered as if it had not, and its connection serves the next', async () => {
    const server = await startServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const sockets = new Set<Socket>();
    for (let count = 0; count < 3; count += 1) {
      const { response, body } = await ask(`${server.url}/healthz`, { agent });
      expect(response.statusCode).toBe(200);
      expect(body).toMatchObject({ status: 'ok' });
      sockets.add(response.socket);
    }
    expect(sockets.size).toBe(1);
    const { response } = await ask(`${server.url}/api/elsewhere?x=1`, { agent });
    expect(response.statusCode).toBe(404);
    expect((await ask(`${server.url}/ws`, { agent })).response.statusCode).toBe(404);
  });

  test.each([
    ['of a known length', true],
    ['in chunks', false],
  ])('is read with its body %s', async (_name, isKnown) => {
    const server = await startImporter();
    const rows = [HEADER, goodRows(5000)];
    const length = Buffer.byteLength(rows.join(''));
    const { response, body } = await ask(
      `${server.url}/api/imports`,
      {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${await tokenFor(server, 'ada')}`,
          'Content-Type': 'text/csv',
          ...(isKnown ? { 'Content-Length': String(length) } : {}),
        },
      },
      ...rows,
    );
    expect(response.statusCode).toBe(202);
    expect(body['total']).toBe(5000);
    expect((await stateOf(server, 'ada', body['importId'])).status).toBe(200);
  });

  test('is let go of when its sender goes away in the middle', async () => {
    const server = await startServer();
    const { port } = new URL(server.url);
    const socket = connectTcp(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    const head = Object.entries(h2c).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `POST /api/imports HTTP/1.1\r\nHost: x\r\n${head.join('')}Content-Length: 9\r\n\r\n`,
    );
    socket.resetAndDestroy();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});
