/** What a stranger, a user or a page could have too much of: each limit is met, named and counted. */
import { defaultLimits, type Labels, type Metrics } from 'keepline/server';
import { describe, expect, test, vi } from 'vitest';
import {
  ada,
  bruno,
  dial,
  dialOf,
  FakeLink,
  startRealtime,
  tokenOf,
  verifyHex,
} from '../support/link.js';

function counting() {
  const counts = new Map<string, number>();
  const metrics: Metrics = {
    count: (name: string, labels: Labels = {}, by = 1) => {
      const key = [name, ...Object.values(labels)].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    observe: () => undefined,
    gauge: () => undefined,
  };
  return { metrics, count: (key: string) => counts.get(key) ?? 0 };
}

describe('sockets', () => {
  test('of one user are so many, of all tabs, and another user has his own', async () => {
    const { metrics, count } = counting();
    const realtime = startRealtime({ limits: { socketsPerUser: 2 }, metrics });
    const first = await dial(realtime, ada);
    await dial(realtime, ada);
    const third = await dial(realtime, ada);
    expect(third.ended?.code).toBe(4429);
    expect(JSON.parse(third.ended?.reason ?? '')).toMatchObject({
      retryAfterMs: expect.any(Number),
    });
    expect((await dial(realtime, bruno)).ended).toBeUndefined();
    expect(count('upgrades_total tooManyRequests')).toBe(1);
    first.gone();
    expect((await dial(realtime, ada)).ended).toBeUndefined();
  });

  test('of one address are turned away before their upgrade, verified or not', async () => {
    const { metrics, count } = counting();
    const realtime = startRealtime({ limits: { socketsPerAddress: 2 }, metrics });
    await dial(realtime, ada);
    const stranger = await dial(realtime, null, new FakeLink());
    // Refused, and its peer does not answer the close: it still is held.
    expect(stranger.ended?.code).toBe(4401);
    stranger.incoming = undefined;
    const held = new FakeLink();
    held.incoming = realtime.accept(held, dialOf(tokenOf(bruno)));
    expect(realtime.turnsAway('192.0.2.1')).toBe(429);
    expect(realtime.turnsAway('192.0.2.2')).toBeNull();
    expect(count('upgrades_total address_full')).toBe(1);
  });

  test('of a process are so many', async () => {
    const { metrics, count } = counting();
    const realtime = startRealtime({ limits: { sockets: 1 }, metrics });
    const only = await dial(realtime, ada);
    expect(realtime.turnsAway('192.0.2.9')).toBe(503);
    expect(count('upgrades_total server_full')).toBe(1);
    only.gone();
    expect(realtime.turnsAway('192.0.2.9')).toBeNull();
  });
});

describe('waiting for a judgement', () => {
  const silent = () => new Promise<never>(() => undefined);

  test('takes a place in all and one of its address, and who has none is told to come again', async () => {
    const realtime = startRealtime({
      verify: silent,
      limits: { waiting: 3, waitingPerAddress: 2 },
    });
    const from = (address: string) => dial(realtime, ada, new FakeLink(address));
    const links = [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')];
    expect(links.map(({ ended }) => ended?.code)).toEqual([undefined, undefined, 1013]);
    expect((await from('192.0.2.2')).ended).toBeUndefined();
    expect((await from('192.0.2.3')).ended?.code).toBe(1013);
    links[0]?.gone();
    expect((await from('192.0.2.3')).ended).toBeUndefined();
  });

  test('keeps nobody out whose token needs no asking', async () => {
    const known = tokenOf(ada);
    const verify = Object.assign(
      (token: string) => (token === known ? verifyHex(token) : silent()),
      { knows: (token: string) => token === known },
    );
    const realtime = startRealtime({ verify, limits: { waiting: 1, waitingPerAddress: 1 } });
    for (let n = 0; n < 20; n += 1) await dial(realtime, { user: `forged-${n}`, tenant: 'x' });
    expect((await dial(realtime, ada)).heard()).toEqual([]);
    expect(realtime.size).toBe(1);
  });

  test('ends after a while, with 4408', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const realtime = startRealtime({ verify: silent });
      const link = new FakeLink();
      link.incoming = realtime.accept(link, dialOf(tokenOf(ada)));
      vi.advanceTimersByTime(defaultLimits.verifyMs);
      expect(link.ended).toEqual({ code: 4408, reason: 'token not verified in time' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what one socket says', () => {
  test.each([
    ['messages', { messages: { burst: 3, perSecond: 0.001 } }, 'ping', 4],
    ['bytes', { bytes: { burst: 300, perSecond: 0.001 } }, 'x'.repeat(100), 4],
    ['announcements', { announcements: { burst: 3, perSecond: 0.001 } }, 'subscribe', 4],
  ])('is bounded in %s, which close with 4429 and a hint', async (_name, limits, what, times) => {
    const realtime = startRealtime({ limits, messages: { note: () => undefined } });
    const link = await dial(realtime, ada);
    const message =
      what === 'ping'
        ? 'ping'
        : what === 'subscribe'
          ? { type: 'subscribe', data: { events: ['*'] } }
          : JSON.stringify({ type: 'note', data: what }).slice(0, 100).padEnd(100, ' ');
    for (let n = 1; n < times; n += 1) link.say(what.startsWith('x') ? padded() : message);
    expect(link.ended).toBeUndefined();
    link.say(what.startsWith('x') ? padded() : message);
    expect(link.ended?.code).toBe(4429);
    expect(JSON.parse(link.ended?.reason ?? '')).toEqual({ retryAfterMs: 5000, spreadMs: 2000 });
  });

  /** A note of exactly a hundred bytes. */
  const padded = () => `{"type":"note"${' '.repeat(85)}}`;

  test('is counted in bytes of UTF-8, and too large a message is 1009', async () => {
    const realtime = startRealtime({ limits: { messageBytes: 100 }, messages: { n: () => 1 } });
    const link = await dial(realtime, ada);
    link.say(`{"type":"n","data":"${'ä'.repeat(39)}"}`);
    expect(link.ended).toBeUndefined();
    link.say(`{"type":"n","data":"${'ä'.repeat(40)}"}`);
    expect(link.ended?.code).toBe(1009);
  });

  test('may come all at once after the process was busy with something else, and no more than that', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    try {
      const realtime = startRealtime({ limits: { messages: { burst: 5, perSecond: 10 } } });
      const link = await dial(realtime, ada);
      // For ten seconds nothing ran, timers neither: what came meanwhile is read in one turn behind them.
      now = 10_000;
      vi.advanceTimersByTime(100);
      for (let n = 0; n < 5 + 99; n += 1) link.say('ping');
      expect(link.ended).toBeUndefined();
      link.say('ping');
      expect(link.ended?.code).toBe(4429);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });

  test.each([
    [['x'.repeat(65)]],
    [[`${'x'.repeat(65)}*`]],
    [['']],
    [['*', 7]],
    [Array.from({ length: 65 }, () => 'a')],
  ])('is no subscription where a pattern is none (%#)', async (events) => {
    const realtime = startRealtime();
    const link = await dial(realtime, ada);
    link.say({ type: 'subscribe', id: 's', data: { events } });
    expect(link.heard()).toMatchObject([
      { type: 'error', id: 's', data: { code: 'bad_subscribe' } },
    ]);
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'still-heard' });
    expect(link.heard()).toMatchObject([{ type: 'still-heard' }]);
  });

  test('may be a pattern of 64 bytes, with a star behind it', async () => {
    const realtime = startRealtime();
    const link = await dial(realtime, ada);
    link.say({ type: 'subscribe', data: { events: [`${'ä'.repeat(32)}*`] } });
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'ä'.repeat(32) });
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'ä'.repeat(31) });
    expect(link.heard()).toMatchObject([{ type: 'ä'.repeat(32) }]);
  });
});

