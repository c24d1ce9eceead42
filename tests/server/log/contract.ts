/** What every event log keeps, whoever it is kept by: one suite for all of them. */
import type { EventLog, LogEntry, LogEvent, LogHint, MemoryLogOptions } from 'keepline/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

/** The bounds that a log must take for its tests. */
export type Bounds = Pick<MemoryLogOptions, 'retainEvents' | 'retainMs' | 'idMs'>;

export const eventOf = (event: Partial<LogEvent> = {}): LogEvent => ({
  tenant: 'harbour',
  to: 'tenant',
  type: 'note',
  json: '1',
  ...event,
});

/** `advance` moves the log's clock, which may have gone on a little by itself. */
export function describeEventLog(
  name: string,
  create: (bounds: Bounds) => EventLog,
  advance: (ms: number) => void | Promise<void>,
): void {
  const start = (bounds: Bounds = {}) => {
    const log = create(bounds);
    onTestFinished(() => log.close());
    return log;
  };
  const seqOf = (position: string | null) => Number(position?.split('.')[1]);
  const seqs = (entries: readonly LogEntry[]) => entries.map(({ seq }) => seq);

  describe(name, () => {
    test('numbers what is written without holes, and says where it stands', async () => {
      const log = start();
      const { epoch, head, floor } = await log.open('harbour');
      expect(epoch).toMatch(/^[A-Za-z0-9_-]{1,16}$/);
      expect(floor).toBe(head + 1);
      const written = await Promise.all([1, 2, 3].map(() => log.publish(eventOf())));
      expect(written).toEqual(
        [1, 2, 3].map((n) => ({ position: `${epoch}.${head + n}`, repeat: false })),
      );
      expect(await log.open('harbour')).toEqual({ epoch, head: head + 3, floor: head + 1 });
    });

    test('gives back what was written, consecutively from a position on', async () => {
      const log = start();
      const { head } = await log.open('harbour');
      const event = { to: { users: ['ada'] }, type: 'n', json: '{"a":1}', trace: 't' };
      await log.publish(eventOf({ ...event, coalesce: 'k', id: 'i' }));
      for (let n = 0; n < 4; n += 1) await log.publish(eventOf());
      const [first] = await log.read('harbour', head, 1);
      expect(first).toMatchObject({ ...event, coalesce: 'k', seq: head + 1 });
      expect(first?.at).toEqual(expect.any(Number));
      expect(seqs(await log.read('harbour', head + 1, 3))).toEqual([head + 2, head + 3, head + 4]);
      expect(await log.read('harbour', head + 5, 3)).toEqual([]);
    });

    test('keeps tenants apart, in epoch, order and content', async () => {
      const log = start();
      const [here, there] = [await log.open('harbour'), await log.open('alpine')];
      expect(here.epoch).not.toBe(there.epoch);
      await log.publish(eventOf());
      expect(await log.read('alpine', 0, 10)).toEqual([]);
      expect(await log.open('alpine')).toEqual(there);
    });

    test.each(['a:b', 'a\nb', '__proto__', 'constructor', '', 'é', 'x'.repeat(300)])(
      'takes %j for a tenant like any other',
      async (tenant) => {
        const log = start();
        await log.publish(eventOf({ tenant }));
        expect((await log.read(tenant, 0, 10)).length).toBe(1);
        expect(await log.read('harbour', 0, 10)).toEqual([]);
      },
    );

    test('writes one id once within a tenant, and says where', async () => {
      const log = start();
      const first = await log.publish(eventOf({ id: 'same' }));
      await log.publish(eventOf());
      expect(await log.publish(eventOf({ id: 'same' }))).toEqual({ ...first, repeat: true });
      expect((await log.publish(eventOf({ tenant: 'alpine', id: 'same' }))).repeat).toBe(false);
      expect((await log.read('harbour', 0, 10)).length).toBe(2);
    });

    test('writes one id once when both come at once', async () => {
      const log = start();
      const both = await Promise.all([1, 2].map(() => log.publish(eventOf({ id: 'same' }))));
      expect(both.map(({ repeat }) => repeat)).toEqual([false, true]);
      expect(new Set(both.map(({ position }) => position)).size).toBe(1);
    });

    test('knows an id for its time, and not longer', async () => {
      const log = start({ idMs: 60_000 });
      const first = await log.publish(eventOf({ id: 'same' }));
      await advance(50_000);
      expect((await log.publish(eventOf({ id: 'same' }))).repeat).toBe(true);
      await advance(10_000);
      const again = await log.publish(eventOf({ id: 'same' }));
      expect(again.repeat).toBe(false);
      expect(seqOf(again.position)).toBe(seqOf(first.position) + 1);
    });

    test('keeps so many, and its floor is the oldest that can be read', async () => {
      const log = start({ retainEvents: 3 });
      const { head } = await log.open('harbour');
      for (let n = 0; n < 5; n += 1) await log.publish(eventOf());
      const state = await log.open('harbour');
      expect(state).toMatchObject({ head: head + 5, floor: head + 3 });
      expect(seqs(await log.read('harbour', state.floor - 1, 10))).toEqual([
        head + 3,
        head + 4,
        head + 5,
      ]);
      // Who asks for what is gone sees by the first seq that something is missing.
      expect((await log.read('harbour', head, 10))[0]?.seq).toBe(state.floor);
    });

    test('keeps them so long, and loses neither its place nor its epoch with them', async () => {
      const log = start({ retainMs: 60_000 });
      const before = await log.open('harbour');
      await log.publish(eventOf());
      await advance(50_000);
      expect((await log.open('harbour')).floor).toBe(before.head + 1);
      await advance(10_001);
      const after = await log.open('harbour');
      expect(after).toEqual({ ...before, head: before.head + 1, floor: before.head + 2 });
    });

    test('hints at each new entry, or that there may be one, until that is taken off', async () => {
      const log = start();
      const { epoch, head } = await log.open('harbour');
      const [hint, other] = [vi.fn<LogHint>(), vi.fn<LogHint>()];
      const off = await log.watch('harbour', hint);
      await log.watch('harbour', other);
      await log.publish(eventOf({ type: 'heard' }));
      await log.publish(eventOf({ tenant: 'alpine', type: 'not' }));
      const isTold = (told: typeof hint, seq: number) =>
        told.mock.calls.some(([of, entry]) => of === epoch && (!entry || entry.seq === seq));
      await vi.waitFor(() => expect(isTold(hint, head + 1)).toBe(true));
      for (const [, entry] of hint.mock.calls) expect(entry?.type).not.toBe('not');
      off();
      await vi.waitFor(() => expect(isTold(other, head + 1)).toBe(true));
      hint.mockClear();
      other.mockClear();
      await log.publish(eventOf());
      await vi.waitFor(() => expect(isTold(other, head + 2)).toBe(true));
      expect(hint).not.toHaveBeenCalled();
    });

    test('takes nothing once it is closed', async () => {
      const log = start();
      await log.close();
      await expect(log.publish(eventOf())).rejects.toThrow('closed');
    });
  });
}
