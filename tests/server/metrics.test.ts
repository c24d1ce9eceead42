/** What the server counts about itself, and who may read it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { MetricsRoutes } from '../../js-bindings/src/server/standalone/metrics-routes.js';
import { readOptions } from '../../web-demo/server/config.js';
import { ServerMetrics } from '../../web-demo/server/metrics.js';
import { defaultOptions } from '../../web-demo/server/options.js';
import { Client } from './support/client.js';
import { metric, post, scrape, waitFor } from './support/http.js';
import { connect, startServer, tokenFor } from './support/server.js';

const ada = { tenant: 'harbour', user: 'agent-1' };
const secret = 'f00d'.repeat(8);

describe('the metrics', () => {
  test('count open sockets, dials by outcome and closes by code', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    expect(await metric(server, 'keepline_sockets_open')).toBe(1);
    expect(await metric(server, 'keepline_upgrades_total{outcome="accepted"}')).toBe(1);
    await new Client(server.url, { protocols: ['keepline.v1'] }).closed;
    await new Client(server.url).closed;
    await new Client(server.url, { path: '/elsewhere' }).opened;
    client.socket.close(1000);
    await client.closed;
    await waitFor(async () => (await metric(server, 'keepline_closes_total{code="1000"}')) === 1);
    const text = await scrape(server);
    expect(text).toContain('keepline_upgrades_total{outcome="unauthorised"} 1');
    expect(text).toContain('keepline_upgrades_total{outcome="badRequest"} 1');
    expect(text).toContain('keepline_upgrades_total{outcome="not_found"} 1');
    expect(text).toContain('keepline_closes_total{code="4401"} 1');
    expect(text).toContain('keepline_closes_total{code="4400"} 1');
    expect(text).toContain('keepline_sockets_open 0');
  });

  test('count messages by the types they know, and all others together', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    client.send({ type: 'ping', id: '1' });
    client.send('ping');
    for (const type of ['made-up-1', 'made-up-2', 'constructor']) client.send({ type });
    await client.settle();
    server.publish(ada, 'new_call', {});
    server.publish(ada, 'not-in-the-catalogue', {});
    const text = await scrape(server);
    expect(text).toContain('keepline_messages_received_total{type="ping"} 2');
    expect(text).toContain('keepline_messages_received_total{type="other"} 3');
    expect(text).toContain('keepline_messages_sent_total{type="connected"} 1');
    expect(text).toContain('keepline_messages_sent_total{type="pong"} 2');
    expect(text).toContain('keepline_messages_sent_total{type="event"} 2');
    expect(text).toContain('keepline_messages_sent_total{type="error"} 3');
    expect(text).not.toMatch(/made-up|catalogue/);
  });

  test('count a close code that nobody agreed on as another one', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    client.socket.close(4999);
    await client.closed;
    await waitFor(async () => (await metric(server, 'keepline_closes_total{code="other"}')) === 1);
  });

  test('time verifications by verdict and count questions for the keys', async () => {
    const server = await startServer();
    await connect(server, 'ada');
    await connect(server, 'bruno');
    await Client.withToken(server.url, 'nonsense').closed;
    const text = await scrape(server);
    expect(text).toContain('keepline_verification_seconds_count{verdict="accepted"} 2');
    expect(text).toContain('keepline_verification_seconds_count{verdict="token"} 1');
    expect(text).toContain('keepline_jwks_fetches_total 1');
  });

  test('count imports and their rows', async () => {
    const imports = { ...defaultOptions.imports, rowsPerSecond: 0 };
    const server = await startServer({ imports });
    const token = await tokenFor(server, 'ada');
    await fetch(`${server.url}/api/imports`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' },
      body: 'name,phone\nMara,+12025550117\nTheo,none\n',
    });
    const complete = 'keepline_imports_total{outcome="complete"}';
    await waitFor(async () => (await metric(server, complete)) === 1);
    expect(await metric(server, 'keepline_import_rows_total{outcome="succeeded"}')).toBe(1);
    expect(await metric(server, 'keepline_import_rows_total{outcome="failed"}')).toBe(1);
    expect(await metric(server, 'keepline_imports_held')).toBe(0);
  });

  test('count what waited for a slow reader when it was cut', async () => {
    // One that may be live however much waits for it: the last bound is tried alone.
    const limits = { bufferedBytes: 64 * 1024, liveBytes: 2 ** 30 };
    const server = await startServer({ limits });
    const client = await connect(server, 'ada');
    client.socket.pause();
    const data = 'x'.repeat(512 * 1024);
    await waitFor(() => {
      server.publish(ada, 'new_call', data);
      return server.realtime.size === 0;
    });
    expect(await metric(server, 'keepline_slow_readers_cut_total')).toBe(1);
    expect(await metric(server, 'keepline_slow_reader_bytes_cut_total')).toBeGreaterThan(64 * 1024);
    client.socket.terminate();
  });

  test('tell how far the event loop lags, and belong to one instance', async () => {
    const [busy, idle] = [await startServer(), await startServer()];
    await connect(busy, 'ada');
    const text = await scrape(idle);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).toContain('keepline_sockets_open 0');
    expect(text).not.toContain('outcome="accepted"');
  });
});

describe('the metrics are read', () => {
  test('from this machine, and not through a proxy on it', async () => {
    const server = await startServer();
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    const headers = 'X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host Forwarded X-Real-IP Via';
    for (const header of `${headers} CF-Connecting-IP True-Client-IP`.split(' ')) {
      const response = await fetch(`${server.url}/metrics`, { headers: { [header]: '192.0.2.1' } });
      expect(response.status, header).toBe(403);
      expect(await response.json()).toEqual({ error: expect.stringContaining('METRICS_TOKEN') });
    }
  });

  test('not from another address, the loopback spelled as IPv6 aside', async () => {
    const { handle, answers } = routesForPeers();
    for (const peer of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) await handle(peer);
    expect(answers).toEqual([200, 200, 200, 200]);
    for (const peer of ['192.0.2.1', '10.0.0.2', '::ffff:192.0.2.1', '127.evil', '']) {
      await expect(handle(peer), peer).rejects.toMatchObject({ status: 403 });
    }
  });

  test('with the token alone where there is one, from wherever', async () => {
    const server = await startServer({ metricsKeys: [secret] });
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/metrics`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ Authorization: 'Bearer wrong' })).toBe(401);
    expect(await status({ Authorization: `Bearer ${secret}x` })).toBe(401);
    expect(await status({ Authorization: `Basic ${secret}` })).toBe(401);
    expect(await status({ Authorization: `Bearer ${secret}` })).toBe(200);
    expect(await status({ Authorization: `Bearer ${secret}`, Via: '1.1 proxy' })).toBe(200);
    expect(server.logged()).not.toContain(secret);
  });

  test('and not written to', async () => {
    const server = await startServer();
    expect((await post(server, '/metrics', {})).status).toBe(405);
  });

  test('by a token that cannot be guessed', () => {
    const page = { kind: 'none' } as const;
    expect(() => readOptions({ METRICS_TOKEN: 'short' }, page)).toThrow('at least 16');
    expect(readOptions({ METRICS_TOKEN: secret }, page).metricsKeys).toEqual([secret]);
    expect(readOptions({}, page).metricsKeys).toEqual([]);
  });
});

/** A peer's address is the one thing that a test on one machine cannot bring about. */
function routesForPeers() {
  const metrics = new ServerMetrics(() => 0);
  const routes = new MetricsRoutes({ metrics, keys: [], keyName: 'METRICS_TOKEN' });
  const answers: number[] = [];
  const response = { writeHead: (status: number) => answers.push(status), end: () => {} };
  const handle = (remoteAddress: string) =>
    routes.handle(
      { method: 'GET', headers: {}, socket: { remoteAddress } } as unknown as IncomingMessage,
      response as unknown as ServerResponse,
      new URL('http://server.invalid/metrics'),
    );
  return { handle, answers };
}
