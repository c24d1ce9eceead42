/** What an application asks of its real-time half: publish, look, be told, kick, drain. */
import { describe, expect, test, vi } from 'vitest';
import {
  ada,
  bruno,
  dial,
  dialOf,
  FakeLink,
  otherAda,
  settle,
  startRealtime,
  tokenOf,
} from '../support/link.js';

describe('publish', () => {
  test('reaches a tenant, or some of its users, and never another tenant', async () => {
    const realtime = startRealtime();
    const [one, tab, other, foreign] = [
      await dial(realtime, ada),
      await dial(realtime, ada),
      await dial(realtime, bruno),
      await dial(realtime, otherAda),
    ];
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'all', data: 1 });
    await realtime.publish({
      tenant: 'harbour',
      to: { users: ['ada', 'ada', 'nobody'] },
      type: 'some',
    });
    const types = (link: FakeLink) => link.heard().map(({ type }) => type);
    expect([one, tab, other, foreign].map((link) => types(link ?? new FakeLink()))).toEqual([
      ['all', 'some'],
      ['all', 'some'],
      ['all'],
      [],
    ]);
  });

  test('numbers a tenant’s events upwards, above those of a process that ran before', async () => {
    const before = Date.now();
    const realtime = startRealtime();
    const link = await dial(realtime, ada);
    for (let n = 0; n < 3; n += 1)
      await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n' });
    const seqs = link.heard().map(({ seq }) => Number(seq));
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(3);
    expect(seqs[0]).toBeGreaterThan(before - 1);
  });

  test('delivers one id once within a tenant', async () => {
    const realtime = startRealtime();
    const [here, there] = [await dial(realtime, ada), await dial(realtime, otherAda)];
    for (const tenant of ['harbour', 'harbour', 'alpine']) {
      await realtime.publish({ tenant, to: 'tenant', type: 'n', id: 'same' });
    }
    expect([here.heard().length, there.heard().length]).toEqual([1, 1]);
  });

  const circle: Record<string, unknown> = {};
  circle['again'] = circle;
  test.each([
    [{ tenant: '' }, 'tenant'],
    [{ to: 'everybody' }, "'tenant' or { users"],
    [{ to: { users: 'ada' } }, "'tenant' or { users"],
    [{ type: '' }, 'type'],
    [{ type: 'x'.repeat(65) }, 'type'],
    [{ id: 7 }, 'id'],
    [{ data: 1n }, 'no JSON'],
    [{ data: circle }, 'no JSON'],
    [{ data: () => 1 }, 'no JSON'],
  ])('rejects %o by name, whether anybody listens or not', async (wrong, named) => {
    const realtime = startRealtime();
    const event = { tenant: 'harbour', to: 'tenant', type: 'n', ...wrong };
    await expect(realtime.publish(event as never)).rejects.toThrow(named);
  });

  test('carries a trace beside the payload, and no payload where there is none', async () => {
    const realtime = startRealtime();
    const link = await dial(realtime, ada);
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', trace: '00-ab-cd-01' });
    const [frame] = link.heard();
    expect(frame).toMatchObject({ type: 'n', trace: '00-ab-cd-01' });
    expect(frame).not.toHaveProperty('data');
  });
});

describe('who is there', () => {
  test('is told by tenant, user and link, without a secret', async () => {
    const realtime = startRealtime();
    await dial(realtime, ada);
    await dial(realtime, bruno);
    await dial(realtime, otherAda);
    expect(realtime.connections().length).toBe(3);
    expect(realtime.connections({ tenant: 'harbour' }).map(({ user }) => user)).toEqual([
      'ada',
      'bruno',
    ]);
    expect(realtime.connections({ user: 'ada' }).map(({ tenant }) => tenant)).toEqual([
      'harbour',
      'alpine',
    ]);
    const [info] = realtime.connections(ada);
    expect(info).toMatchObject({ ...ada, remoteAddress: '192.0.2.1', bufferedBytes: 0 });
    expect(realtime.connections({ connectionId: info?.connectionId })).toEqual([info]);
    expect(JSON.stringify(realtime.connections())).not.toContain(tokenOf(ada).slice(0, 20));
  });

  test('may be sent away, whole tenants included, and nobody else goes', async () => {
    const realtime = startRealtime();
    const links = [
      await dial(realtime, ada),
      await dial(realtime, bruno),
      await dial(realtime, otherAda),
    ];
    expect(realtime.kick({ tenant: 'harbour' }, 4403, 'your access has ended')).toBe(2);
    expect(links.map(({ ended }) => ended?.code)).toEqual([4403, 4403, undefined]);
    expect(() => realtime.kick(ada, 1006)).toThrow('1006');
  });
});

