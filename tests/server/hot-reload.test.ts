/** The page through Vite: its own socket and ours share a server and never meet. */
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { Client } from './support/client.js';
import { connect, startServer } from './support/server.js';

const root = fileURLToPath(new URL('../../web-demo', import.meta.url));

// Vite takes as long to start as the machine is busy.
describe('the development page', { timeout: 60_000 }, () => {
  test('reloads over a socket beside ours, and each gets only its own', async () => {
    const server = await startServer({ page: { kind: 'vite', root } });
    const script = await (await fetch(`${server.url}/@vite/client`)).text();
    const token = /wsToken = "([^"]+)"/.exec(script)?.[1];
    expect(token).toBeDefined();
    expect(script).toContain('/__hot-reload');

    const address = `${server.url.replace('http', 'ws')}/__hot-reload?token=${token}`;
    const hotReload = new WebSocket(address, 'vite-hmr', { origin: server.url });
    onTestFinished(() => hotReload.terminate());
    const greeting = await new Promise((resolve, reject) => {
      hotReload.once('message', (data: Buffer) => resolve(JSON.parse(data.toString())));
      hotReload.once('error', reject);
    });
    expect(greeting).toEqual({ type: 'connected' });

    const client = await connect(server, 'ada');
    client.send({ type: 'ping', id: '1' });
    expect(await client.next()).toMatchObject({ type: 'pong', id: '1' });
    expect(server.realtime.size).toBe(1);
    expect(hotReload.readyState).toBe(hotReload.OPEN);
  });

  test('leaves the addresses of the server to the server', async () => {
    const server = await startServer({ page: { kind: 'vite', root } });
    const page = await fetch(server.url, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toContain('/@vite/client');
    const config = await fetch(`${server.url}/api/config`, { headers: { Accept: 'text/html' } });
    expect(await config.json()).toMatchObject({ issuer: 'development' });
    const nothing = await fetch(`${server.url}/api/nothing`, { headers: { Accept: 'text/html' } });
    expect(nothing.status).toBe(404);
    const elsewhere = new Client(server.url, { protocols: ['vite-hmr'], path: '/elsewhere' });
    expect(await elsewhere.opened).toBe(false);
    // Vite leaves what does not speak its protocol to somebody else.
    const stranger = new Client(server.url, { protocols: ['other'], path: '/__hot-reload' });
    expect(await stranger.opened).toBe(false);
    const ours = new Client(server.url, { protocols: ['vite-hmr'] });
    expect(await ours.opened).toBe(false);
  });
});
