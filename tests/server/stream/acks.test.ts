/** A message that has an id is done once, however often and over whichever link it comes. */
import { MessageRefused } from 'keepline/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  ada,
  bruno,
  dial,
  type FakeLink,
  otherAda,
  settle,
  startRealtime,
} from '../support/link.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function say(link: FakeLink, message: object) {
  link.say({ type: 'note', ...message });
  await settle();
  return link.heard().map(({ type, data }) => ({ type, ...(data as object) }));
}

function startCounting(options: Parameters<typeof startRealtime>[0] = {}) {
  let calls = 0;
  const note = vi.fn(() => {
    calls += 1;
    return calls;
  });
  return { note, realtime: startRealtime({ messages: { note, other: note }, ...options }) };
}

test('the second time it is answered with the first result, on another link too', async () => {
  const { note, realtime } = startCounting();
  const link = await dial(realtime, ada);
  expect(await say(link, { id: 'm-1' })).toEqual([{ type: 'ack', outcome: 'done', result: 1 }]);
  expect(await say(link, { id: 'm-1' })).toEqual([{ type: 'ack', outcome: 'repeat', result: 1 }]);
  const tab = await dial(realtime, ada);
  expect(await say(tab, { id: 'm-1' })).toEqual([{ type: 'ack', outcome: 'repeat', result: 1 }]);
  expect(note).toHaveBeenCalledOnce();
});

test('the same id of another user, tenant or type is another message', async () => {
  const { note, realtime } = startCounting();
  for (const who of [ada, bruno, otherAda]) await say(await dial(realtime, who), { id: 'm-1' });
  await say(await dial(realtime, ada), { type: 'other', id: 'm-1' });
  expect(note).toHaveBeenCalledTimes(4);
});

test('one that failed, or was refused, is tried again', async () => {
  const outcomes = [
    () => Promise.reject(new Error('down')),
    () => Promise.reject(new MessageRefused('locked', 'Somebody else writes.')),
    () => 'saved',
  ];
  const realtime = startRealtime({ messages: { note: () => outcomes.shift()?.() } });
  const link = await dial(realtime, ada);
  expect(await say(link, { id: 'm-1' })).toMatchObject([{ code: 'failed' }]);
  expect(await say(link, { id: 'm-1' })).toMatchObject([{ code: 'locked' }]);
  expect(await say(link, { id: 'm-1' })).toMatchObject([{ outcome: 'done', result: 'saved' }]);
});

test('one that fails while it is asked for a second time is done for that one', async () => {
  const ends: ((reason: Error | null) => void)[] = [];
  const note = () =>
    new Promise((resolve, reject) => {
      ends.push((reason) => (reason ? reject(reason) : resolve('saved')));
    });
  const realtime = startRealtime({ messages: { note } });
  const [link, tab] = [await dial(realtime, ada), await dial(realtime, ada)];
  await say(link, { id: 'm-1' });
  await say(tab, { id: 'm-1' });
  expect(ends.length).toBe(1);
  ends[0]?.(new Error('down'));
  await settle();
  expect(link.heard()).toMatchObject([{ data: { code: 'failed' } }]);
  ends[1]?.(null);
  await settle();
  expect(tab.heard()).toMatchObject([{ data: { outcome: 'done', result: 'saved' } }]);
});

test('it is known for the time that the greeting names, and not longer', async () => {
  const { note, realtime } = startCounting({ limits: { ackMs: 5000 } });
  const link = await dial(realtime, ada);
  expect(link.sent[0]).toMatchObject({ data: { ackWindowMs: 5000 } });
  await say(link, { id: 'm-1' });
  vi.advanceTimersByTime(4999);
  expect(await say(link, { id: 'm-1' })).toMatchObject([{ outcome: 'repeat' }]);
  vi.advanceTimersByTime(1);
  expect(await say(link, { id: 'm-1' })).toMatchObject([{ outcome: 'done', result: 2 }]);
  expect(note).toHaveBeenCalledTimes(2);
});

test('a user whose answers fill his share is told to wait, and nobody else is', async () => {
  const { note, realtime } = startCounting({ limits: { ackBytesPerUser: 2000, ackMs: 5000 } });
  const link = await dial(realtime, ada);
  for (const id of ['m-1', 'm-2', 'm-3', 'm-4']) await say(link, { id });
  expect(await say(link, { id: 'm-5' })).toEqual([
    { type: 'error', code: 'busy', message: expect.any(String), retry: true, retryAfterMs: 10_000 },
  ]);
  // What is known is answered all the same, and so is what wants no answer.
  expect(await say(link, { id: 'm-1' })).toMatchObject([{ outcome: 'repeat' }]);
  await say(link, {});
  expect(note).toHaveBeenCalledTimes(5);
  expect(await say(await dial(realtime, bruno), { id: 'm-1' })).toMatchObject([
    { outcome: 'done' },
  ]);
  vi.advanceTimersByTime(5000);
  expect(await say(link, { id: 'm-5' })).toMatchObject([{ outcome: 'done' }]);
});

test('all users together have a share too', async () => {
  const { realtime } = startCounting({ limits: { ackBytes: 1000 } });
  await say(await dial(realtime, ada), { id: 'm-1' });
  await say(await dial(realtime, bruno), { id: 'm-1' });
  expect(await say(await dial(realtime, otherAda), { id: 'm-1' })).toMatchObject([
    { code: 'busy' },
  ]);
});

test('one that never ends keeps no place for ever', async () => {
  const hangs = vi.fn(() => new Promise(() => undefined));
  const limits = { handlerMs: 1000, ackMs: 5000 };
  const realtime = startRealtime({ messages: { note: hangs }, limits });
  const link = await dial(realtime, ada);
  await say(link, { id: 'm-1' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(link.heard()).toMatchObject([{ data: { code: 'timeout', retry: true } }]);
  // It may still come to an end: asked again, it is not begun again.
  await say(link, { id: 'm-1' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(link.heard()).toMatchObject([{ data: { code: 'timeout' } }]);
  expect(hangs).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(5000);
  await say(link, { id: 'm-1' });
  expect(hangs).toHaveBeenCalledTimes(2);
});

test('a server that lists no `ack` does it as often as it comes', async () => {
  const { note, realtime } = startCounting({ features: ['subscribe'] });
  const link = await dial(realtime, ada);
  expect(link.sent[0]).toMatchObject({ data: { features: ['subscribe'] } });
  await say(link, { id: 'm-1' });
  await say(link, { id: 'm-1' });
  expect(note).toHaveBeenCalledTimes(2);
});
