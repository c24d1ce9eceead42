/** Options that can never be right are refused by name, before anybody is asked. */
import { type OidcOptions, verifyOidc } from 'keepline/server/oidc';
import { expect, test } from 'vitest';

const good: OidcOptions = { issuer: 'https://id.example/', audience: 'https://api.example' };

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['no issuer', { issuer: undefined }, /^issuer must be a URL/],
  ['an issuer that is a host alone', { issuer: 'id.example' }, /^issuer: it is no URL/],
  ['an issuer without https', { issuer: 'http://id.example/' }, /^issuer: .*https: alone/],
  ['an issuer with a query', { issuer: 'https://id.example/?realm=x' }, /^issuer: .*neither/],
  // As an environment variable that is not set is.
  ['no audience', { audience: undefined }, /^audience must be/],
  ['an empty audience', { audience: '' }, /^audience must be/],
  ['an empty list of audiences', { audience: [] }, /^audience must be/],
  ['an empty audience among others', { audience: ['a', ''] }, /^audience must be/],
  ['a tenant claim without a name', { tenantClaim: '' }, /^tenantClaim must be/],
  ['no type at all', { tokenTypes: [] }, /^tokenTypes must be/],
  ['no algorithm at all', { algorithms: [] }, /^algorithms must be/],
  ['a shared secret', { algorithms: ['RS256', 'HS256'] }, /^algorithms: HS256 is none of/],
  ['no signature', { algorithms: ['none'] }, /^algorithms: none is none of/],
  ['a tolerance of an hour', { clockToleranceMs: 3_600_000 }, /^clockToleranceMs must be/],
  ['a tolerance that is no number', { clockToleranceMs: Number.NaN }, /^clockToleranceMs must be/],
  ['keys that are asked for all the time', { keys: { refreshMs: 0 } }, /^keys\.refreshMs must be/],
  ['a time that a timer cannot wait', { keys: { refreshMs: 2 ** 32 } }, /^keys\.refreshMs must be/],
  [
    'keys that go bad before they are renewed',
    { keys: { refreshMs: 60_000, staleMs: 5000 } },
    /^keys\.staleMs must be/,
  ],
  ['a time that there is not', { keys: { cacheMs: 1 } }, /^keys\.cacheMs is no time/],
];
test.each(wrong)('%s is refused by name', (_name, options, why) => {
  expect(() => verifyOidc({ ...good, ...options })).toThrow(why);
});

test("an issuer's URL with a password is refused, and not repeated", () => {
  const issuer = 'https://ada:hush-hush@id.example/';
  expect(() => verifyOidc({ ...good, issuer })).toThrow(/^issuer: .*neither a user/);
  expect(() => verifyOidc({ ...good, issuer })).not.toThrow(/hush/);
});

test('an issuer that is promised is judged when it is known', async () => {
  const verify = verifyOidc({ ...good, issuer: Promise.resolve('http://id.example/') });
  await expect(verify.ready).rejects.toThrow('https: alone');
  expect(verify.trouble()).toContain('https: alone');
  verify.close();
});
