/** What back ends are built with, as the README shows each: their own routes go on, and links open beside them. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readSnippet, startSnippet } from './support/any-server.js';
import { Client } from './support/client.js';

/** What a block has from the blocks before it; tokens are the user's name. */
const before = `
  import { createRealtime } from 'keepline/server';
  import { attach } from 'keepline/server/ws';
  const realtime = createRealtime({
    verify: (user) => user === 'mallory' ? { refused: 'token', why: 'no' }
      : { tenant: 'acme', user, expiresAt: Infinity, claims: {} },
    messages: { note: (data) => ({ heard: data }) },
  });
  process.on('message', () => realtime.drain({ overMs: 0 }));
`;

/** `http` is where Node listens. */
const backends = [
  { name: 'Express', http: '' },
  { name: 'Fastify', http: 'const http = app.server;' },
  { name: 'Nitro, h3 and whatever speaks crossws', http: 'const http = server.node.server;' },
];

test.each(backends)('$name serves its routes and links side by side', async ({ name, http }) => {
  const { child, port } = await startSnippet([before, await readSnippet(name), http].join('\n'));
  const url = `http://127.0.0.1:${port}`;
  const page = { origin: 'https://crm.example' };
  const ada = Client.withToken(url, 'ada', page);
  expect((await ada.next())['type']).toBe('connected');
  expect(ada.socket.protocol).toBe('keepline.v1');
  expect(await (await fetch(`${url}/hello`)).text()).toBe('a page');
  ada.send({ type: 'note', id: '1', data: 'hi' });
  expect(await ada.next()).toMatchObject({ id: '1', data: { result: { heard: 'hi' } } });
  expect((await Client.withToken(url, 'mallory', page).closed).code).toBe(4401);
  const stranger = Client.withToken(url, 'ada', { origin: 'https://evil.example' });
  expect((await stranger.closed).code).toBe(4403);
  const talker = Client.withToken(url, 'ada', page);
  await talker.next();
  talker.send('x'.repeat(65 * 1024));
  expect((await talker.closed).code).toBe(1009);
  // An upgrade is no request of theirs.
  const other = Client.withToken(url, 'ada', { ...page, path: '/other' });
  const [, response] = await once(other.socket, 'unexpected-response');
  expect(response.statusCode).toBe(404);
  child.send('drain');
  expect((await ada.closed).code).toBe(1012);
});
