/** A log's hints may be lost, late or repeated, and its stream may begin anew: nobody misses anything in silence. */
import type { EventLog, LogEntry, LogHint, Written } from 'keepline/server';
import { memoryLog } from 'keepline/server';
import { expect, test, vi } from 'vitest';
import { ada, dial, FakeLink } from '../support/link.js';
import { greetedAt, heard, publish, resume, startStream, told, turn, types } from './support.js';

/** A log in memory whose hints pass through the test, and whose answers can be held back or refused. */
class TrickyLog implements EventLog {
  #log = memoryLog();
  readonly #hints = new Set<(...hint: Parameters<LogHint>) => void>();
  pass: (hint: LogHint, ...told: Parameters<LogHint>) => void = (hint, ...rest) => hint(...rest);
  refuses = false;
  shown = (entries: readonly LogEntry[]): readonly LogEntry[] => entries;
  available: (isUp: boolean) => void = () => undefined;

  async publish(event: Parameters<EventLog['publish']>[0]): Promise<Written> {
    return this.#log.publish(event);
  }

  async open(tenant: string) {
    if (this.refuses) throw new Error('the log is away');
    return this.#log.open(tenant);
  }

  async read(tenant: string, after: number, limit: number) {
    return this.shown(await this.#log.read(tenant, after, limit));
  }

  async watch(tenant: string, hint: LogHint) {
    const passed: LogHint = (...rest) => this.pass(hint, ...rest);
    this.#hints.add(passed);
    return this.#log.watch(tenant, (...rest) => {
      if (this.#hints.has(passed)) passed(...rest);
    });
  }

  onAvailable(listener: (isUp: boolean) => void): void {
    this.available = listener;
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  /** What was kept is gone; those who watch are told with the next event. */
  beginAnew(): void {
    const before = this.#log;
    this.#log = memoryLog();
    void before.close();
    for (const hint of this.#hints) void this.#log.watch('harbour', hint);
  }
}

async function startTricky() {
  const log = new TrickyLog();
  const realtime = startStream({ log });
  const link = await resume(realtime, ada, null);
  link.heard();
  return { log, realtime, link };
}

test('a hint that was lost is made up for by the next', async () => {
  const { log, realtime, link } = await startTricky();
  log.pass = () => undefined;
  await publish(realtime, 2);
  expect(heard(link)).toEqual([]);
  log.pass = (hint, ...rest) => hint(...rest);
  await publish(realtime, 1, 3);
  await turn();
  expect(heard(link)).toEqual([1, 2, 3]);
});

test('hints in another order, or twice, lead to each event once and in order', async () => {
  const { log, realtime, link } = await startTricky();
  const held: (() => void)[] = [];
  log.pass = (hint, ...rest) => held.push(() => hint(...rest));
  await publish(realtime, 4);
  for (const at of [2, 0, 0, 3, 1, 2]) {
    held[at]?.();
    await turn();
  }
  expect(heard(link)).toEqual([1, 2, 3, 4]);
});

test('who asks where it stands is told of what no hint has told of', async () => {
  const { log, realtime, link } = await startTricky();
  const from = greetedAt(await dial(realtime, ada));
  log.pass = () => undefined;
  await publish(realtime, 2);
  expect(heard(await resume(realtime, ada, from))).toEqual([1, 2]);
  // And so is everybody else on this node.
  expect(heard(link)).toEqual([1, 2]);
});

test('a stream that begins anew is a gap for all who stood in it, and they go on in the new one', async () => {
  const { log, realtime, link } = await startTricky();
  const from = await publish(realtime, 1);
  const silent = await dial(realtime, ada);
  log.beginAnew();
  const to = await publish(realtime, 1, 2);
  await turn();
  expect(told(link).slice(1)).toMatchObject([
    { type: 'gap', data: { from, to, reason: 'epoch', spreadMs: 8000 } },
  ]);
  await publish(realtime, 1, 3);
  expect(heard(link)).toEqual([3]);
  // One that was greeted in the old one, and asks now.
  silent.say({ type: 'resume', data: { from: null } });
  await turn();
  expect(types(silent)).toEqual(['gap', 'position']);
});

test('a log that has never answered is asked again, and who dials meanwhile is told to come back', async () => {
  const log = new TrickyLog();
  log.refuses = true;
  const realtime = startStream({ log });
  const link = await dial(realtime, ada);
  await vi.waitFor(() => expect(link.ended?.code).toBe(1013), 10_000);
  expect(JSON.parse(link.ended?.reason ?? '')).toEqual({ retryAfterMs: 1000, spreadMs: 4000 });
  expect(link.sent).toEqual([]);
  log.refuses = false;
  const later = new FakeLink();
  await vi.waitFor(async () => {
    await dial(realtime, ada, later);
    expect(greetedAt(later)).toMatch(/\.\d+$/);
  }, 10_000);
});

test('what was published before anybody of the tenant was there can be resumed from', async () => {
  const log = memoryLog();
  const { epoch, head } = await log.open('harbour');
  const realtime = startStream({ log });
  await publish(realtime, 600);
  expect(heard(await resume(realtime, ada, `${epoch}.${head}`))).toHaveLength(600);
});

test('a node keeps so many of them, and so many bytes, however much the log has', async () => {
  const firstAnswer = async (limits: object, count: number, data: unknown) => {
    const realtime = startStream({ log: memoryLog(), limits });
    const from = greetedAt(await dial(realtime, ada));
    for (let n = 0; n < count; n += 1) {
      await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data });
    }
    return told(await resume(realtime, ada, from))[0];
  };
  expect(await firstAnswer({ tailEvents: 5 }, 5, 1)).toMatchObject({ type: 'resumed' });
  expect(await firstAnswer({ tailEvents: 5 }, 6, 1)).toMatchObject({ data: { reason: 'trimmed' } });
  const data = 'x'.repeat(1000);
  expect(await firstAnswer({ tailBytes: 10_000 }, 8, data)).toMatchObject({ type: 'resumed' });
  expect(await firstAnswer({ tailBytes: 10_000 }, 9, data)).toMatchObject({
    data: { reason: 'trimmed' },
  });
});

