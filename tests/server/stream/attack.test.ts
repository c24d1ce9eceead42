/** Whoever misuses the stream gets nothing that is not his, holds nobody up, and leaves nothing behind. */
import type { EventLog, MemoryLog, Principal } from 'keepline/server';
import { memoryLog } from 'keepline/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ada, bruno, dial, FakeLink, otherAda, settle, tokenOf } from '../support/link.js';
import { greetedAt, heard, publish, resume, startStream, told, turn, types } from './support.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A log that counts what is asked of it, and that may not answer. */
function askedLog() {
  const log: MemoryLog = memoryLog();
  const asked = { opened: 0 };
  let answers = true;
  const counting: EventLog = {
    publish: (event) => log.publish(event),
    open: (tenant) => {
      asked.opened += 1;
      return answers ? log.open(tenant) : new Promise(() => undefined);
    },
    read: (...question) => log.read(...question),
    watch: (...question) => log.watch(...question),
    onAvailable: () => undefined,
    close: () => log.close(),
  };
  const hang = () => {
    answers = false;
  };
  return { log: counting, asked, hang };
}

describe('a flood of `resume`', () => {
  test('on one link ends it at the second, with no more than one answer and one question', async () => {
    const { log, asked } = askedLog();
    const realtime = startStream({ log });
    const link = await dial(realtime, ada);
    const before = asked.opened;
    for (let n = 0; n < 100; n += 1) link.say({ type: 'resume', data: { from: null } });
    await turn();
    expect(link.ended).toEqual({ code: 4400, reason: 'a link resumes once' });
    expect(types(link)).toEqual([]);
    expect(asked.opened - before).toBeLessThanOrEqual(1);
  });

  test('of many links at once asks the log twice at most, and answers each', async () => {
    const { log, asked } = askedLog();
    const realtime = startStream({ log, limits: { socketsPerUser: 500, socketsPerAddress: 500 } });
    const links: FakeLink[] = [];
    for (let n = 0; n < 300; n += 1) links.push(await dial(realtime, ada));
    const before = asked.opened;
    for (const link of links) link.say({ type: 'resume', data: { from: null } });
    await turn();
    expect(new Set(links.map((link) => types(link).join()))).toEqual(new Set(['resumed,position']));
    expect(asked.opened - before).toBeLessThanOrEqual(2);
  });

  test('that is all sent again holds up nobody who is live', async () => {
    const realtime = startStream({ limits: { socketsPerUser: 500, socketsPerAddress: 500 } });
    const live = await resume(realtime, bruno, null);
    const from = greetedAt(live);
    await publish(realtime, 999);
    live.heard();
    const links: FakeLink[] = [];
    for (let n = 0; n < 50; n += 1) {
      const link = await dial(realtime, ada);
      link.say({ type: 'resume', data: { from } });
      links.push(link);
    }
    await publish(realtime, 1, 1000);
    // At once, before any of them has had a page.
    expect(heard(live)).toEqual([1000]);
    await turn();
    const all = Array.from({ length: 1000 }, (_, index) => index + 1);
    for (const link of links) expect(heard(link)).toEqual(all);
  });

  test('before the token is verified closes with 4400, and asks the log nothing', async () => {
    const { log, asked } = askedLog();
    const realtime = startStream({ log, verify: () => new Promise<Principal>(() => undefined) });
    const link = await dial(realtime, ada);
    link.say({ type: 'resume', data: { from: null } });
    expect(link.ended?.code).toBe(4400);
    expect(asked.opened).toBe(0);
  });
});