describe('reachable', () => {
  const heartbeatMs = 8000;

  async function start() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const realtime = startRealtime({ heartbeatMs });
    const lost: unknown[] = [];
    realtime.onUnreachable((user) => lost.push(user));
    return { realtime, lost };
  }
  const end = () => vi.useRealTimers();

  test('is who said something within one and a half heartbeats, on any of his links', async () => {
    const { realtime, lost } = await start();
    try {
      const [first, second] = [await dial(realtime, ada), await dial(realtime, ada)];
      expect(realtime.reachable('harbour', 'ada')).toBe(true);
      expect(realtime.reachable('alpine', 'ada')).toBe(false);
      vi.advanceTimersByTime(heartbeatMs);
      first.say('ping');
      vi.advanceTimersByTime(heartbeatMs);
      // The browser answers by itself for a page that hangs.
      second.incoming?.pong();
      expect(realtime.reachable('harbour', 'ada')).toBe(true);
      vi.advanceTimersByTime(heartbeatMs);
      expect(realtime.reachable('harbour', 'ada')).toBe(false);
      vi.advanceTimersByTime(10 * heartbeatMs);
      expect(lost).toEqual([ada]);
    } finally {
      end();
    }
  });

  test('is again who speaks again, and its next end is told again', async () => {
    const { realtime, lost } = await start();
    try {
      const link = await dial(realtime, ada);
      vi.advanceTimersByTime(2 * heartbeatMs);
      link.say('ping');
      expect(realtime.reachable('harbour', 'ada')).toBe(true);
      link.gone();
      expect(realtime.reachable('harbour', 'ada')).toBe(false);
      expect(lost).toEqual([ada, ada]);
    } finally {
      end();
    }
  });

  test('is told to every listener, whatever one of them does', async () => {
    const { realtime } = await start();
    try {
      const heard = vi.fn();
      realtime.onUnreachable(() => {
        throw new Error('mine');
      });
      const off = realtime.onUnreachable(heard);
      (await dial(realtime, ada)).gone();
      off();
      (await dial(realtime, bruno)).gone();
      expect(heard).toHaveBeenCalledExactlyOnceWith(ada);
    } finally {
      end();
    }
  });
});

test('links are pinged one after the other within a round, and cut when two stay unanswered', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const realtime = startRealtime({ livenessMs: 16_000 });
    const links = await Promise.all(
      Array.from({ length: 32 }, (_, n) => dial(realtime, { tenant: 'harbour', user: `u${n}` })),
    );
    const pinged = () => links.filter(({ pings }) => pings > 0).length;
    vi.advanceTimersByTime(1000);
    expect(pinged()).toBe(2);
    vi.advanceTimersByTime(15_000);
    expect(links.map(({ pings }) => pings)).toEqual(links.map(() => 1));
    links[0]?.incoming?.pong();
    vi.advanceTimersByTime(32_000);
    expect(links.filter(({ ended }) => ended?.code === 1006).length).toBe(31);
    expect(links[0]?.ended).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});

