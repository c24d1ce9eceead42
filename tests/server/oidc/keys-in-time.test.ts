/** What becomes of keys as time goes by: asked for again, kept, given up. The clock is the test's. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitFor } from '../support/http.js';
import {
  dial,
  MisbehavingIssuer,
  silence,
  status,
  verifierOf,
} from '../support/misbehaving-issuer.js';
import { createKeyPair } from '../support/server.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const secondPair = createKeyPair('key-2');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const inTwoDays = () => ({ exp: Math.floor(Date.now() / 1000) + 48 * 3600 });

/** Whatever was sent before this has arrived after it. */
async function roundTrip({ url }: MisbehavingIssuer): Promise<void> {
  await (await fetch(`${url}/keys`)).body?.cancel();
}

async function start(gauges: Map<string, () => number> = new Map()) {
  const issuer = await MisbehavingIssuer.start();
  const counts = new Map<string, number>();
  const metrics = {
    count: (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    observe: () => undefined,
    gauge: (name: string, read: () => number) => void gauges.set(name, read),
  };
  const { verify, logged } = verifierOf(issuer.url, { metrics });
  await verify.tried;
  return { issuer, verify, logged, counts, gauges };
}

describe('an issuer that is down at start', () => {
  test('is asked after 1, 2, 4, 8, 16 and then every 30 seconds, and found again', async () => {
    const issuer = await MisbehavingIssuer.start();
    issuer.failWith(status(503));
    const { verify, logged } = verifierOf(issuer.url);
    await verify.tried;
    let answers = 1;
    for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
      expect(verify.trouble()).toContain('HTTP 503');
      vi.advanceTimersByTime(seconds * second - 1);
      await roundTrip(issuer);
      expect(issuer.discoveries).toBe(answers);
      vi.advanceTimersByTime(1);
      answers += 1;
      await waitFor(() => logged.length === answers);
    }
    expect(issuer.discoveries).toBe(answers);
    issuer.failWith(null);
    vi.advanceTimersByTime(30 * second);
    await verify.ready;
    expect(verify.trouble()).toBeNull();
    expect(logged.at(-1)).toMatch(/^info the issuer gave its keys again/);
    expect(await verify(await issuer.sign(), dial)).toMatchObject({ user: 'ada' });
  });
});

describe('keys that are here', () => {
  test('are fetched again before anybody needs them, without anybody asking', async () => {
    const { issuer, verify, counts, gauges } = await start();
    vi.advanceTimersByTime(10 * minute - 1);
    expect(gauges.get('jwks_age_seconds')?.()).toBeCloseTo(599.999);
    expect(issuer.keyQuestions).toBe(1);
    issuer.pair = await secondPair;
    vi.advanceTimersByTime(1);
    await waitFor(() => gauges.get('jwks_age_seconds')?.() === 0);
    expect(issuer.keyQuestions).toBe(2);
    expect(counts.get('jwks_fetches_total')).toBe(2);
    expect(verify.knows(await issuer.sign())).toBe(true);
  });

  test('outlive an hour of outage, and a whole day of it, but no more; the age is told', async () => {
    const { issuer, verify, logged, counts, gauges } = await start();
    const token = await issuer.sign(inTwoDays());
    issuer.failWith(status(503));
    const failures = () => counts.get('jwks_failures_total') ?? 0;
    const advance = async (ms: number) => {
      const before = failures();
      vi.advanceTimersByTime(ms);
      await waitFor(() => failures() > before);
    };
    await advance(10 * minute);
    await advance(50 * minute);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
    expect(verify.knows(token)).toBe(true);
    expect(verify.trouble()).toBeNull();
    expect(gauges.get('jwks_age_seconds')?.()).toBe(3600);
    expect(logged.at(-1)).toContain('"keysKept":true');
    await advance(23 * hour);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
    await advance(minute);
    expect(verify.knows(token)).toBe(false);
    expect(await verify(token, dial)).toMatchObject({ refused: 'unavailable' });
    expect(verify.trouble()).toContain('HTTP 503');
    expect(logged.at(-1)).toContain('"keysKept":false');
    issuer.failWith(null);
    vi.advanceTimersByTime(30 * second);
    await waitFor(() => verify.trouble() === null);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
  });

  test('of a machine that slept for longer than that are no keys until the issuer was asked', async () => {
    const { issuer, verify } = await start();
    const token = await issuer.sign(inTwoDays());
    // The clock goes on in sleep, and the timers do not.
    vi.setSystemTime(Date.now() + 25 * hour);
    expect(verify.knows(token)).toBe(false);
    expect(verify.trouble()).toContain('too old');
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
    expect(verify.trouble()).toBeNull();
    expect(issuer.keyQuestions).toBe(2);
  });

  test('are used while those that follow are on their way', async () => {
    const { issuer, verify } = await start();
    issuer.failWith(silence);
    vi.advanceTimersByTime(10 * minute);
    await waitFor(() => issuer.keyQuestions === 2);
    expect(await verify(await issuer.sign(), dial)).toMatchObject({ user: 'ada' });
  });
});

describe('a key that is new', () => {
  test('is asked for once by all that wait for it', async () => {
    const { issuer, verify } = await start();
    vi.setSystemTime(Date.now() + 30 * second);
    issuer.pair = await secondPair;
    const token = await issuer.sign();
    const verdicts = await Promise.all(Array.from({ length: 300 }, () => verify(token, dial)));
    for (const verdict of verdicts) expect(verdict).toMatchObject({ user: 'ada' });
    expect(issuer.keyQuestions).toBe(2);
  });

  test('and that nobody may ask for yet is no fault of the token that is newer than our keys', async () => {
    const { issuer, verify } = await start();
    const iat = () => Math.floor(Date.now() / 1000);
    const old = { iat: iat() - 60 };
    vi.setSystemTime(Date.now() + 5 * second);
    issuer.pair = await secondPair;
    // A page that hears "token" twice asks its user to sign in; this one tries again.
    const token = await issuer.sign({ iat: iat() });
    expect(await verify(token, dial)).toMatchObject({ refused: 'unavailable' });
    expect(await verify(await issuer.sign(old), dial)).toMatchObject({ refused: 'token' });
    expect(await verify(await issuer.sign(), dial)).toMatchObject({ refused: 'token' });
    expect(issuer.keyQuestions).toBe(1);
    vi.setSystemTime(Date.now() + 25 * second);
    expect(await verify(token, dial)).toMatchObject({ user: 'ada' });
  });

  test('and that the issuer does not know is the fault of the token, once it was asked', async () => {
    const { issuer, verify } = await start();
    const iat = Math.floor(Date.now() / 1000);
    vi.setSystemTime(Date.now() + 30 * second);
    const forged = await issuer.sign({ iat }, { kid: 'nope' });
    expect(await verify(forged, dial)).toMatchObject({ refused: 'token' });
    expect(issuer.keyQuestions).toBe(2);
  });
});

test('a verifier that was closed asks no more', async () => {
  const { issuer, verify, counts } = await start();
  verify.close();
  vi.advanceTimersByTime(hour);
  await roundTrip(issuer);
  expect(counts.get('jwks_fetches_total')).toBe(1);
});
