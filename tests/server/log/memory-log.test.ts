/** The log of one process keeps what every log keeps, within its bounds. */
import { memoryLog } from 'keepline/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeEventLog, eventOf } from './contract.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describeEventLog('memoryLog', memoryLog, (ms) => {
  vi.advanceTimersByTime(ms);
});

test('keeps so many bytes of a tenant', async () => {
  const log = memoryLog({ retainBytes: 10_000 });
  for (let n = 0; n < 5; n += 1) await log.publish(eventOf({ json: `"${'x'.repeat(4000)}"` }));
  expect((await log.read('harbour', 0, 10)).length).toBe(2);
});

test('keeps fewer events of a tenant where each is for many', async () => {
  const log = memoryLog({ retainBytes: 10_000 });
  const users = Array.from({ length: 100 }, (_, index) => `user-${index}`);
  for (let n = 0; n < 5; n += 1) await log.publish(eventOf({ to: { users } }));
  expect((await log.read('harbour', 0, 10)).length).toBe(2);
});

test('knows so many ids of a tenant, the newest', async () => {
  const log = memoryLog({ idsMax: 2 });
  for (const id of ['a', 'b', 'c']) await log.publish(eventOf({ id }));
  const repeats = [];
  for (const id of ['c', 'b', 'a']) repeats.push((await log.publish(eventOf({ id }))).repeat);
  expect(repeats).toEqual([true, true, false]);
});

test('forgets a tenant of whom nothing is left, and starts its stream anew above the old one', async () => {
  const log = memoryLog({ retainMs: 1000, idMs: 1000 });
  await log.publish(eventOf({ id: 'i' }));
  const before = await log.open('harbour');
  vi.advanceTimersByTime(10_000);
  await log.open('alpine');
  const after = await log.open('harbour');
  expect(after.epoch).not.toBe(before.epoch);
  expect(after.head).toBeGreaterThanOrEqual(before.head);
});

test.each([
  [{ retainEvents: 0 }, 'retainEvents'],
  [{ retainMs: Number.NaN }, 'retainMs'],
  [{ retained: 1 }, 'retained is no option'],
])('refuses %o by name', (options, named) => {
  expect(() => memoryLog(options as never)).toThrow(named);
});
