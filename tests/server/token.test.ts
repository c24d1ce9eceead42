/** Which tokens open a socket, against an issuer that is not the server itself. */
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Client } from './support/client.js';
import { createKeyPair, OIDC_AUDIENCE, OtherIssuer, startServer } from './support/server.js';

async function startWithIssuer() {
  const issuer = await OtherIssuer.start();
  const server = await startServer({
    identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
    networkPanel: false,
  });
  return { issuer, server };
}

/** Only the date: sockets and requests go on as ever. */
function pass(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  onTestFinished(() => void vi.useRealTimers());
}

const nowSec = () => Math.floor(Date.now() / 1000);

describe('a token of another issuer', () => {
  test('opens a socket for its sub in its tenant', async () => {
    const { issuer, server } = await startWithIssuer();
    const client = Client.withToken(server.url, await issuer.sign({}));
    const connected = await client.next();
    expect(connected['type']).toBe('connected');
    expect(connected['data']).toMatchObject({ userId: 'auth0|ada', tenantId: 'org_harbour' });
    expect(client.socket.protocol).toBe('keepline.v1');
    client.socket.close();
  });

  test('reads the tenant from the claim it is told to', async () => {
    const issuer = await OtherIssuer.start();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
      networkPanel: false,
      tenantClaim: 'https://crm.example/tenant',
    });
    const client = Client.withToken(
      server.url,
      await issuer.sign({ 'https://crm.example/tenant': 'alpine' }),
    );
    expect((await client.next())['data']).toMatchObject({ tenantId: 'alpine' });
    client.socket.close();
  });

  const refusals: readonly (readonly [string, number, (issuer: OtherIssuer) => Promise<string>])[] =
    [
      ['that has expired', 4401, (issuer) => issuer.sign({ exp: nowSec() - 11 })],
      ['of another kind', 4401, (issuer) => issuer.sign({}, { typ: 'logout+jwt' })],
      ['bound to a key', 4401, (issuer) => issuer.sign({ cnf: { jkt: 'x' } })],
      ['issued tomorrow', 4401, (issuer) => issuer.sign({ iat: nowSec() + 86_400 })],
      ['that never expires', 4401, (issuer) => issuer.sign({ exp: undefined })],
      ['that is not valid yet', 4401, (issuer) => issuer.sign({ nbf: nowSec() + 60 })],
      ['from a different issuer', 4401, (issuer) => issuer.sign({ iss: 'https://evil.example/' })],
      ['for a different audience', 4401, (issuer) => issuer.sign({ aud: 'https://other.example' })],
      ['without a user', 4401, (issuer) => issuer.sign({ sub: '' })],
      ['without a tenant', 4403, (issuer) => issuer.sign({ org_id: undefined })],
      [
        'signed with a stranger key under a known kid',
        4401,
        async (issuer) => issuer.sign({}, { key: await createKeyPair('key-1') }),
      ],
      ['under an unknown kid', 4401, (issuer) => issuer.sign({}, { kid: 'key-9' })],
      ['with its payload exchanged', 4401, exchangedPayload],
      ['with the algorithm "none"', 4401, unsigned],
      ['signed by HMAC with the public key as the secret', 4401, confusedAlgorithm],
      ['that is no JWT at all', 4401, async () => 'not-a-jwt'],
      ['that is longer than any header allows', 4401, async () => `e${'y'.repeat(9000)}`],
    ];
  test.each(refusals)('%s is answered by an upgrade and close %i', async (_name, code, make) => {
    const { issuer, server } = await startWithIssuer();
    const client = Client.withToken(server.url, await make(issuer));
    expect(await client.opened).toBe(true);
    expect((await client.closed).code).toBe(code);
    expect(client.unread).toEqual([]);
    expect(server.realtime.size).toBe(0);
  });
});

describe('the keys of the issuer', () => {
  test('are fetched once for many tokens, and invented kids do not become a flood', async () => {
    const { issuer, server } = await startWithIssuer();
    const client = Client.withToken(server.url, await issuer.sign({}));
    await client.next();
    for (const kid of ['key-2', 'key-3', 'key-4']) {
      const stranger = Client.withToken(server.url, await issuer.sign({}, { kid }));
      expect((await stranger.closed).code).toBe(4401);
    }
    expect(issuer.jwksFetches).toBe(1);
    client.socket.close();
  });

  test('that cannot be had in time close the socket with 4408', async () => {
    const issuer = await OtherIssuer.start();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
      networkPanel: false,
      limits: { verifyMs: 50 },
    });
    issuer.fallSilent();
    pass(30_000);
    const client = Client.withToken(server.url, await issuer.sign({}, { kid: 'key-9' }));
    expect((await client.closed).code).toBe(4408);
  });
});

async function exchangedPayload(issuer: OtherIssuer): Promise<string> {
  const [header, , signature] = (await issuer.sign({})).split('.');
  const [, payload] = (await issuer.sign({ sub: 'auth0|chen' })).split('.');
  return [header, payload, signature].join('.');
}

async function unsigned(issuer: OtherIssuer): Promise<string> {
  return new UnsecuredJWT({ org_id: 'org_harbour' })
    .setIssuer(issuer.url)
    .setAudience(OIDC_AUDIENCE)
    .setSubject('auth0|ada')
    .setExpirationTime('1m')
    .encode();
}

async function confusedAlgorithm(issuer: OtherIssuer): Promise<string> {
  return new SignJWT({ org_id: 'org_harbour' })
    .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    .setIssuer(issuer.url)
    .setAudience(OIDC_AUDIENCE)
    .setSubject('auth0|ada')
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(await exportSPKI(issuer.publicKey)));
}