test('a log that is away is an open gap for all who follow it, and no event comes before somebody knows how it ends', async () => {
  const { log, realtime, link } = await startTricky();
  const silent = await dial(realtime, ada);
  const from = await publish(realtime, 1);
  await turn();
  expect(realtime.notReady()).toBeNull();
  link.heard();
  log.available(false);
  expect(told(link)).toMatchObject([
    { type: 'gap', data: { from, to: null, reason: 'unavailable', spreadMs: 8000 } },
  ]);
  expect(realtime.notReady()).toContain('event log');
  await publish(realtime, 1, 2);
  await turn();
  expect(told(link)).toEqual([]);
  log.available(true);
  await turn();
  expect(realtime.notReady()).toBeNull();
  const after = told(link);
  expect(after.map(({ type, data }) => [type, data['from'] ?? data['sent'] ?? data])).toEqual([
    ['resumed', from],
    ['n', 2],
    // What was sent since its first verdict, and not since the last.
    ['position', 2],
  ]);
  // One that never asked is told of no gap, and misses nothing.
  expect(types(silent)).not.toContain('gap');
});

test('what is asked while the log is away is answered by an open gap from there, and once it is back', async () => {
  const { log, realtime } = await startTricky();
  const from = await publish(realtime, 1);
  const began = await publish(realtime, 1, 2);
  log.available(false);
  const [asked, fromNull] = [
    await resume(realtime, ada, from),
    await resume(realtime, { ...ada, user: 'bo' }, null),
  ];
  const gap = { to: null, reason: 'unavailable' };
  expect(told(asked)).toMatchObject([{ type: 'gap', data: { ...gap, from } }]);
  expect(told(fromNull)).toMatchObject([{ type: 'gap', data: { ...gap, from: began } }]);
  log.available(true);
  await turn();
  expect(types(asked)).toEqual(['resumed', 'n', 'position']);
  expect(types(fromNull)).toEqual(['resumed', 'position']);
});

