/** `attach` on what back ends are built with: their own routes and upgrades go on as before. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { attach } from 'keepline/server/ws';
import { expect, onTestFinished, test } from 'vitest';
import { Client } from './support/client.js';
import { ada, startRealtime, tokenOf } from './support/link.js';

interface Backend {
  readonly http: Server;
  /** Listens on a free port. */
  readonly start: () => Promise<unknown>;
  readonly stop: () => unknown;
}

function onExpress(): Backend {
  const app = express();
  app.get('/hello', (_, response) => void response.send('a page'));
  // What single-page applications end with: every address is the page.
  app.use((_, response) => void response.send('the fallback'));
  const http = createServer(app);
  return {
    http,
    start: () => once(http.listen(0, '127.0.0.1'), 'listening'),
    stop: () => http.close(),
  };
}

function onFastify(): Backend {
  const app = fastify();
  app.get('/hello', async () => 'a page');
  const start = () => app.listen({ port: 0, host: '127.0.0.1' });
  return { http: app.server, start, stop: () => app.close() };
}

test.each([
  ['Express', onExpress],
  ['Fastify', onFastify],
])('%s serves its routes and links side by side, and stops with them', async (_name, make) => {
  const { http, start, stop } = make();
  const realtime = startRealtime({ messages: { note: (data) => ({ heard: data }) } });
  attach(http, realtime);
  await start();
  onTestFinished(() => void stop());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const client = Client.withToken(url, tokenOf(ada));
  expect((await client.next())['type']).toBe('connected');
  expect(await (await fetch(`${url}/hello`)).text()).toBe('a page');
  client.send({ type: 'note', id: '1', data: 'hi' });
  expect(await client.next()).toMatchObject({ id: '1', data: { result: { heard: 'hi' } } });
  // An upgrade is no request of theirs: not even a fallback route answers it.
  const [, response] = await once(
    new Client(url, { path: '/other' }).socket,
    'unexpected-response',
  );
  expect(response.statusCode).toBe(404);
  await realtime.drain({ overMs: 0 });
  expect((await client.closed).code).toBe(1012);
});
