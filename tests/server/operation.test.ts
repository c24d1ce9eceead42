/** Starting, stopping, configuration, the page's headers, and what the log may say. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withoutTokens } from '../../js-bindings/src/server/log.js';
import { readOptions } from '../../web-demo/server/config.js';
import { createServer } from '../../web-demo/server/create-server.js';
import { createLog } from '../../web-demo/server/log.js';
import { Client } from './support/client.js';
import { connect, startServer, tokenFor } from './support/server.js';

describe('stopping', () => {
  test('closes every socket with 1012 and a spread hint, and answers nobody after', async () => {
    const server = await startServer({ restartHint: { retryAfterMs: 700, spreadMs: 9000 } });
    const clients = [await connect(server, 'ada'), await connect(server, 'chen')];
    await Promise.all([server.close(), server.close()]);
    for (const client of clients) {
      expect(await client.closed).toEqual({
        code: 1012,
        reason: '{"retryAfterMs":700,"spreadMs":9000}',
      });
    }
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  test('is announced in a message to those who are verified, and then comes', async () => {
    const server = await startServer({ restartHint: { retryAfterMs: 700, spreadMs: 9000 } });
    const client = await connect(server, 'ada');
    await server.close();
    expect(await client.next()).toEqual({
      type: 'going_away',
      data: { retryAfterMs: 700, spreadMs: 9000 },
    });
    expect((await client.closed).code).toBe(1012);
  });

  test('does not wait for a stalled or hanging client', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    server.panel?.stall({ tenant: 'harbour', user: 'agent-1' }, true);
    await server.close();
    expect((await client.closed).code).toBe(1012);
  });

  test('does not wait for the end of a restart', async () => {
    const server = await startServer();
    void server.panel?.restart(600_000, { retryAfterMs: 1, spreadMs: 1 });
    await server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});

describe('production', () => {
  const log = createLog('silent');

  test('refuses the development issuer and says what to set', async () => {
    const start = createServer({ environment: 'production', port: 0, log });
    await expect(start).rejects.toThrow('Set AUTH0_DOMAIN and AUTH0_AUDIENCE');
  });

  test('refuses the network panel', async () => {
    const start = createServer({
      environment: 'production',
      identity: { kind: 'oidc', issuer: 'https://example.auth0.com/', audience: 'crm' },
      port: 0,
      log,
    });
    await expect(start).rejects.toThrow('network panel');
  });
});

describe('the environment', () => {
  const page = { kind: 'none' } as const;

  test('gives the development issuer on port 5000 when it says nothing', () => {
    expect(readOptions({}, page)).toMatchObject({
      port: 5000,
      host: '127.0.0.1',
      identity: { kind: 'development' },
      networkPanel: true,
    });
  });

  test('names an issuer by its domain', () => {
    const environment = {
      NODE_ENV: 'production',
      AUTH0_DOMAIN: 'example.eu.auth0.com',
      AUTH0_AUDIENCE: 'https://api.crm.example',
      TENANT_CLAIM: 'tenant',
      ALLOWED_ORIGINS: 'https://crm.example, https://beta.crm.example',
    };
    expect(readOptions(environment, page)).toMatchObject({
      environment: 'production',
      identity: {
        kind: 'oidc',
        issuer: 'https://example.eu.auth0.com/',
        audience: 'https://api.crm.example',
      },
      tenantClaim: 'tenant',
      allowedOrigins: ['self', 'https://crm.example', 'https://beta.crm.example'],
      networkPanel: false,
    });
  });

  const mistakes: readonly (readonly [Record<string, string>, string])[] = [
    [{ PORT: 'http' }, 'PORT is "http": write a number from 0 to 65535'],
    [{ AUTH0_DOMAIN: 'example.auth0.com' }, 'set both'],
    [{ AUTH0_DOMAIN: 'http://evil.example', AUTH0_AUDIENCE: 'a' }, 'https URL'],
    [
      { ALLOWED_ORIGINS: 'crm.example' },
      'ALLOWED_ORIGINS: "crm.example" is no origin: write https://crm.example',
    ],
    [{ LOG_LEVEL: 'loud' }, 'write one of silent, error'],
    [{ FEED_RATE: '-1' }, 'FEED_RATE'],
  ];
  test.each(mistakes)(
    'with a mistake in it (%o) is refused with a remedy',
    (environment, remedy) => {
      expect(() => readOptions(environment, page)).toThrow(remedy);
    },
  );
});

describe('the built page', () => {
  async function startWithPage() {
    const directory = await mkdtemp(join(tmpdir(), 'keepline-page-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), '<!doctype html><title>Desk</title>');
    await writeFile(join(directory, 'assets', 'core.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d]));
    await utimes(join(directory, 'index.html'), 0, 0);
    return startServer({ page: { kind: 'built', directory } });
  }

  test('comes with a policy that allows WebAssembly and no evaluation', async () => {
    const server = await startWithPage();
    const response = await fetch(server.url);
    expect(await response.text()).toContain('Desk');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain(
      `connect-src 'self' ws://127.0.0.1:${server.port} wss://127.0.0.1:${server.port};`,
    );
    expect(policy).not.toContain("'unsafe-");
  });

  test('serves WebAssembly under its own type', async () => {
    const server = await startWithPage();
    const response = await fetch(`${server.url}/assets/core.wasm`);
    expect(response.headers.get('content-type')).toBe('application/wasm');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  test('is all that can be read', async () => {
    const server = await startWithPage();
    for (const path of ['/../package.json', '/%2e%2e/%2e%2e/etc/passwd', '/assets', '/%E0%A4%A']) {
      expect((await fetch(`${server.url}${path}`)).status, path).toBe(404);
    }
  });
});

describe('health', () => {
  test('is said without a number that strangers might like to know', async () => {
    const server = await startServer();
    await connect(server, 'ada');
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(`${server.url}${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });

  test('is no readiness: a server that stops lives, and says that no more should come', async () => {
    const server = await startServer({ readyMs: 500 });
    const stopped = server.close();
    const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    await stopped;
  });
});

describe('the log', () => {
  test('never contains a token, whatever was done with it', async () => {
    const server = await startServer();
    const good = await tokenFor(server, 'ada');
    const foreign = `${good.slice(0, -8)}AAAAAAAA`;
    const client = Client.withToken(server.url, good);
    await client.next();
    client.send({ type: 'auth', data: { token: await tokenFor(server, 'ada') } });
    await client.next();
    client.send({ type: good.slice(0, 60), data: { token: good } });
    client.send({ type: 'auth', data: { token: foreign } });
    await client.closed;
    await Client.withToken(server.url, foreign).closed;
    await new Client(server.url, { protocols: ['keepline.v1', `bearer.${good}`, 'bearer.x'] })
      .closed;
    server.panel?.emitRaw({ tenant: 'harbour', user: 'agent-1' }, good);
    await server.close();
    const logged = server.logged();
    expect(logged).toContain('link open');
    expect(logged).toContain('token renewed');
    for (const part of good.split('.')) expect(logged).not.toContain(part.slice(0, 40));
    expect(logged).not.toContain('bearer.');
    expect(logged.toLowerCase()).not.toContain('sec-websocket-protocol');
  });

  test('scrubs what looks like a token out of any text', () => {
    expect(withoutTokens('cannot read eyJhbGciOi.eyJzdWIi.c2ln now')).toBe(
      'cannot read [token] now',
    );
    expect(withoutTokens('offered "keepline.v1, bearer.opaque-1"')).toBe(
      'offered "keepline.v1, [token]"',
    );
  });
});
