/** Issuers that misbehave by name: what they answer is no reason to fall, to wait, or to ask all the time. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  dial,
  endless,
  json,
  MisbehavingIssuer,
  pass,
  silence,
  status,
  verifierOf,
} from '../support/misbehaving-issuer.js';

const html: Answer = (response) => void response.end('<html>back soon</html>');
const redirect = status(302, { location: 'http://169.254.169.254/' });

const bad: readonly (readonly [string, Answer, string])[] = [
  ['a maintenance page', html, 'no JSON'],
  ['what is no key set', json({ keys: 'x' }), 'no key set'],
  ['keys that are none', json({ keys: [1, null] }), 'no key set'],
  ['nothing', json(null), 'no key set'],
  ['a set without keys', json({ keys: [] }), 'the set has no key'],
  ['an error', status(503), 'HTTP 503'],
  ['a redirect', redirect, 'redirect'],
  ['an end that never comes', endless, 'more than 1048576 bytes'],
  ['a connection that breaks', (response) => void response.destroy(), 'fetch failed'],
];

describe('an issuer whose keys are', () => {
  test.each(bad)(
    '%s has none, is told of, and asked no more for a while',
    async (_n, keys, why) => {
      const issuer = await MisbehavingIssuer.start();
      issuer.keys = keys;
      const { verify, logged } = verifierOf(issuer.url);
      await verify.tried;
      expect(verify.trouble()).toContain(why);
      expect(logged).toHaveLength(1);
      expect(logged[0]).toContain(why);
      const token = await issuer.sign();
      expect(verify.knows(token)).toBe(false);
      for (let n = 0; n < 20; n += 1) {
        expect(await verify(token, dial)).toMatchObject({ refused: 'unavailable' });
      }
      expect(issuer.keyQuestions).toBe(1);
    },
  );

  test.each(bad)('%s later on leaves the keys that are here', async (_name, keys) => {
    const issuer = await MisbehavingIssuer.start();
    const { verify } = verifierOf(issuer.url);
    await verify.ready;
    issuer.keys = keys;
    pass(30_000);
    const token = await issuer.sign();
    const unknown = await issuer.sign({}, { kid: 'unknown' });
    expect(await verify(unknown, dial)).toMatchObject({ refused: 'unavailable' });
    expect(issuer.keyQuestions).toBe(2);
    expect(verify.knows(token)).toBe(true);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
    expect(verify.trouble()).toBeNull();
  });
});

test.each([
  ['a maintenance page', html, 'no JSON'],
  ['nothing', json(null), 'lacks "issuer" or "jwks_uri"'],
  ['an error', status(503), 'HTTP 503'],
  ['a redirect', redirect, 'redirect'],
  ['an end that never comes', endless, 'more than 1048576 bytes'],
])(
  'an issuer whose configuration is %s is told of, and not asked for keys',
  async (_n, answer, why) => {
    const issuer = await MisbehavingIssuer.start();
    issuer.configuration = answer;
    const { verify } = verifierOf(issuer.url);
    await verify.tried;
    expect(verify.trouble()).toContain(why);
    expect(issuer.keyQuestions).toBe(0);
  },
);

describe('a configuration that somebody has to change is told apart from an outage', () => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ['an issuer that calls itself otherwise', { issuer: 'https://evil.example' }, 'calls itself'],
    [
      'an issuer with a name that has no end',
      { issuer: `https://${'e'.repeat(100_000)}/` },
      'calls itself',
    ],
    ['keys at an address without https', { jwks_uri: 'http://keys.example/' }, 'https: alone'],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }, 'https: alone'],
  ];
  test.each(wrong)('%s', async (_name, said, why) => {
    const issuer = await MisbehavingIssuer.start();
    const good = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
    issuer.configuration = json({ ...good, ...said });
    const { verify, logged } = verifierOf(issuer.url);
    await expect(verify.ready).rejects.toThrow(why);
    expect(verify.trouble()).toContain('configured wrongly');
    expect(verify.trouble()?.length).toBeLessThan(400);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^error the issuer is configured wrongly/);
    expect(logged[0]?.length).toBeLessThan(500);
    expect(issuer.keyQuestions).toBe(0);
  });

  test('and one that nobody reads about ends no process', async () => {
    const issuer = await MisbehavingIssuer.start();
    issuer.configuration = json({ issuer: 'https://evil.example', jwks_uri: issuer.url });
    // An unhandled rejection of `ready` would fail the run.
    const { verify } = verifierOf(issuer.url, { logger: undefined });
    await verify.tried;
    expect(verify.trouble()).toContain('configured wrongly');
  });
});

describe('an issuer that is silent', () => {
  test('keeps nobody waiting whose key is known', async () => {
    const issuer = await MisbehavingIssuer.start();
    const { verify } = verifierOf(issuer.url, { keys: { timeoutMs: 60_000 } });
    await verify.ready;
    issuer.failWith(silence);
    pass(30_000);
    const asked = once(issuer.events, 'asked');
    const unknown = await issuer.sign({}, { kid: 'nope' });
    const waiting = Array.from({ length: 300 }, () => verify(unknown, dial));
    await asked;
    expect(verify.knows(unknown)).toBe(false);
    const token = await issuer.sign();
    expect(verify.knows(token)).toBe(true);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
    expect(issuer.keyQuestions).toBe(2);
    verify.close();
    // Whoever waited is answered by what is known.
    for (const verdict of await Promise.all(waiting)) expect(verdict).toHaveProperty('refused');
  });

  test('is hung up on when the verifier closes, and whoever waits for keys is told', async () => {
    const issuer = await MisbehavingIssuer.start();
    issuer.failWith(silence);
    const { verify, logged } = verifierOf(issuer.url, { keys: { timeoutMs: 60_000 } });
    await once(issuer.events, 'asked');
    const waiting = verify(await issuer.sign(), dial);
    const left = once(issuer.events, 'left');
    verify.close();
    await left;
    expect(await waiting).toMatchObject({ refused: 'unavailable' });
    await expect(verify.ready).rejects.toThrow('closed before');
    await verify.tried;
    expect(logged).toEqual([]);
  });

  test('is given up after its time', async () => {
    const issuer = await MisbehavingIssuer.start();
    issuer.failWith(silence);
    const { verify } = verifierOf(issuer.url, { keys: { timeoutMs: 100 } });
    const left = once(issuer.events, 'left');
    await verify.tried;
    await left;
    expect(verify.trouble()).toContain('timeout');
  });
});

test('counters that throw cost nobody his keys', async () => {
  const issuer = await MisbehavingIssuer.start();
  const full = () => {
    throw new Error('full');
  };
  const metrics = { count: full, observe: full, gauge: full };
  const { verify } = verifierOf(issuer.url, { metrics });
  await verify.ready;
  expect(await verify(await issuer.sign(), dial)).toMatchObject({ user: 'ada' });
});
