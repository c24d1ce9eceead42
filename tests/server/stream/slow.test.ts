/** A link that does not read falls behind, catches up where it can, and is told, or sent away, where it cannot. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ada, dial, FakeLink } from '../support/link.js';
import { heard, publish, resume, startStream, told, turn, types } from './support.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const limits = { liveBytes: 1000, slowEvents: 5, slowMs: 30_000, slowCloseMs: 60_000 };

/** A link that says when it has room. */
class RoomyLink extends FakeLink {
  #whenDrained: (() => void)[] = [];

  get waits(): number {
    return this.#whenDrained.length;
  }

  whenDrained(then: () => void): void {
    this.#whenDrained.push(then);
  }

  async drain(): Promise<void> {
    this.bufferedBytes = 0;
    for (const then of this.#whenDrained.splice(0)) then();
    await turn();
  }
}

async function startFull(options: Parameters<typeof startStream>[0] = {}) {
  const realtime = startStream({ limits, ...options });
  const link = new RoomyLink();
  await resume(realtime, ada, null, link);
  link.heard();
  link.bufferedBytes = 200_000;
  return { realtime, link };
}

test('what comes while it is full follows when it reads again, each once and in order', async () => {
  const { realtime, link } = await startFull();
  await publish(realtime, 3);
  expect([link.heard(), link.waits]).toEqual([[], 1]);
  await link.drain();
  expect(types(link)).toEqual(['n', 'n', 'n', 'position']);
  await publish(realtime, 1, 4);
  expect(heard(link)).toEqual([4]);
});

test('events of one key that were overtaken meanwhile are left out', async () => {
  const { realtime, link } = await startFull();
  for (const data of [1, 2, 3]) {
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data, coalesce: 'k' });
  }
  await link.drain();
  expect(heard(link)).toEqual([3]);
});

test('more events behind than it may be, it is told of the gap and goes on behind it', async () => {
  const { realtime, link } = await startFull();
  const from = (await publish(realtime, 1)).replace(/\d+$/, (seq) => `${Number(seq) - 1}`);
  const to = await publish(realtime, 5, 2);
  await vi.advanceTimersByTimeAsync(1000);
  await publish(realtime, 1, 7);
  await link.drain();
  expect(told(link).slice(0, 1)).toMatchObject([
    { type: 'gap', data: { from, to, reason: 'slow', spreadMs: 0 } },
  ]);
  await publish(realtime, 1, 8);
  expect(heard(link)).toEqual([8]);
});

test('so long behind, it is told of the gap however little it has missed', async () => {
  const { realtime, link } = await startFull();
  await publish(realtime, 1);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(types(link)).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told(link)).toMatchObject([{ type: 'gap', data: { reason: 'slow' } }]);
});

test('one that does not read at all is closed with 4408', async () => {
  const { realtime, link } = await startFull();
  await publish(realtime, 1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1000);
  expect(link.ended).toMatchObject({ code: 4408 });
});

test('one that never asked where it stands is not told of gaps: it is sent away', async () => {
  const realtime = startStream({ limits });
  const link = new RoomyLink();
  await dial(realtime, ada, link);
  await vi.advanceTimersByTimeAsync(2000);
  link.heard();
  link.bufferedBytes = 200_000;
  await publish(realtime, 6);
  await vi.advanceTimersByTimeAsync(1000);
  expect([link.ended?.code, link.heard()]).toEqual([4408, []]);
});

test('one that stops while it is sent what it missed waits for it like any other', async () => {
  const realtime = startStream();
  const reads = await resume(realtime, ada, null);
  const from = String(told(reads)[0]?.data['from']);
  await publish(realtime, 250);
  const link = new RoomyLink();
  // As if nobody took the first page.
  const send = link.send.bind(link);
  link.send = (text) => {
    send(text);
    if (text.includes('"n"')) link.bufferedBytes += 2000;
  };
  await resume(realtime, ada, from, link);
  expect([heard(link).length, link.waits]).toEqual([100, 1]);
  await link.drain();
  expect([heard(link).length, link.waits]).toEqual([100, 1]);
  await link.drain();
  expect(types(link).slice(49)).toEqual(['n', 'position']);
});
