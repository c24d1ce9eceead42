/** `keepline serve` as several processes with one Redis: what one is told, the pages of the others hear. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../support/client.js';
import { waitFor } from '../support/http.js';
import { hasRedis, type RedisProcess, startRedis } from '../support/redis.js';
import { OtherIssuer } from '../support/server.js';
import { ada, goodFor, startProcess } from './support/node.js';

describe.runIf(hasRedis)('two processes with one Redis', { timeout: 60_000 }, () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const start = async (of: RedisProcess = redis, more: Readonly<Record<string, string>> = {}) => {
    const issuer = await OtherIssuer.start();
    const environment = { ...goodFor(issuer.url), REDIS_URL: of.url, ...more };
    const nodes = await Promise.all([startProcess(environment), startProcess(environment)]);
    for (const { ask } of nodes) await waitFor(async () => (await ask('/readyz')).status === 200);
    const dial = async (node: (typeof nodes)[number]) => {
      const client = Client.withToken(node.url, await issuer.sign(ada));
      onTestFinished(() => client.socket.terminate());
      expect(await client.next()).toMatchObject({ type: 'connected' });
      return client;
    };
    return { nodes, dial };
  };
  const event = { tenant: 'acme', to: 'tenant', type: 'shift_over', id: 'shift-7' };

  test('publish to each other’s pages, and take one id for one', async () => {
    const { nodes, dial } = await start();
    const [here, there] = nodes as [(typeof nodes)[number], (typeof nodes)[number]];
    const client = await dial(there);
    const first = await here.ask('/publish', { method: 'POST', body: event });
    expect(first).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(await client.next()).toMatchObject({ type: 'shift_over' });
    const again = await there.ask('/publish', { method: 'POST', body: event });
    expect(again.body).toEqual({ ...first.body, duplicate: true });
  });

  test('are not ready without it, refuse what they cannot write, and are back with it', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const { nodes } = await start(own, { REDIS_PREFIX: 'other' });
    const [node] = nodes as [(typeof nodes)[number], (typeof nodes)[number]];
    own.signal('SIGSTOP');
    await waitFor(async () => (await node.ask('/readyz')).status === 503);
    expect((await node.ask('/healthz')).status).toBe(200);
    const refused = await node.ask('/publish', { method: 'POST', body: event });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    own.signal('SIGCONT');
    await waitFor(async () => (await node.ask('/readyz')).status === 200);
    expect((await node.ask('/publish', { method: 'POST', body: event })).status).toBe(202);
    expect(node.written()).not.toContain(own.url);
  });
});
