/** Whoever comes back is sent what was missed, once and in order, or is told which stretch is missing. */
import { memoryLog } from 'keepline/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ada, bruno, dial, otherAda } from '../support/link.js';
import { greetedAt, heard, publish, resume, startStream, told, turn, types } from './support.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a link', () => {
  test('is greeted with the place of the stream, and sent no event until it says where it stands', async () => {
    const realtime = startStream();
    const link = await dial(realtime, ada);
    const began = greetedAt(link);
    await publish(realtime, 2);
    await turn();
    expect(link.heard()).toEqual([]);
    link.say({ type: 'resume', data: { from: null } });
    await turn();
    const [verdict, ...rest] = told(link);
    expect(verdict).toMatchObject({ type: 'resumed', data: { from: began } });
    expect(rest.map(({ type }) => type)).toEqual(['n', 'n', 'position']);
    await publish(realtime, 1, 3);
    expect(heard(link)).toEqual([3]);
  });

  test('that never asks is sent all from its greeting on after 2 s, and hears no word of it', async () => {
    const realtime = startStream();
    const link = await dial(realtime, ada);
    await publish(realtime, 2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(link.heard()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await turn();
    await publish(realtime, 1, 3);
    expect(types(link)).toEqual(['n', 'n', 'n']);
  });

  test('that asks late is answered, and sent again what it took for nothing', async () => {
    const realtime = startStream();
    const link = await dial(realtime, ada);
    await publish(realtime, 2);
    await vi.advanceTimersByTimeAsync(2000);
    await turn();
    expect(heard(link)).toEqual([1, 2]);
    link.say({ type: 'resume', data: { from: null } });
    await publish(realtime, 1, 3);
    await turn();
    expect(types(link)).toEqual(['resumed', 'n', 'n', 'n', 'position']);
  });

  test('asks once: a second time closes it', async () => {
    const link = await resume(startStream(), ada, null);
    link.say({ type: 'resume', data: { from: null } });
    expect(link.ended).toMatchObject({ code: 4400 });
  });

  test('of a server without a log is greeted without a place, and waits for nothing', async () => {
    const realtime = startStream({ log: null });
    const link = await dial(realtime, ada);
    expect(greetedAt(link)).toBeUndefined();
    const { position } = await realtime.publish({
      tenant: 'harbour',
      to: 'tenant',
      type: 'n',
      data: 1,
    });
    expect([position, heard(link)]).toEqual([null, [1]]);
    link.say({ type: 'resume', id: 'r', data: { from: null } });
    expect(told(link)).toMatchObject([{ type: 'error', data: { code: 'unknown_type' } }]);
  });
});

describe('from where it was', () => {
  test('a link is sent what is its own alone: addressed to it, wanted and allowed', async () => {
    const authorise = (_: unknown, type: string) => type !== 'secret';
    const realtime = startStream({ authorise });
    const from = greetedAt(await dial(realtime, ada));
    const event = (type: string, to: 'tenant' | { users: string[] }, tenant = 'harbour') =>
      realtime.publish({ tenant, to, type, data: type });
    await event('mine', { users: ['ada'] });
    await event('his', { users: ['bruno'] });
    await event('secret', 'tenant');
    await event('ours', 'tenant');
    await event('unwanted', 'tenant');
    await event('ours', 'tenant', 'alpine');
    const link = await dial(realtime, ada);
    link.say({ type: 'subscribe', data: { events: ['mine', 'his', 'secret', 'ours'] } });
    link.heard();
    link.say({ type: 'resume', data: { from } });
    await turn();
    expect(types(link)).toEqual(['resumed', 'mine', 'ours', 'position']);
    expect(heard(await resume(realtime, bruno, from))).toEqual(['his', 'ours', 'unwanted']);
  });

  test('events keep their number and id, the number before and the id right behind the type', async () => {
    const realtime = startStream();
    const from = greetedAt(await dial(realtime, ada));
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data: 1, id: 'e-1' });
    const link = await resume(realtime, ada, from);
    const frame = link.messages.find((text) => text.includes('"n"'));
    expect(frame).toMatch(/^\{"type":"n","seq":\d+,"id":"e-1",/);
  });

  test('what is published while it catches up follows, each once and in order', async () => {
    const realtime = startStream();
    const from = greetedAt(await dial(realtime, ada));
    await publish(realtime, 500);
    const link = await dial(realtime, ada);
    link.say({ type: 'resume', data: { from } });
    for (let n = 501; n <= 520; n += 1) {
      await publish(realtime, 1, n);
      if (n % 4 === 0) await turn();
    }
    await turn();
    expect(heard(link)).toEqual(Array.from({ length: 520 }, (_, index) => index + 1));
  });

  test('what is sent again counts as sent, like what is sent at once', async () => {
    let sent = 0;
    const count = (name: string, labels: object = {}, by = 1) => {
      if (name === 'messages_sent_total' && 'type' in labels && labels.type === 'event') sent += by;
    };
    const metrics = { count, observe: () => undefined, gauge: () => undefined };
    const realtime = startStream({ metrics });
    const from = greetedAt(await dial(realtime, ada));
    await publish(realtime, 3);
    await resume(realtime, ada, from);
    expect(sent).toBe(3);
    await publish(realtime, 2, 4);
    expect(sent).toBe(5);
  });

  test('of events with one key the newest is sent, to those that catch up alone', async () => {
    const realtime = startStream();
    const live = await resume(realtime, ada, null);
    const from = greetedAt(live);
    live.heard();
    const event = (data: string, coalesce: string | undefined, users?: string[]) =>
      realtime.publish({
        tenant: 'harbour',
        to: users ? { users } : 'tenant',
        type: 'n',
        data,
        coalesce,
      });
    await event('a1', 'a');
    await event('b1', 'b');
    await event('a2', 'a');
    await event('none', undefined);
    // Newer, but not for her: hers is not overtaken by it.
    await event('b2', 'b', ['bruno']);
    expect(heard(live)).toEqual(['a1', 'b1', 'a2', 'none']);
    expect(heard(await resume(realtime, ada, from))).toEqual(['b1', 'a2', 'none']);
  });

  test('`position` counts what was sent since the verdict, and comes again when it has moved', async () => {
    const realtime = startStream();
    const from = greetedAt(await dial(realtime, ada));
    await publish(realtime, 3);
    const link = await resume(realtime, ada, from);
    expect(told(link).at(-1)).toMatchObject({ type: 'position', data: { sent: 3 } });
    realtime.checkLiveness();
    const at = await publish(realtime, 2);
    vi.advanceTimersByTime(29_999);
    realtime.checkLiveness();
    expect(types(link)).toEqual(['n', 'n']);
    vi.advanceTimersByTime(1);
    realtime.checkLiveness();
    expect(told(link)).toMatchObject([{ type: 'position', data: { at, sent: 5 } }]);
    vi.advanceTimersByTime(60_000);
    realtime.checkLiveness();
    expect(told(link)).toEqual([]);
  });
});