test('a token lives for a day at most, whatever it says', async () => {
  const realtime = startRealtime();
  const link = await dial(realtime, { ...ada, expiresAt: Date.now() + 400 * 24 * 3_600_000 });
  const { tokenExpiresInMs } = (link.sent[0]?.['data'] ?? {}) as Record<string, number>;
  expect(tokenExpiresInMs).toBeLessThanOrEqual(24 * 3_600_000);
  expect(tokenExpiresInMs).toBeGreaterThan(23 * 3_600_000);
});

test('a reader that falls too far behind is cut', async () => {
  const { metrics, count } = counting();
  const realtime = startRealtime({ limits: { bufferedBytes: 1000 }, metrics });
  const link = await dial(realtime, ada);
  link.bufferedBytes = 1001;
  await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'note' });
  expect(link.ended?.code).toBe(1006);
  expect(count('slow_readers_cut_total')).toBe(1);
  expect(realtime.size).toBe(0);
});

test.each([
  [{ limits: { sockets: -1 } }, 'limits.sockets'],
  [{ limits: { messages: { burst: 1 } } }, 'limits.messages'],
  [{ limits: { handlerMs: Number.POSITIVE_INFINITY } }, 'limits.handlerMs must be at most'],
  [{ limits: { socket: 1 } }, 'limits.socket is no limit'],
  [{ heartbeatMs: 10 }, 'heartbeatMs'],
  [{ nodeBeatMs: 20_000 }, 'nodeBeatMs must be 100 to 10,000 ms'],
  [{ messages: { ping: () => 1 } }, "messages.ping: the protocol's own name"],
  [{ messages: { note: 7 } }, 'messages.note must be a function'],
  [{ verify: 'token' }, 'verify must be a function'],
])('a wrong option is named: %o', (options, named) => {
  expect(() => startRealtime(options as never)).toThrow(named);
});
