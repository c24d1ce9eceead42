/** `keepline serve` as a supervisor sees it: how it starts, what it refuses, what it says, how it stops. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { check, keepline, main, runCommand } from '../check/support/command.js';
import { Client } from '../support/client.js';
import { waitFor } from '../support/http.js';
import { OtherIssuer } from '../support/server.js';
import { ada, goodFor, KEY, startNode, startProcess } from './support/node.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
/** Nobody asks it: what is wrong is found before. */
const good = goodFor('https://id.example.com/');
const secret = 'hunter2';

describe('the environment', { timeout: 60_000 }, () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ['OIDC_ISSUER', '', 'is not set'],
    ['OIDC_ISSUER', 'id.example.com', 'it is no URL'],
    ['OIDC_ISSUER', 'http://id.example.com/', 'https: alone'],
    ['OIDC_ISSUER', `https://me:${secret}@id.example.com/`, 'neither a user'],
    ['OIDC_AUDIENCE', ' ', 'is not set'],
    ['PUBLISH_KEY', `${secret}-and-more`, 'at least 32'],
    ['PUBLISH_KEY', `${KEY},${secret}`, 'at least 32'],
    ['PUBLISH_KEY', `${secret} ${'x'.repeat(40)}`, 'has spaces'],
    ['METRICS_TOKEN', secret, 'at least 16'],
    ['PORT', 'http', 'from 0 to 65535'],
    ['PORT', '65536', 'from 0 to 65535'],
    ['PORT', '80.5', 'a whole number'],
    ['PORT', '0x50', 'from 0 to 65535'],
    ['SOCKET_PATH', 'ws', 'a path such as /ws'],
    ['SOCKET_PATH', '//ws', 'a path such as /ws'],
    ['SOCKET_PATH', '/ws?x', 'a path such as /ws'],
    ['SOCKET_PATH', '/publish', 'none of /publish'],
    ['PUBLIC_ORIGIN', 'crm.example', 'is no origin'],
    ['ALLOWED_ORIGINS', 'https://a.example,https://b.example/x', 'is no origin'],
    ['TRUST_PROXY', 'true', 'from 0 to 10'],
    ['SOCKETS_MAX', '0', 'from 1'],
    ['SOCKETS_PER_ADDRESS', '-1', 'from 1'],
    ['SOCKETS_PER_USER', 'many', 'from 1'],
    ['PUBLISHES_PER_SECOND', '0', 'from 1'],
    ['HEARTBEAT_MS', '999', 'from 1000'],
    ['READY_MS', '60001', 'to 60000'],
    ['DRAIN_MS', 'soon', 'to 300000'],
    ['LOG_LEVEL', 'loud', 'write one of silent'],
    ['REDIS_URL', `http://:${secret}@redis:6379`, 'redis://host:port'],
    ['REDIS_URL', `redis:${secret}`, 'redis://host:port'],
    ['REDIS_PREFIX', 'a b', '1 to 64 of'],
  ];

  test.each(wrong)('%s=%s ends it with 2 and a sentence', async (name, value, sentence) => {
    const { code, output, complaint } = await keepline(['serve'], { ...good, [name]: value });
    expect([code, output]).toEqual([2, '']);
    expect(complaint).toMatch(new RegExp(`^keepline: ${name}\\b.*\\n$`));
    expect(complaint).toContain(sentence);
    expect(complaint).not.toContain(secret);
  });

  test('sets what pages see: path, origins, limits, scopes, the tenant’s claim and the build', async () => {
    const { url, issuer } = await startNode({
      ...{ SOCKET_PATH: '/socket', PUBLIC_ORIGIN: 'https://crm.example', TENANT_CLAIM: 'company' },
      ...{ SOCKETS_PER_USER: '1', REQUIRED_SCOPES: 'listen phone', BUILD: '2026.11.27' },
      ...{ HEARTBEAT_MS: '1500' },
    });
    const dial = async (claims: object, origin = 'https://crm.example') => {
      const own = { company: 'acme', sub: 'ada', scope: 'phone listen', ...claims };
      const options = { path: '/socket', origin };
      const client = Client.withToken(url, await issuer.sign(own), options);
      onTestFinished(() => client.socket.terminate());
      return client;
    };
    const client = await dial({});
    expect(await client.next()).toMatchObject({
      data: { tenantId: 'acme', userId: 'ada', build: '2026.11.27', heartbeatMs: 1500 },
    });
    expect((await (await dial({})).closed).code).toBe(4429);
    expect((await (await dial({ scope: 'phone' })).closed).code).toBe(4403);
    expect((await (await dial({ company: undefined })).closed).code).toBe(4403);
    expect((await (await dial({ sub: 'bo' }, url)).closed).code).toBe(4403);
    expect((await (await dial({ sub: 'bo', aud: 'another' })).closed).code).toBe(4401);
  });

  test('says whose word on addresses is believed', async () => {
    const { url, issuer, ask } = await startNode({ TRUST_PROXY: '1' });
    const headers = { 'X-Forwarded-For': '198.51.100.1, 192.0.2.7' };
    const client = Client.withToken(url, await issuer.sign(ada), { headers });
    onTestFinished(() => client.socket.terminate());
    await client.next();
    const { body } = await ask('/connections?tenant=acme');
    expect(body).toMatchObject({ connections: [{ remoteAddress: '192.0.2.7' }] });
  });

  test('names a port that is in use', async () => {
    const { port } = await startNode();
    const { code, complaint } = await keepline(['serve'], { ...good, PORT: String(port) });
    expect([code, complaint]).toEqual([2, expect.stringContaining('the port is in use')]);
  });

  test('is all that it takes', async () => {
    const { code, complaint } = await keepline(['serve', '--port', '80'], good);
    expect([code, complaint]).toEqual([2, expect.stringContaining('takes no arguments')]);
    expect((await keepline(['--help'])).output).toContain('serve');
    expect((await keepline(['serve', '--help'])).output).toContain('OIDC_ISSUER');
  });
});