describe('a gap is told', () => {
  const cases: readonly (readonly [reason: string, from: (began: string) => unknown])[] = [
    ['ahead', (began) => began.replace(/\d+$/, (seq) => `${Number(seq) + 1000}`)],
    ['epoch', (began) => `other.${began.split('.')[1]}`],
    ['invalid', () => 'x'],
    ['invalid', () => undefined],
    ['invalid', () => ({ from: 1 })],
    ['invalid', () => 'x'.repeat(10_000)],
  ];
  test.each(cases)('%s, and nothing of before is sent', async (reason, from) => {
    const realtime = startStream();
    const began = greetedAt(await dial(realtime, ada));
    const to = await publish(realtime, 3);
    const link = await resume(realtime, ada, from(began));
    expect(told(link)).toMatchObject([
      { type: 'gap', data: { to, reason } },
      { type: 'position', data: { at: to, sent: 0 } },
    ]);
    await publish(realtime, 1, 4);
    expect(heard(link)).toEqual([4]);
  });

  test('trimmed, where the log no longer has all of it: by number, by time, or thrown away', async () => {
    const log = memoryLog({ retainEvents: 3, retainMs: 1000 });
    const realtime = startStream({ log });
    const reasonFrom = async (position: string) =>
      told(await resume(realtime, ada, position))[0]?.data['reason'];
    const from = greetedAt(await dial(realtime, ada));
    await publish(realtime, 3);
    expect(await reasonFrom(from)).toBeUndefined();
    const later = await publish(realtime, 1);
    expect(await reasonFrom(from)).toBe('trimmed');
    await publish(realtime, 1);
    vi.advanceTimersByTime(1001);
    expect(await reasonFrom(later)).toBe('trimmed');
    const last = await publish(realtime, 1);
    await publish(realtime, 1);
    log.trim('harbour');
    expect(await reasonFrom(last)).toBe('trimmed');
  });

  test('too_many, of events or of bytes', async () => {
    const limits = { replayEvents: 5, replayBytes: 2000 };
    const realtime = startStream({ limits });
    const from = greetedAt(await dial(realtime, ada));
    const first = async () => told(await resume(realtime, ada, from))[0];
    await publish(realtime, 5);
    expect(await first()).toMatchObject({ type: 'resumed' });
    await publish(realtime, 1);
    expect(await first()).toMatchObject({ data: { reason: 'too_many' } });
    const here = greetedAt(await dial(realtime, ada));
    const data = 'x'.repeat(2000);
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data });
    const link = await resume(realtime, ada, here);
    expect(told(link)[0]).toMatchObject({ data: { reason: 'too_many' } });
  });

  test('to whoever comes with the place of another tenant, as of one that never was', async () => {
    const realtime = startStream();
    const foreign = greetedAt(await dial(realtime, otherAda));
    const link = await resume(realtime, ada, foreign);
    expect(told(link)[0]).toMatchObject({ type: 'gap', data: { reason: 'epoch' } });
  });
});