test('a log that came back anew ends the open gap where it goes on', async () => {
  const { log, realtime, link } = await startTricky();
  const from = await publish(realtime, 1);
  await turn();
  link.heard();
  log.available(false);
  log.beginAnew();
  const to = await publish(realtime, 1, 2);
  await turn();
  log.available(true);
  await turn();
  expect(told(link).filter(({ type }) => type === 'gap')).toMatchObject([
    { data: { from, to: null } },
    { data: { from, to, reason: 'epoch' } },
  ]);
});

test('a log that came back and does not answer yet keeps the gap open', async () => {
  const { log, link } = await startTricky();
  log.available(false);
  link.heard();
  log.refuses = true;
  log.available(true);
  await turn();
  expect(told(link)).toEqual([]);
  log.refuses = false;
  log.available(false);
  log.available(true);
  await turn();
  expect(types(link)).toEqual(['resumed', 'position']);
});

test('a hint that says nothing but that something is new is asked about', async () => {
  const { log, realtime, link } = await startTricky();
  log.pass = () => undefined;
  await publish(realtime, 2);
  await turn();
  expect(heard(link)).toEqual([]);
  log.pass = (hint, epoch) => hint(epoch, null);
  await publish(realtime, 1, 3);
  await turn();
  expect(heard(link)).toEqual([1, 2, 3]);
});

test.each([
  ['another epoch', (_: string) => 'elsewhere.7'],
  ['further on', (from: string) => `${from}9`],
])('whoever comes from %s is not led back by a node that cannot ask the log', async (_, place) => {
  const { log, realtime } = await startTricky();
  const head = await publish(realtime, 1);
  await turn();
  log.refuses = true;
  const from = place(head);
  const link = await resume(realtime, ada, from);
  expect(told(link)).toMatchObject([
    { type: 'gap', data: { from, to: null, reason: 'unavailable' } },
  ]);
  log.refuses = false;
  const gap = () => told(link).find(({ type }) => type === 'gap')?.data;
  const ended = await vi.waitFor(() => gap() ?? Promise.reject(new Error('open')), 10_000);
  expect(ended).toMatchObject({ from, to: head });
});

test('whoever comes from a place that the node has goes on without the log', async () => {
  const { log, realtime } = await startTricky();
  const from = await publish(realtime, 1);
  await publish(realtime, 1, 2);
  await turn();
  log.refuses = true;
  expect(types(await resume(realtime, ada, from))).toEqual(['resumed', 'n', 'position']);
});

test('what is read of an epoch that began meanwhile is not taken for one of before', async () => {
  const { log, realtime, link } = await startTricky();
  log.pass = () => undefined;
  const from = greetedAt(await dial(realtime, ada));
  const to = await publish(realtime, 2);
  // Between the question where the log is and the reading all was written anew, far above.
  log.shown = ([entry]) => (entry ? [{ ...entry, seq: entry.seq + 1000, json: '"new"' }] : []);
  await resume(realtime, { ...ada, user: 'bo' }, from);
  const messages = told(link);
  expect(messages.find(({ type }) => type === 'gap')).toMatchObject({ data: { from, to } });
  expect(messages.map(({ data }) => data)).not.toContain('new');
});

test('what was trimmed before a node read it is a gap, and said to be that', async () => {
  const { log, realtime, link } = await startTricky();
  log.pass = () => undefined;
  const from = greetedAt(await dial(realtime, ada));
  const to = await publish(realtime, 3);
  log.shown = () => [];
  await resume(realtime, { ...ada, user: 'bo' }, from);
  expect(told(link).find(({ type }) => type === 'gap')).toMatchObject({
    data: { from, to, reason: 'trimmed' },
  });
});