describe('a drain', () => {
  test('first says that nobody should come, then sends away in slices, each with its own hint', async () => {
    const realtime = startRealtime();
    const links = await Promise.all(
      Array.from({ length: 20 }, (_, n) => dial(realtime, { tenant: 'harbour', user: `u${n}` })),
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hint = { retryAfterMs: 500, spreadMs: 1000 };
    const gone = () => links.filter(({ ended }) => ended).length;
    try {
      void realtime.drain({ readyMs: 0, overMs: 1000, hint });
      await settle();
      expect(realtime.notReady()).toContain('stopping');
      expect(gone()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
    await realtime.drain();
    expect(gone()).toBe(20);
    const hints = links.map(({ ended }) => JSON.parse(ended?.reason ?? '').retryAfterMs);
    expect(hints[0]).toBe(500 + 900);
    expect(hints.at(-1)).toBe(500);
    expect([...hints]).toEqual([...hints].sort((a, b) => b - a));
    for (const link of links) expect(link.heard()).toMatchObject([{ type: 'going_away' }]);
  });

  test('of few takes no longer than one after the other, and of nobody no time at all', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await startRealtime().drain({ overMs: 300_000 });
      const realtime = startRealtime();
      const links = [await dial(realtime, ada), await dial(realtime, ada)];
      const drained = realtime.drain({ overMs: 300_000, hint: { retryAfterMs: 0, spreadMs: 0 } });
      await settle();
      expect(links.map(({ ended }) => ended?.code)).toEqual([1012, undefined]);
      await vi.advanceTimersByTimeAsync(100);
      await drained;
      expect(links.map(({ ended }) => ended?.code)).toEqual([1012, 1012]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('of a time that is none is refused, and nobody is sent away', async () => {
    const realtime = startRealtime();
    const link = await dial(realtime, ada);
    for (const wrong of [
      { readyMs: Number.POSITIVE_INFINITY },
      { overMs: -1 },
      { overMs: Number.NaN },
    ]) {
      await expect(realtime.drain(wrong)).rejects.toThrow('is not 0 to 300000 ms');
    }
    expect([realtime.notReady(), link.ended]).toEqual([null, undefined]);
  });

  test('does not wait for an adapter that never says that its link has closed', async () => {
    const realtime = startRealtime({ limits: { closeMs: 0 } });
    const link = await dial(realtime, ada);
    link.gone = () => undefined;
    await realtime.drain({ overMs: 0 });
    expect(link.ended?.code).toBe(1012);
  });

  test('turns away who dials meanwhile, with 1012 and a hint', async () => {
    const realtime = startRealtime();
    await realtime.drain({ overMs: 0, hint: { retryAfterMs: 700, spreadMs: 0 } });
    const late = await dial(realtime, ada);
    expect(late.ended).toEqual({ code: 1012, reason: '{"retryAfterMs":700,"spreadMs":0}' });
    await realtime.close();
    expect(realtime.turnsAway('192.0.2.1')).toBe(503);
    await expect(realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n' })).rejects.toThrow(
      'closed',
    );
  });
});

describe('what the application gives', () => {
  const bad: readonly (readonly [string, () => unknown])[] = [
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
    ['answers with nothing', () => undefined],
    ['answers with half a principal', () => ({ tenant: 'harbour', expiresAt: 1 })],
    ['answers with a principal without an end', () => ({ ...ada, claims: {} })],
  ];
  test.each(bad)(
    'to verify tokens and %s closes with 1013, and the server lives',
    async (_, verify) => {
      const error = vi.fn();
      const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error };
      const realtime = startRealtime({ verify: verify as never, logger });
      const link = await dial(realtime, ada);
      expect(link.ended?.code).toBe(1013);
      expect(error).toHaveBeenCalledOnce();
    },
  );

  test('to log with, and throws, ends no link', async () => {
    const fails = () => {
      throw new Error('full');
    };
    const realtime = startRealtime({
      logger: { debug: fails, info: fails, warn: fails, error: fails },
    });
    const link = await dial(realtime, ada);
    link.say('ping');
    expect(link.heard()).toEqual([{ text: 'pong' }]);
  });

  test('to count with, and throws, ends no link', async () => {
    const fails = () => {
      throw new Error('full');
    };
    const realtime = startRealtime({ metrics: { count: fails, observe: fails, gauge: fails } });
    const link = await dial(realtime, ada);
    link.say('ping');
    expect(link.heard()).toEqual([{ text: 'pong' }]);
  });

  test('is never told a token in the log, refused dials are told of once a second', async () => {
    const lines: string[] = [];
    const write = (fields: object, text: string) => lines.push(JSON.stringify({ ...fields, text }));
    const logger = { debug: write, info: write, warn: write, error: write };
    const realtime = startRealtime({
      logger,
      verify: () => Promise.reject(new Error('cannot read bearer.abc and eyJhbGciOi.x.y')),
    });
    for (let n = 0; n < 50; n += 1) {
      const link = new FakeLink();
      link.incoming = realtime.accept(link, dialOf(null));
    }
    await dial(realtime, ada);
    await realtime.close();
    expect(lines.join()).not.toMatch(/bearer\.abc|eyJhbGciOi/);
    expect(lines.filter((line) => line.includes('dials refused'))).toEqual([
      expect.stringContaining('"unauthorised":50'),
    ]);
  });
});

test('a renewal is judged for its user, and takes effect on what may be heard', async () => {
  const authorise = (principal: { claims: Record<string, unknown> }) =>
    principal.claims['may'] === true;
  const realtime = startRealtime({ authorise });
  const link = await dial(realtime, ada);
  const publish = () => realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n' });
  await publish();
  expect(link.heard()).toEqual([]);
  const expiresAt = Date.now() + 60_000;
  link.say({
    type: 'auth',
    data: { token: tokenOf({ ...ada, expiresAt, claims: { may: true } }) },
  });
  await settle();
  expect(link.heard()).toMatchObject([{ type: 'authed' }]);
  await publish();
  expect(link.heard()).toMatchObject([{ type: 'n' }]);
  link.say({ type: 'auth', data: { token: tokenOf(bruno) } });
  await settle();
  expect(link.ended?.code).toBe(4401);
});