test('names the packages that are missing, all at once', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepline-serve-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(dirname(dirname(main)), join(folder, 'server'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const command = join(folder, 'server', 'cli', 'main.js');
  const bare = await runCommand(command, ['serve'], good);
  expect([bare.code, bare.complaint]).toEqual([
    2,
    'keepline: this command needs the packages ws, jose, prom-client: npm install ws jose prom-client\n',
  ]);
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['ws', 'jose']) {
    await symlink(join(modules, name), join(folder, 'node_modules', name));
  }
  const { complaint } = await runCommand(command, ['serve'], good);
  expect(complaint).toContain('needs the package prom-client: npm install prom-client');
});

describe('a node', { timeout: 60_000 }, () => {
  test('whose issuer is away lives, is not ready, and becomes so', async () => {
    const issuer = await OtherIssuer.start();
    issuer.fail();
    const { ask, url } = await startProcess(goodFor(issuer.url));
    expect(await ask('/readyz', { key: null })).toMatchObject({
      status: 503,
      body: { status: 'unavailable' },
    });
    expect((await ask('/healthz')).status).toBe(200);
    const early = Client.withToken(url, await issuer.sign(ada));
    expect((await early.closed).code).toBe(1013);
    issuer.fail(false);
    await waitFor(async () => (await ask('/readyz')).status === 200);
    const client = Client.withToken(url, await issuer.sign(ada));
    expect(await client.next()).toMatchObject({ type: 'connected' });
    client.socket.terminate();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s sends everybody away with a hint and exits 0',
    async (signal) => {
      const { child, exited, dial } = await startNode({ DRAIN_MS: '200' });
      const clients = [await dial(), await dial({ ...ada, sub: 'bo' })];
      const { client: deaf } = await dial({ ...ada, sub: 'deaf' });
      deaf.socket.pause();
      child.kill(signal);
      for (const { client } of clients) {
        expect(await client.next()).toMatchObject({ type: 'going_away' });
        const { code, reason } = await client.closed;
        expect(code).toBe(1012);
        expect(JSON.parse(reason)).toMatchObject({ spreadMs: 5000 });
      }
      expect(await exited).toEqual([0, null]);
    },
  );

  test('that stops says so to its balancer first and serves on meanwhile; a second signal ends it', async () => {
    const { child, exited, ask, dial, publish } = await startNode({ READY_MS: '60000' });
    const { client } = await dial();
    child.kill('SIGTERM');
    await waitFor(async () => (await ask('/readyz')).status === 503);
    expect((await ask('/healthz')).status).toBe(200);
    const { client: late } = await dial({ ...ada, sub: 'late' });
    await publish({ tenant: 'acme', to: 'tenant', type: 'shift_over' });
    expect(await client.next()).toMatchObject({ type: 'shift_over' });
    expect(await late.next()).toMatchObject({ type: 'shift_over' });
    child.kill('SIGTERM');
    expect(await exited).toEqual([143, null]);
  });

  test('writes neither keys nor tokens, whatever it is sent', async () => {
    const { child, exited, issuer, url, ask, publish, written } = await startNode({
      LOG_LEVEL: 'debug',
    });
    const wrongKey = 'a-key-that-somebody-guessed-0123456789';
    const tokens = [await issuer.sign(ada), await issuer.sign({ ...ada, exp: 1 })];
    const clients = tokens.map((token) => Client.withToken(url, token));
    await clients[1]?.closed;
    await publish({ tenant: 'acme', to: 'tenant', type: 'x', data: { private: 'payload-7' } });
    await publish({ tenant: 'acme' });
    await publish('{', { key: wrongKey });
    await ask(`/connections?key=${wrongKey}`);
    child.kill('SIGTERM');
    await exited;
    expect(written()).toContain('link open');
    expect(written()).toContain('"msg":"stopped"');
    const parts = tokens.flatMap((token) => token.split('.'));
    for (const part of [KEY, wrongKey, 'payload-7', ...parts]) {
      expect(written()).not.toContain(part);
    }
  });

  test('keeps the rules of the protocol', { timeout: 120_000 }, async () => {
    const { url, issuer } = await startNode({ HEARTBEAT_MS: '1000' });
    const checked = await check(`${url.replace('http', 'ws')}/ws`, await issuer.sign(ada));
    expect([checked.code, checked.broken]).toEqual([0, []]);
  });
});
