/** The issuer's keys: rotated, asked for sparingly, and out of reach. Counts what the issuer hears. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from './support/client.js';
import { metric } from './support/http.js';
import { createKeyPair, OIDC_AUDIENCE, OtherIssuer, startServer } from './support/server.js';

const COOLDOWN_MS = 30_000;
const CACHE_MS = 10 * 60_000;
const FAILURE_COOLDOWN_MS = 5000;

// Only the date: sockets and requests go on as ever.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

async function startWithIssuer() {
  const issuer = await OtherIssuer.start();
  const server = await startServer({
    identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
    networkPanel: false,
  });
  const dial = async (token?: string) =>
    Client.withToken(server.url, token ?? (await issuer.sign({ exp: inAnHour() })));
  const isAccepted = async (token?: string) => {
    const client = await dial(token);
    const accepted = await Promise.race([
      client.next().then(({ type }) => type === 'connected'),
      client.closed.then(() => false),
    ]);
    client.socket.terminate();
    return accepted;
  };
  return { issuer, server, dial, isAccepted };
}

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

describe('a new key of the issuer', () => {
  test('is good after one question, once the cooldown is over', async () => {
    const { issuer, isAccepted } = await startWithIssuer();
    expect(await isAccepted()).toBe(true);
    issuer.rotate(await createKeyPair('key-2'));
    expect(await isAccepted()).toBe(false);
    expect(issuer.jwksFetches).toBe(1);
    pass(COOLDOWN_MS);
    expect(await isAccepted()).toBe(true);
    expect(await isAccepted()).toBe(true);
    expect(issuer.jwksFetches).toBe(2);
  });

  test('voids the old one when the keys are fetched the next time', async () => {
    const { issuer, isAccepted } = await startWithIssuer();
    const old = await issuer.sign({ exp: inAnHour() });
    expect(await isAccepted(old)).toBe(true);
    issuer.rotate(await createKeyPair('key-2'));
    pass(CACHE_MS - 1);
    expect(await isAccepted(old)).toBe(true);
    pass(1);
    // Whoever comes first is not kept waiting for the question that is due.
    expect(await isAccepted(old)).toBe(true);
    await vi.waitFor(() => expect(issuer.jwksFetches).toBe(2));
    await vi.waitFor(async () => expect(await isAccepted(old)).toBe(false));
  });
});

describe('a flood of tokens under unknown keys', () => {
  test('asks the issuer at most once a cooldown, and locks nobody out', async () => {
    const { issuer, server, dial, isAccepted } = await startWithIssuer();
    expect(await isAccepted()).toBe(true);
    for (let round = 2; round <= 4; round += 1) {
      pass(COOLDOWN_MS);
      const tokens = Array.from({ length: 20 }, (_, index) =>
        issuer.sign({ exp: inAnHour() }, { kid: `invented-${round}-${index}` }),
      );
      const flood = await Promise.all(tokens.map(async (token) => dial(await token)));
      for (const client of flood) expect((await client.closed).code).toBe(4401);
      expect(await isAccepted()).toBe(true);
      expect(issuer.jwksFetches).toBe(round);
    }
    expect(await metric(server, 'keepline_jwks_fetches_total')).toBe(4);
  });
});

describe('an issuer that fails', () => {
  test('locks nobody out whose key is known, for hours', async () => {
    const { issuer, server, isAccepted } = await startWithIssuer();
    issuer.fail();
    for (let hour = 0; hour < 23; hour += 1) {
      pass(60 * 60_000);
      expect(await isAccepted()).toBe(true);
    }
    expect(server.realtime.notReady()).toBeNull();
    pass(2 * 60 * 60_000);
    expect(await isAccepted()).toBe(false);
    expect(server.realtime.notReady()).toContain('HTTP 500');
  });

  test('closes dials under other keys with 1013, and is asked again only a while later', async () => {
    const { issuer, dial, isAccepted } = await startWithIssuer();
    issuer.fail();
    issuer.rotate(await createKeyPair('key-2'));
    pass(COOLDOWN_MS);
    for (let count = 0; count < 5; count += 1) {
      expect(await (await dial()).closed).toEqual({
        code: 1013,
        reason: 'the issuer cannot be asked for its keys',
      });
    }
    expect(issuer.jwksFetches).toBe(2);
    issuer.fail(false);
    expect(await isAccepted()).toBe(false);
    pass(FAILURE_COOLDOWN_MS);
    expect(await isAccepted()).toBe(true);
    expect(issuer.jwksFetches).toBe(3);
  });

  test('does not end the sockets that are open, nor those that try to renew under a new key', async () => {
    const { issuer, server, dial } = await startWithIssuer();
    const client = await dial();
    expect((await client.next())['type']).toBe('connected');
    issuer.fail();
    issuer.rotate(await createKeyPair('key-2'));
    pass(COOLDOWN_MS);
    client.send({ type: 'auth', data: { token: await issuer.sign({ exp: inAnHour() }) } });
    expect(await client.next()).toMatchObject({
      type: 'error',
      data: { code: 'auth_unavailable' },
    });
    expect(server.realtime.size).toBe(1);
    client.socket.close();
  });

  test('and floods of forged tokens keep nobody waiting whose key is known', async () => {
    const { issuer, dial, isAccepted } = await startWithIssuer();
    issuer.fallSilent();
    pass(COOLDOWN_MS);
    const forged = await issuer.sign({ exp: inAnHour() }, { kid: 'nope' });
    const flood = await Promise.all(Array.from({ length: 40 }, () => dial(forged)));
    expect(await isAccepted()).toBe(true);
    for (const { socket } of flood) socket.terminate();
  });

  test('at start leaves the server alive and not ready, until it answers', async () => {
    const issuer = await OtherIssuer.start();
    issuer.fail();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
      networkPanel: false,
    });
    const probe = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect([await probe('/healthz'), await probe('/readyz')]).toEqual([200, 503]);
    expect(server.logged()).toContain('HTTP 500');
    issuer.fail(false);
    await vi.waitFor(async () => expect(await probe('/readyz')).toBe(200), { timeout: 10_000 });
  });
});
