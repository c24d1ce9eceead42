/** `keepline/server/oidc` by itself, against issuers that misbehave by name. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { type OidcOptions, verifyOidc } from 'keepline/server/oidc';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createKeyPair } from './support/server.js';

const audience = 'https://api.crm.example';
const keyPair = createKeyPair('key-1');
const dial = { remoteAddress: '', path: '/ws', secure: undefined, headers: {} };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An issuer whose key set is answered as a test says. */
async function startIssuer(keys: Answer, configuration: (url: string) => object = () => ({})) {
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  let asked = 0;
  http.on('request', (request, response) => {
    if (request.url?.startsWith('/.well-known')) {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys`, ...configuration(url) }));
      return;
    }
    asked += 1;
    keys(request, response);
  });
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { url, asked: () => asked };
}

async function verifierOf(issuer: string, options: Partial<OidcOptions> = {}) {
  const verify = verifyOidc({ issuer, audience, ...options });
  onTestFinished(() => verify.close());
  await verify.tried;
  return verify;
}

const goodKeys: Answer = (_, response) =>
  void keyPair.then(({ publicJwk }) => response.end(JSON.stringify({ keys: [publicJwk] })));

async function sign(issuer: string, claims: object = {}, header: object = {}): Promise<string> {
  const { privateKey } = await keyPair;
  const nowSec = Math.floor(Date.now() / 1000);
  const good = { iss: issuer, aud: audience, sub: 'ada', org_id: 'harbour', exp: nowSec + 600 };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt', ...header })
    .sign(privateKey);
}

const bad: readonly (readonly [string, Answer, string])[] = [
  ['a maintenance page', (_, response) => response.end('<html>back soon</html>'), 'no JSON'],
  ['what is no key set', (_, response) => response.end('{"keys":"x"}'), 'no key set'],
  ['nothing', (_, response) => response.end('null'), 'no key set'],
  ['a set without keys', (_, response) => response.end('{"keys":[]}'), 'the set has no key'],
  ['an error', (_, response) => response.writeHead(503).end(), 'HTTP 503'],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    'redirect',
  ],
  [
    'without an end',
    (_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    },
    'more than 1048576 bytes',
  ],
];
test.each(bad)(
  'an issuer that answers with %s has no keys, is told of, and asked no more for a while',
  async (_name, keys, why) => {
    const issuer = await startIssuer(keys);
    const verify = await verifierOf(issuer.url);
    expect(verify.trouble()).toContain(why);
    const token = await sign(issuer.url);
    expect(verify.knows(token)).toBe(false);
    for (let n = 0; n < 20; n += 1) {
      expect(await verify(token, dial)).toMatchObject({ refused: 'unavailable' });
    }
    expect(issuer.asked()).toBe(1);
  },
);

test.each([
  ['over plain http', (_url: string) => ({ jwks_uri: 'http://keys.example/' }), 'https: alone'],
  ['that calls itself otherwise', () => ({ issuer: 'https://evil.example' }), 'it calls itself'],
  [
    'that says nothing of its keys',
    () => ({ jwks_uri: undefined }),
    'lacks "issuer" or "jwks_uri"',
  ],
])('an issuer %s is not asked for them', async (_name, configuration, why) => {
  const issuer = await startIssuer(goodKeys, configuration);
  expect((await verifierOf(issuer.url)).trouble()).toContain(why);
  expect(issuer.asked()).toBe(0);
});

describe('a token', () => {
  async function judge(claims: object, options: Partial<OidcOptions> = {}, header: object = {}) {
    const issuer = await startIssuer(goodKeys);
    const verify = await verifierOf(issuer.url, options);
    return verify(await sign(issuer.url, claims, header), dial);
  }
  const inSec = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  test('names its user, its tenant and its end, and its claims are handed on', async () => {
    const exp = inSec(600);
    expect(await judge({ exp, role: 'agent' })).toMatchObject({
      tenant: 'harbour',
      user: 'ada',
      expiresAt: exp * 1000,
      claims: { role: 'agent' },
    });
  });

  test.each([
    ['valid from five seconds on', () => ({ nbf: inSec(5), iat: inSec(5) })],
    ['over since five seconds', () => ({ exp: inSec(-5) })],
  ])('of a clock that differs by seconds is taken: %s', async (_name, claims) => {
    const verdict = await judge(claims());
    expect(verdict).toMatchObject({ user: 'ada' });
    expect((verdict as { expiresAt: number }).expiresAt).toBeGreaterThan(Date.now());
  });

  test.each([
    ['over since a quarter of a minute', () => ({ exp: inSec(-15) }), {}, 'token'],
    ['valid in a quarter of a minute', () => ({ nbf: inSec(15) }), {}, 'token'],
    ['issued tomorrow', () => ({ iat: inSec(86_400) }), {}, 'token'],
    ['of a logout', () => ({}), { typ: 'logout+jwt' }, 'token'],
    ['of a proof', () => ({}), { typ: 'dpop+jwt' }, 'token'],
    ['bound to a key', () => ({ cnf: { jkt: 'x' } }), {}, 'token'],
    ['without a tenant', () => ({ org_id: 7 }), {}, 'forbidden'],
    ['of nobody', () => ({ sub: '' }), {}, 'token'],
  ])('%s is refused', async (_name, claims, header, refused) => {
    expect(await judge(claims(), {}, header)).toMatchObject({ refused });
  });

  test.each(['JWT', 'at+jwt', 'application/AT+JWT', undefined])(
    'of the type %s is an access token',
    async (typ) => {
      expect(await judge({}, {}, { typ })).toMatchObject({ user: 'ada' });
    },
  );

  test('needs all scopes that are asked for, however the issuer writes them', async () => {
    const requiredScopes = ['live', 'read'];
    for (const claims of [
      { scope: 'read live' },
      { scp: ['live', 'read'] },
      { scope: 'read', scp: 'live' },
    ]) {
      expect(await judge(claims, { requiredScopes })).toMatchObject({ user: 'ada' });
    }
    expect(await judge({ scope: 'read' }, { requiredScopes })).toEqual({
      refused: 'forbidden',
      why: 'token lacks the scope live',
    });
  });

  test('is refused where the application has taken it back', async () => {
    const isRevoked = vi.fn(() => true);
    expect(await judge({}, { isRevoked })).toMatchObject({ refused: 'token' });
  });

  test('that is rubbish is no reason to throw, in whichever question', async () => {
    const issuer = await startIssuer(goodKeys);
    const verify = await verifierOf(issuer.url);
    for (const token of [
      '',
      'a',
      'a.b.c',
      '....',
      'e'.repeat(100_000),
      'eyJ.eyJ.',
      '\u0000.\u0000.',
    ]) {
      expect(await verify(token, dial)).toMatchObject({ refused: 'token' });
      expect(() => verify.knows(token)).not.toThrow();
      expect(verify.knows(token)).toBe(false);
    }
  });
});

test('keys are fetched again before anybody needs them, and no request waits for that', async () => {
  const issuer = await startIssuer(goodKeys);
  const verify = await verifierOf(issuer.url, { keys: { refreshMs: 20 } });
  await vi.waitFor(() => expect(issuer.asked()).toBeGreaterThan(3));
  expect(verify.trouble()).toBeNull();
});
