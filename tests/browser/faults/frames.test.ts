// What a server may send that no server should, and far too much of what it may: the link stays, what is
// wrong is counted, what is right is delivered once and in order, and the heap does not grow.
import { malformedFrames } from '../../../web-demo/server/malformed-frames.js';
import type { Tab } from '../engines/engine.js';
import {
  expect,
  expectOneLink,
  FAST,
  FAULT,
  type FaultyWorld,
  HEAP_NOISE_BYTES,
  heapOf,
  openConnection,
  readStatus,
  statesSeen,
  test,
  waitForPhase,
} from './fixtures.js';

// Everything is sent, whatever the page has said so far of what it wants.
test.use({ serverOptions: { features: [] } });

const LAST = '{"type":"that-was-all"}';

const metricsOf = (tab: Tab) =>
  tab.evaluate(() => {
    const metrics = window.harness.connection?.metrics();
    return { malformed: metrics?.malformed ?? 0, delivered: metrics?.delivered ?? 0 };
  });

/** Counts instead of keeping: what is kept would be the test's own weight. */
const countEvents = (tab: Tab) =>
  tab.evaluate(() => {
    const counted = { events: 0, inOrder: true, last: -1, done: 0 };
    Object.assign(window, { counted });
    window.harness.connection?.subscribe('fact', ({ data }) => {
      const { n } = data as { n: number };
      counted.events += 1;
      counted.inOrder &&= n === counted.last + 1;
      counted.last = n;
    });
    window.harness.connection?.subscribe('that-was-all', () => {
      counted.done += 1;
    });
  });

interface Counted {
  readonly events: number;
  readonly inOrder: boolean;
  readonly last: number;
  readonly done: number;
}

const counted = (tab: Tab) =>
  tab.evaluate(() => (window as unknown as { counted: Counted }).counted);

async function finish(tab: Tab, { panel, user }: FaultyWorld, times = 1): Promise<void> {
  panel.emitRaw(user, LAST);
  // Each error that is reported costs the driver milliseconds.
  await expect.poll(async () => (await counted(tab)).done, { timeout: 45_000 }).toBe(times);
}

/** Sent as fast as the socket takes them, so that the server does not cut it as a slow reader. */
async function emitFacts({ server, panel, user }: FaultyWorld, from: number, count: number) {
  for (let n = from; n < from + count; n += 1) {
    server.publish(user, 'fact', { n });
    if (n % 250 === 0) {
      await panel.drained(user);
      await new Promise(setImmediate);
    }
  }
}

test(
  'ten thousand malformed frames in a row, of every kind: counted, none delivered, no growth',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { ...FAST, logLevel: 'warn' });
    await waitForPhase(tab, 'ready');
    await countEvents(tab);
    const small = malformedFrames.filter(({ frame }) => frame.length < 1000);
    const emit = async (count: number) => {
      for (let n = 0; n < count; n += 1) {
        world.panel.emitRaw(world.user, small[n % small.length]?.frame ?? '');
        if (n % 250 === 0) await new Promise(setImmediate);
      }
    };
    for (const { frame } of malformedFrames) world.panel.emitRaw(world.user, frame);
    await emit(1000);
    await finish(tab, world);
    const before = await heapOf(tab);
    await emit(10_000);
    await finish(tab, world, 2);
    expect((await heapOf(tab)) - before).toBeLessThan(HEAP_NOISE_BYTES);
    expect(await counted(tab)).toMatchObject({ events: 0 });
    await expect
      .poll(() => metricsOf(tab))
      .toEqual({ malformed: malformedFrames.length + 11_000, delivered: 3 });
    const kept = await tab.evaluate(() => window.harness.connection?.diagnostics().malformed);
    expect(kept).toHaveLength(5);
    expect(await readStatus(tab)).toMatchObject({ phase: 'ready', error: null });
    await expectOneLink(tab, world);
  },
);

test(
  'a frame of 1 MiB is delivered, and one of a byte more is counted and not',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, FAST, ['big', 'that-was-all']);
    await waitForPhase(tab, 'ready');
    const frame = (bytes: number) => {
      const empty = '{"type":"big","data":""}';
      return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
    };
    world.panel.emitRaw(world.user, frame(1_048_576));
    world.panel.emitRaw(world.user, frame(1_048_577));
    world.panel.emitRaw(world.user, Buffer.from(frame(1_048_577)));
    world.panel.emitRaw(world.user, LAST);
    await tab.waitForFunction(() => window.harness.events.at(-1)?.type === 'that-was-all');
    expect(
      await tab.evaluate(() => window.harness.events.map(({ data }) => String(data).length)),
    ).toEqual([1_048_576 - 24, 'undefined'.length]);
    await expect.poll(async () => (await metricsOf(tab)).malformed).toBe(2);
    await expectOneLink(tab, world);
  },
);

test(
  'fifty thousand events in one burst: each once, in order, on one link',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { ...FAST, logLevel: 'info' }, []);
    await waitForPhase(tab, 'ready');
    await countEvents(tab);
    await emitFacts(world, 0, 2000);
    await finish(tab, world);
    const before = await heapOf(tab);
    await emitFacts(world, 2000, 50_000);
    await finish(tab, world, 2);
    expect(await counted(tab)).toMatchObject({ events: 52_000, inOrder: true });
    expect((await heapOf(tab)) - before).toBeLessThan(HEAP_NOISE_BYTES);
    expect(await statesSeen(tab)).toEqual([]);
    expect(await readStatus(tab)).toMatchObject({ state: 'connected' });
    expect(world.proxy.dials).toHaveLength(1);
  },
);

test(
  'a handler that throws on each of two thousand events: each is reported, and nobody else misses one',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { ...FAST, logLevel: 'info' }, []);
    await waitForPhase(tab, 'ready');
    await tab.evaluate(() => {
      const reported = { count: 0 };
      Object.assign(window, { reported });
      window.addEventListener('error', (event) => {
        event.preventDefault();
        if (event.message.includes('a mistake in the application')) reported.count += 1;
      });
      window.harness.connection?.subscribe('fact', () => {
        throw new Error('a mistake in the application');
      });
    });
    await countEvents(tab);
    await emitFacts(world, 0, 1000);
    await finish(tab, world);
    const before = await heapOf(tab);
    await emitFacts(world, 1000, 1000);
    await finish(tab, world, 2);
    expect(await counted(tab)).toMatchObject({ events: 2000, inOrder: true });
    await expect
      .poll(() =>
        tab.evaluate(() => (window as unknown as { reported: { count: number } }).reported.count),
      )
      .toBe(2000);
    expect((await heapOf(tab)) - before).toBeLessThan(HEAP_NOISE_BYTES);
    await expectOneLink(tab, world);
  },
);

test(
  'a text frame that is not UTF-8 makes the browser itself drop the link, which comes back',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { ...FAST, cacheToken: true });
    await waitForPhase(tab, 'ready');
    const bad = Buffer.from([0x81, 3, 0x22, 0xff, 0x22]);
    world.proxy.inject(bad);
    await tab.waitForFunction(() => window.harness.reconnections.length === 1);
    await expectOneLink(tab, world);
    expect(world.proxy.dials).toHaveLength(2);
  },
);