describe('a position that is made up', () => {
  const forms: readonly (readonly [string, (began: string) => unknown])[] = [
    ['a boolean', () => true],
    ['a list', (began) => [began]],
    ['an object', (began) => ({ toString: began })],
    ['without an epoch', (began) => began.slice(began.indexOf('.'))],
    ['with another dot', (began) => `${began}.1`],
    ['with a zero before', (began) => began.replace('.', '.0')],
    ['negative', (began) => began.replace('.', '.-')],
    ['as a power of ten', (began) => `${began.split('.')[0]}.1e15`],
    ['zero', (began) => `${began.split('.')[0]}.0`],
    ['beyond what is counted', (began) => `${began.split('.')[0]}.9007199254740993`],
    ['in other digits', (began) => `${began.split('.')[0]}.٧٧٧`],
    ['with a space', (began) => ` ${began}`],
    ['with a line break', (began) => `${began}\n`],
    ['of 60 KiB', (began) => began.padEnd(60 * 1024, '0')],
  ];
  test.each(forms)(
    '%s is told invalid, is not repeated at length, and leads to nothing',
    async (_, make) => {
      const realtime = startStream();
      const began = greetedAt(await dial(realtime, ada));
      await publish(realtime, 3);
      const link = await resume(realtime, ada, make(began));
      const [verdict, position, ...rest] = told(link);
      expect(verdict).toMatchObject({ type: 'gap', data: { reason: 'invalid' } });
      expect(JSON.stringify(verdict).length).toBeLessThan(200);
      expect(position).toMatchObject({ type: 'position', data: { sent: 0 } });
      expect(rest).toEqual([]);
      await publish(realtime, 1, 4);
      expect(heard(link)).toEqual([4]);
    },
  );

  test('or of somebody else, leads to nobody’s events but one’s own, whichever it is', async () => {
    const realtime = startStream({ limits: { socketsPerUser: 500, socketsPerAddress: 500 } });
    const starts = [
      greetedAt(await dial(realtime, ada)),
      greetedAt(await dial(realtime, otherAda)),
    ];
    const owners = [ada, bruno, otherAda] as const;
    const published: { tenant: string; user: string | null; data: string; position: string }[] = [];
    for (let n = 0; n < 60; n += 1) {
      const { tenant, user } = owners[n % 3] ?? ada;
      const to = n % 4 === 0 ? ('tenant' as const) : { users: [user] };
      const data = `${tenant}/${to === 'tenant' ? '*' : user}/${n}`;
      const { position } = await realtime.publish({ tenant, to, type: 'n', data });
      published.push({
        tenant,
        user: to === 'tenant' ? null : user,
        data,
        position: position ?? '',
      });
    }
    for (const who of owners) {
      const own = published.filter(
        ({ tenant, user }) => tenant === who.tenant && (user === null || user === who.user),
      );
      for (const from of [...starts, ...published.map(({ position }) => position)]) {
        const link = await resume(realtime, who, from);
        const messages = told(link);
        const data = messages.flatMap(({ seq, data: each }) => (seq === undefined ? [] : [each]));
        if (messages[0]?.type === 'gap') expect(data).toEqual([]);
        else {
          const after = Number(from.split('.')[1]);
          const due = own.filter(({ position }) => Number(position.split('.')[1]) > after);
          expect(data).toEqual(due.map((each) => each.data));
        }
        // Of another tenant's place it is told what a place that never was is told.
        const isOwn = from.split('.')[0] === greetedAt(await dial(realtime, who)).split('.')[0];
        expect(messages[0]?.data['reason']).toBe(isOwn ? undefined : 'epoch');
      }
    }
  });
});

/** Does something in the middle of what it is sent. */
class StartledLink extends FakeLink {
  #left: number;
  readonly #then: (link: this) => void;

  constructor(after: number, then: (link: FakeLink) => void) {
    super();
    this.#left = after;
    this.#then = then;
  }

  override send(text: string): void {
    super.send(text);
    this.#left -= 1;
    if (this.#left === 0) this.#then(this);
  }
}

test('a right that is lost in the middle of a replay counts from there on', async () => {
  const realtime = startStream({
    authorise: (principal, type) => type !== 'secret' || principal.claims['role'] === 'chief',
  });
  const chief = { ...ada, claims: { role: 'chief' } };
  const from = greetedAt(await dial(realtime, chief));
  for (let n = 0; n < 300; n += 1) {
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'secret', data: n });
  }
  // Its buffer is full, and the rest waits.
  const full = new StartledLink(50, (link) => {
    link.bufferedBytes = 200_000;
  });
  const link = await resume(realtime, chief, from, full);
  const before = heard(link).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(300);
  link.say({ type: 'auth', data: { token: tokenOf({ ...ada, claims: {} }) } });
  await settle();
  link.bufferedBytes = 0;
  await vi.advanceTimersByTimeAsync(50);
  await turn();
  expect(told(link)).toMatchObject([
    { type: 'authed' },
    { type: 'position', data: { sent: before } },
  ]);
});

test('whoever is sent away in the middle of a replay is sent nothing more', async () => {
  const realtime = startStream();
  const from = greetedAt(await dial(realtime, ada));
  await publish(realtime, 500);
  const startled = new StartledLink(50, () => realtime.kick({ user: 'ada' }));
  const link = await resume(realtime, ada, from, startled);
  expect(link.ended?.code).toBe(4403);
  expect(link.sent).toHaveLength(50);
});

test('whoever changes what he wants all the while is told how much was sent, and sent no more', async () => {
  const limits = { announcements: { burst: 1000, perSecond: 1000 } };
  const realtime = startStream({ limits });
  const from = greetedAt(await dial(realtime, ada));
  await publish(realtime, 1000);
  const link = await dial(realtime, ada);
  link.say({ type: 'resume', data: { from } });
  for (let n = 0; n < 40; n += 1) {
    link.say({ type: 'subscribe', data: { events: n % 2 === 0 ? [] : ['*'] } });
    await settle();
  }
  await turn();
  const messages = told(link);
  const events = messages.filter(({ seq }) => seq !== undefined);
  expect(messages.at(-1)).toMatchObject({ type: 'position', data: { sent: events.length } });
  const seqs = events.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
});

