// The waits of the connection's own dials, for tries of an application.
import { ConnectionError } from 'keepline';
import { describe, expect, it } from 'vitest';
import { advance, connect, settle, start, startFetching, useWorld } from './support/world.js';

describe("a wait for a try of one's own", () => {
  useWorld();

  it.each([
    ['without a random share', 0, 0],
    ['with one', 0.3, 300],
  ])('is drawn as those between dials are, %s', async (_, jitter, spread) => {
    const connection = await connect({
      backoff: { initialMs: 1000, factor: 2, maxMs: 8000, jitter },
    });
    for (const [failures, least] of [
      [1, 1000],
      [2, 2000],
      [3, 4000],
    ] as const) {
      const waits = await Promise.all(
        Array.from({ length: 50 }, () => connection.drawWait(failures)),
      );
      for (const wait of waits) {
        expect(wait).toBeGreaterThanOrEqual(least);
        expect(wait).toBeLessThanOrEqual(least * (1 + spread / 1000));
      }
      expect(new Set(waits).size > 1).toBe(spread > 0);
    }
  });

  it('is that of the slow probe once all attempts are used up, and none without one', async () => {
    const backoff = { maxAttempts: 2, slowProbeMs: 10_000 };
    const probed = await (await connect({ backoff })).drawWait(3);
    expect(probed).toBeGreaterThanOrEqual(5000);
    expect(probed).toBeLessThanOrEqual(15_000);
    const none = await connect({ backoff: { ...backoff, slowProbeMs: 0 } });
    expect(await none.drawWait(3)).toBeNull();
    expect(await none.drawWait(2)).toBeGreaterThan(0);
  });

  it('is told once the module is there, and there is none after the end', async () => {
    const early = start();
    const told = early.drawWait(1);
    await settle();
    await advance(0);
    expect(await told).toBeGreaterThanOrEqual(1000);
    const never = startFetching();
    const ended = never.drawWait(1);
    never.dispose();
    expect(await ended).toBeNull();
    expect(await never.drawWait(1)).toBeNull();
  });

  it.each([0, 1.5, -1, Number.NaN, '1', 2 ** 31])(
    '%j is no number of failures',
    async (failures) => {
      const connection = await connect();
      expect(() => connection.drawWait(failures as number)).toThrow(ConnectionError);
    },
  );
});
