/** Frames that are ready together share a message, for links that say that they read several in one. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ada, dial, type FakeLink, settle, startRealtime } from '../support/link.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Realtime = ReturnType<typeof startRealtime>;

async function publish(realtime: Realtime, count: number, data: unknown = 'x', type = 'n') {
  for (let n = 0; n < count; n += 1) {
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type, data });
  }
}

async function dialBatching(realtime: Realtime, batch: unknown = true): Promise<FakeLink> {
  const link = await dial(realtime, ada);
  link.say({ type: 'subscribe', data: { events: ['*'], batch } });
  link.messages.length = 0;
  return link;
}

const lines = (link: FakeLink) => link.messages.splice(0).map((text) => text.split('\n').length);

test('what is published in one turn of the loop goes together', async () => {
  const realtime = startRealtime();
  const link = await dialBatching(realtime);
  await publish(realtime, 3);
  expect(lines(link)).toEqual([]);
  await settle();
  expect(lines(link)).toEqual([3]);
  await publish(realtime, 1);
  await settle();
  expect(lines(link)).toEqual([1]);
});

test.each([false, null, 1, 'true'])(
  'a link that says batch: %j is sent one at a time',
  async (batch) => {
    const realtime = startRealtime();
    const link = await dialBatching(realtime, batch);
    await publish(realtime, 2);
    expect(lines(link)).toEqual([1, 1]);
  },
);

test('a server that lists no `batch` sends one at a time', async () => {
  const realtime = startRealtime({ features: ['subscribe'] });
  const link = await dialBatching(realtime);
  await publish(realtime, 2);
  expect(lines(link)).toEqual([1, 1]);
});

test('a message has at most 64 KiB, but for one event that is larger alone', async () => {
  const realtime = startRealtime();
  const link = await dialBatching(realtime);
  await publish(realtime, 5, 'é'.repeat(10_000));
  await publish(realtime, 1, 'x'.repeat(100_000));
  await publish(realtime, 1);
  await settle();
  const sizes = link.messages.map((text) => Buffer.byteLength(text));
  expect(lines(link)).toEqual([3, 2, 1, 1]);
  expect(sizes.filter((size) => size > 65_536)).toHaveLength(1);
});

test('an answer goes behind the events that came before it, and an end behind all', async () => {
  const realtime = startRealtime();
  const link = await dialBatching(realtime);
  await publish(realtime, 2);
  link.say('ping');
  expect(link.messages.at(-1)).toBe('pong');
  expect(lines(link)).toEqual([2, 1]);
  await publish(realtime, 1);
  realtime.kick({}, 4403);
  expect(lines(link)).toEqual([1]);
});

test('a window gathers for so long, for everybody or by type, and one type without ends it', async () => {
  const batchWindowMs = (type: string) => (type === 'slow' ? 8 : 0);
  const realtime = startRealtime({ batchWindowMs });
  const link = await dialBatching(realtime);
  await publish(realtime, 2, 'x', 'slow');
  await settle();
  vi.advanceTimersByTime(7);
  expect(lines(link)).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(lines(link)).toEqual([2]);
  await publish(realtime, 1, 'x', 'slow');
  await publish(realtime, 1, 'x', 'urgent');
  await settle();
  expect(lines(link)).toEqual([2]);
});

test('a window that is none, or throws, is no window', async () => {
  const windows = [() => 51, () => -1, () => Number.NaN, () => 'x' as never];
  windows.push(() => {
    throw new Error('mine');
  });
  for (const batchWindowMs of windows) {
    const realtime = startRealtime({ batchWindowMs });
    const link = await dialBatching(realtime);
    await publish(realtime, 1);
    await settle();
    expect(lines(link)).toEqual([1]);
  }
  for (const batchWindowMs of [51, -1, Number.NaN, '1' as never]) {
    expect(() => startRealtime({ batchWindowMs })).toThrow('batchWindowMs must be 0 to 50 ms');
  }
});

test('a link that ends while something waits for it takes nothing any more', async () => {
  const realtime = startRealtime({ batchWindowMs: 50 });
  const link = await dialBatching(realtime);
  await publish(realtime, 1);
  link.gone();
  vi.advanceTimersByTime(50);
  await settle();
  expect(lines(link)).toEqual([]);
});