test('a log that hangs holds a link that asks for two seconds, and then what the node has counts', async () => {
  const { log, hang } = askedLog();
  const realtime = startStream({ log });
  const from = greetedAt(await dial(realtime, ada));
  await publish(realtime, 3);
  hang();
  const link = await resume(realtime, ada, from);
  expect(told(link)).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  await turn();
  expect(types(link)).toEqual(['resumed', 'n', 'n', 'n', 'position']);
  await publish(realtime, 1, 4);
  expect(heard(link)).toEqual([4]);
});

test('whoever dials where the log has never answered is sent away within a second, and not held for ever', async () => {
  const { log, hang } = askedLog();
  hang();
  const realtime = startStream({ log });
  const link = new FakeLink();
  const dialled = dial(realtime, ada, link);
  await vi.advanceTimersByTimeAsync(1000);
  await dialled;
  await turn();
  expect(link.ended?.code).toBe(1013);
});

describe('a tenant in which more happens than a node has in memory', () => {
  const limits = { tailEvents: 10 };

  test('loses nobody an event who never asks', async () => {
    const realtime = startStream({ limits });
    const link = await dial(realtime, ada);
    for (let n = 1; n <= 30; n += 1) {
      await publish(realtime, 1, n);
      await turn();
    }
    expect(heard(link)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  test('sends nobody away who never asks, though others have had all of it', async () => {
    const realtime = startStream({ limits });
    const link = await dial(realtime, ada);
    for (let n = 0; n < 30; n += 1) {
      const to = { users: ['bruno'] };
      await realtime.publish({ tenant: 'harbour', to, type: 'n', data: n });
    }
    await vi.advanceTimersByTimeAsync(2000);
    await turn();
    await publish(realtime, 1);
    expect(heard(link)).toEqual([1]);
    expect(link.ended).toBeUndefined();
  });
});

test('a link that is slow is told of no gap for what others were sent', async () => {
  const realtime = startStream({ limits: { liveBytes: 1000, slowEvents: 5 } });
  const link = await resume(realtime, ada, null);
  link.heard();
  link.bufferedBytes = 200_000;
  await publish(realtime, 2);
  for (let n = 0; n < 50; n += 1) {
    await realtime.publish({ tenant: 'harbour', to: { users: ['bruno'] }, type: 'n', data: n });
  }
  await vi.advanceTimersByTimeAsync(5000);
  expect(told(link)).toEqual([]);
  link.bufferedBytes = 0;
  await vi.advanceTimersByTimeAsync(50);
  await turn();
  expect(types(link)).toEqual(['n', 'n', 'position']);
});

describe('messages with ids', () => {
  const gaugeOf = () => {
    const gauges = new Map<string, () => number>();
    const metrics = {
      count: () => undefined,
      observe: () => undefined,
      gauge: (name: string, read: () => number) => void gauges.set(name, read),
    };
    return { metrics, kept: () => gauges.get('answers_kept_bytes')?.() };
  };
  const limits = { messages: { burst: 10_000, perSecond: 10_000 }, handling: 10_000 };

  test('of unknown types, and those that fail, leave nothing behind', async () => {
    const { metrics, kept } = gaugeOf();
    const note = () => {
      throw new Error('no');
    };
    const realtime = startStream({ metrics, limits, messages: { note } });
    const link = await dial(realtime, ada);
    for (let n = 0; n < 500; n += 1) {
      link.say({ type: n % 2 === 0 ? 'note' : 'nothing', id: `m-${n}` });
    }
    await turn();
    expect(told(link)).toHaveLength(500);
    expect(kept()).toBe(0);
  });

  test('of one who floods them take his share and no more, and are forgotten in time', async () => {
    const { metrics, kept } = gaugeOf();
    const share = 20_000;
    const realtime = startStream({
      metrics,
      limits: { ...limits, ackBytesPerUser: share },
      messages: { note: () => 'x'.repeat(100) },
    });
    const link = await dial(realtime, ada);
    for (let n = 0; n < 2000; n += 1) link.say({ type: 'note', id: `m-${n}` });
    await turn();
    const refused = told(link).filter(({ type }) => type === 'error');
    expect(refused.length).toBeGreaterThan(1900);
    expect(refused[0]?.data).toMatchObject({ code: 'busy', retry: true });
    // All were let in at once, before the first had a result.
    expect(kept()).toBeLessThan(share + 100 * (2000 - refused.length) + 1000);
    vi.advanceTimersByTime(600_000);
    link.say({ type: 'note', id: 'm-new' });
    await turn();
    expect(told(link)).toMatchObject([{ type: 'ack', data: { outcome: 'done' } }]);
    expect(kept()).toBeLessThan(1000);
  });
});
