/** The balancer before several nodes: what comes through is what was sent, and says who sent it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Balancer } from '../../web-demo/server/fleet/balancer.js';
import { Client } from './support/client.js';

async function listen(http: ReturnType<typeof createServer>): Promise<number> {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return (http.address() as AddressInfo).port;
}

/** Answers with what it was asked. */
const startBackEnd = () =>
  listen(
    createServer(async (asked, response) => {
      response.writeHead(202, { 'Set-Cookie': ['a=1', 'b=2'] });
      const { method, url, headers } = asked;
      response.end(JSON.stringify({ method, url, headers, body: await text(asked) }));
    }),
  );

/** Sends each link its own name, and what its dial said; then whatever it hears. */
async function startNode(name: string): Promise<number> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket, { headers }: IncomingMessage) => {
    socket.send(JSON.stringify({ name, headers }));
    socket.on('message', (data) => socket.send(String(data)));
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
  });
  return listen(http);
}

async function start(nodePorts: () => readonly number[]) {
  const balancer = new Balancer({ backEndPort: await startBackEnd(), nodePorts });
  const port = await listen(balancer.http);
  onTestFinished(() => balancer.close());
  return { balancer, port, url: `http://127.0.0.1:${port}` };
}

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  http.close();
  await once(http, 'close');
  return port;
}

describe('a request', () => {
  test('reaches the back end whole, with its Host, and whoever was there before', async () => {
    const { url, port } = await start(() => []);
    const body = 'x'.repeat(3_000_000);
    const headers = { 'X-Forwarded-For': '203.0.113.7', Authorization: 'Bearer t' };
    const answer = await fetch(`${url}/api/imports?name=a%20b`, { method: 'POST', body, headers });
    expect(answer.status).toBe(202);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.json()).toMatchObject({
      ...{ method: 'POST', url: '/api/imports?name=a%20b', body },
      headers: {
        host: `127.0.0.1:${port}`,
        authorization: 'Bearer t',
        'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      },
    });
  });

  test('is answered 502 where there is no back end', async () => {
    const balancer = new Balancer({ backEndPort: await closedPort(), nodePorts: () => [] });
    const port = await listen(balancer.http);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(502);
  });

  test('that offers another protocol than WebSocket is answered all the same', async () => {
    const { port } = await start(() => []);
    const asked = request({ port, host: '127.0.0.1', path: '/page', method: 'GET' });
    asked.setHeader('Connection', 'Upgrade, HTTP2-Settings').setHeader('Upgrade', 'h2c');
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(202);
    expect(await text(answer)).toContain('"url":"/page"');
  });
});

describe('a dial', () => {
  test('reaches the first node that takes it, with its Host and protocols, and both talk', async () => {
    const ports = [await closedPort(), await startNode('second'), await startNode('third')];
    const { url, port } = await start(() => ports);
    const client = Client.withToken(url, 'token', { origin: url });
    expect(await client.next()).toMatchObject({
      name: 'second',
      headers: {
        host: `127.0.0.1:${port}`,
        origin: url,
        'sec-websocket-protocol': 'keepline.v1,bearer.token',
        'x-forwarded-for': '127.0.0.1',
      },
    });
    client.send('"x"');
    expect((await client.nextFrame()).text).toBe('"x"');
    client.socket.close(4000, 'bye');
    expect(await client.closed).toEqual({ code: 4000, reason: 'bye' });
  });

  test('is refused with 503 where no node takes it', async () => {
    const port = await closedPort();
    const { url } = await start(() => [port]);
    const client = Client.withToken(url, 'token');
    const refused = once(client.socket, 'unexpected-response') as Promise<
      [unknown, IncomingMessage]
    >;
    expect((await refused)[1].statusCode).toBe(503);
  });

  test('ends with the balancer', async () => {
    const node = await startNode('one');
    const { balancer, url } = await start(() => [node]);
    const client = Client.withToken(url, 'token');
    await client.next();
    balancer.close();
    expect(await client.closed).toMatchObject({ code: 1006 });
  });
});
