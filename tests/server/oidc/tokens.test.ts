/** Which tokens name somebody, and what is told of those that do not: by kind, for any issuer. */
import { generateKeyPair, SignJWT } from 'jose';
import type { OidcOptions } from 'keepline/server/oidc';
import { describe, expect, test, vi } from 'vitest';
import {
  dial,
  json,
  MisbehavingIssuer,
  pass,
  status,
  verifierOf,
} from '../support/misbehaving-issuer.js';

async function judge(claims: object, options: Partial<OidcOptions> = {}, header: object = {}) {
  const issuer = await MisbehavingIssuer.start();
  const { verify } = verifierOf(issuer.url, options);
  await verify.ready;
  return verify(await issuer.sign(claims, header), dial);
}
const inSec = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test('a token names its user, its tenant and its end, and its claims are handed on', async () => {
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
])('a token of a clock that differs by seconds is taken: %s', async (_name, claims) => {
  const verdict = await judge(claims());
  expect(verdict).toMatchObject({ user: 'ada' });
  expect((verdict as { expiresAt: number }).expiresAt).toBeGreaterThan(Date.now());
});

test.each([
  ['over since a quarter of a minute', () => ({ exp: inSec(-15) }), {}, 'token'],
  ['valid in a quarter of a minute', () => ({ nbf: inSec(15) }), {}, 'token'],
  ['issued tomorrow', () => ({ iat: inSec(86_400) }), {}, 'token'],
  ['issued at no number', () => ({ iat: 'x' }), {}, 'token'],
  ['of a logout', () => ({}), { typ: 'logout+jwt' }, 'token'],
  ['of a proof', () => ({}), { typ: 'dpop+jwt' }, 'token'],
  ['of a type that is no text', () => ({}), { typ: 7 }, 'token'],
  ['bound to a key', () => ({ cnf: { jkt: 'x' } }), {}, 'token'],
  ['for nobody in particular', () => ({ aud: undefined }), {}, 'token'],
  ['for another service', () => ({ aud: ['https://other.example'] }), {}, 'token'],
  ['without a tenant', () => ({ org_id: 7 }), {}, 'forbidden'],
  ['of nobody', () => ({ sub: '' }), {}, 'token'],
])('a token %s is refused', async (_name, claims, header, refused) => {
  expect(await judge(claims(), {}, header)).toMatchObject({ refused });
});

test.each(['JWT', 'at+jwt', 'application/AT+JWT', undefined])(
  'a token of the type %s is an access token',
  async (typ) => {
    expect(await judge({}, {}, { typ })).toMatchObject({ user: 'ada' });
  },
);

test('an issuer that marks its access tokens can be held to it', async () => {
  const tokenTypes = ['at+jwt'];
  expect(await judge({}, { tokenTypes }, { typ: 'at+jwt' })).toMatchObject({ user: 'ada' });
  for (const typ of ['JWT', undefined]) {
    expect(await judge({}, { tokenTypes }, { typ })).toMatchObject({ refused: 'token' });
  }
});

test('one audience of several is enough, on either side', async () => {
  const audience = ['https://a.example', 'https://b.example'];
  const aud = ['https://b.example', 'https://c.example'];
  expect(await judge({ aud }, { audience })).toMatchObject({ user: 'ada' });
  expect(await judge({ aud: 'https://c.example' }, { audience })).toMatchObject({
    refused: 'token',
  });
});

test('a token needs all scopes that are asked for, however the issuer writes them', async () => {
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

test('a tenant can be found by a function of the claims', async () => {
  const tenantClaim = ({ realm }: Record<string, unknown>) => String(realm).split('/')[1];
  expect(await judge({ realm: 'eu/alpine' }, { tenantClaim })).toMatchObject({ tenant: 'alpine' });
  expect(await judge({ realm: 'eu' }, { tenantClaim })).toMatchObject({ refused: 'forbidden' });
});

test('a token is refused where the application has taken it back', async () => {
  const isRevoked = vi.fn(() => true);
  expect(await judge({ jti: '7' }, { isRevoked })).toMatchObject({ refused: 'token' });
  expect(isRevoked).toHaveBeenCalledWith(
    expect.objectContaining({ user: 'ada', claims: expect.objectContaining({ jti: '7' }) }),
  );
});

test.each(['tenantClaim', 'isRevoked'])(
  'a mistake in %s is told of once a second, lets nobody in, and repeats no claim',
  async (option) => {
    const issuer = await MisbehavingIssuer.start();
    const { verify, logged } = verifierOf(issuer.url, {
      [option]: () => {
        throw new TypeError('cannot read secret-of-ada');
      },
    });
    await verify.ready;
    for (let n = 0; n < 5; n += 1) {
      expect(await verify(await issuer.sign(), dial)).toMatchObject({ refused: 'unavailable' });
    }
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(option);
    expect(logged[0]).toContain('TypeError');
    expect(logged[0]).not.toContain('secret-of-ada');
  },
);

test('rubbish is no reason to throw, in whichever question', async () => {
  const issuer = await MisbehavingIssuer.start();
  const { verify } = verifierOf(issuer.url);
  await verify.ready;
  const header = (text: string) => `${Buffer.from(text).toString('base64url')}.e30.AA`;
  for (const token of [
    ...['', 'a', 'a.b.c', '....', 'e'.repeat(100_000), 'eyJ.eyJ.', '\u0000.\u0000.'],
    ...['null', '[]', '7', '{"alg":7,"kid":{}}', '{"alg":"RS256","kid":""}'].map(header),
  ]) {
    expect(await verify(token, dial)).toMatchObject({ refused: 'token' });
    expect(() => verify.knows(token)).not.toThrow();
    expect(verify.knows(token)).toBe(false);
  }
});

describe('a token that names no key', () => {
  test('is judged by those that are here, while the issuer is away as well', async () => {
    const issuer = await MisbehavingIssuer.start();
    const other = {
      kty: 'EC',
      crv: 'P-256',
      kid: 'key-2',
      alg: 'ES256',
      use: 'sig',
      x: 'x',
      y: 'y',
    };
    issuer.keys = json({ keys: [issuer.pair.publicJwk, other] });
    const { verify } = verifierOf(issuer.url);
    await verify.ready;
    issuer.failWith(status(503));
    pass(31_000);
    const token = await issuer.sign({}, { kid: undefined });
    expect(verify.knows(token)).toBe(true);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
    expect(issuer.keyQuestions).toBe(1);
  });
});

test('nothing of a token is in what is told of it', async () => {
  const issuer = await MisbehavingIssuer.start();
  const { verify, logged } = verifierOf(issuer.url, { requiredScopes: ['live'] });
  await verify.ready;
  const { privateKey } = await generateKeyPair('RS256');
  const secret = 'hush-hush';
  const claims = { [secret]: secret, sub: secret, org_id: secret, scope: secret };
  const tokens = [
    await issuer.sign(claims),
    await issuer.sign({ ...claims, scope: 'live', org_id: { secret } }),
    await issuer.sign({ ...claims, aud: secret }),
    await issuer.sign({ ...claims, iss: secret }),
    await issuer.sign({ ...claims, exp: secret }),
    await issuer.sign({ ...claims, nbf: secret }),
    await issuer.sign(claims, { kid: secret }),
    await issuer.sign(claims, { typ: secret }),
    await issuer.sign(claims, { crit: ['b64'], b64: true }),
    await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey),
  ];
  for (const token of tokens) {
    const verdict = (await verify(token, dial)) as { why: string };
    expect(verdict).toHaveProperty('refused');
    for (const part of [secret, ...token.split('.')]) expect(verdict.why).not.toContain(part);
    expect(Buffer.byteLength(verdict.why)).toBeLessThanOrEqual(123);
  }
  expect(logged).toEqual([]);
});
