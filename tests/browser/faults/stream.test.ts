// The event stream over a network that breaks: after every outage a page has each event once and in order, or
// is told which are missing.
import { inChromium, type Tab } from '../engines/engine.js';
import {
  connect,
  expect,
  FAST,
  FAULT,
  type FaultyWorld,
  openConnection,
  openHarness,
  test,
  waitForPhase,
} from './fixtures.js';

/** Numbered on, for the tabs of one user. */
class Ticker {
  readonly #world: FaultyWorld;
  #last = 0;

  constructor(world: FaultyWorld) {
    this.#world = world;
  }

  get all(): number[] {
    return Array.from({ length: this.#last }, (_, at) => at + 1);
  }

  async tick(count: number, user = this.#world.user): Promise<void> {
    for (const end = this.#last + count; this.#last < end; ) {
      this.#last += 1;
      await this.#world.server.publish(user, 'tick', { n: this.#last });
    }
  }
}

const ticks = (tab: Tab) =>
  tab.evaluate(() =>
    window.harness.events
      .filter(({ type }) => type === 'tick')
      .map(({ data }) => (data as { n: number }).n),
  );
const gaps = (tab: Tab) => tab.evaluate(() => window.harness.gaps);
const missed = (tab: Tab) =>
  tab.evaluate(() => window.harness.reconnections.map((each) => each.missed));
const delivery = (tab: Tab) =>
  tab.evaluate(() => window.harness.connection?.status().delivery ?? null);

async function start(tab: Tab, world: FaultyWorld, options: object = {}): Promise<Ticker> {
  await openConnection(tab, world, { ...FAST, ...options });
  await waitForPhase(tab, 'ready');
  await expect.poll(() => delivery(tab)).toBe('live');
  const ticker = new Ticker(world);
  await ticker.tick(3);
  await expect.poll(() => ticks(tab)).toEqual(ticker.all);
  return ticker;
}

/** The server cannot be reached while `meanwhile` happens. */
async function whileAway(tab: Tab, { proxy }: FaultyWorld, meanwhile: () => Promise<void>) {
  proxy.dialsWill('hang up');
  proxy.cutLinks();
  await waitForPhase(tab, 'waiting');
  await meanwhile();
  proxy.dialsWill('pass');
}

test(
  'what came during an outage is sent once the link is back, each once and in order',
  FAULT,
  async ({ tab, faulty: world }) => {
    const ticker = await start(tab, world);
    for (const count of [1, 250, 40]) {
      await whileAway(tab, world, () => ticker.tick(count));
      await ticker.tick(2);
      await expect.poll(() => ticks(tab)).toEqual(ticker.all);
    }
    expect(await missed(tab)).toEqual(['replayed', 'replayed', 'replayed']);
    expect(await gaps(tab)).toEqual([]);
    await expect.poll(() => delivery(tab)).toBe('live');
  },
);

test(
  'an outage in which nothing came misses nothing, and says so',
  FAULT,
  async ({ tab, faulty: world }) => {
    const ticker = await start(tab, world);
    await whileAway(tab, world, async () => undefined);
    await expect.poll(() => missed(tab)).toEqual(['none']);
    await ticker.tick(1);
    await expect.poll(() => ticks(tab)).toEqual(ticker.all);
  },
);

test(
  'what the log no longer has is told as a gap, once, and what follows comes',
  FAULT,
  async ({ tab, faulty: world }) => {
    const ticker = await start(tab, world);
    const before = ticker.all;
    await whileAway(tab, world, async () => {
      await ticker.tick(5);
      world.panel.trimLog(world.user);
    });
    await expect.poll(() => gaps(tab)).toEqual(['trimmed']);
    expect(await missed(tab)).toEqual(['unknown']);
    await ticker.tick(2);
    await expect.poll(() => ticks(tab)).toEqual([...before, ...ticker.all.slice(-2)]);
    await expect.poll(() => delivery(tab)).toBe('live');
  },
);

test(
  'links that break while it catches up cost nothing: each event once and in order',
  FAULT,
  async ({ tab, faulty: world }) => {
    const ticker = await start(tab, world);
    let seen = 3;
    await whileAway(tab, world, () => ticker.tick(900));
    for (let cut = 0; cut < 3; cut += 1) {
      await expect.poll(async () => (await ticks(tab)).length).toBeGreaterThan(seen);
      seen = (await ticks(tab)).length;
      world.proxy.cutLinks();
      await ticker.tick(10);
    }
    await expect.poll(() => ticks(tab)).toEqual(ticker.all);
    expect(await gaps(tab)).toEqual([]);
  },
);

test(
  'another user who signs in while it catches up hears nothing of the former one’s',
  FAULT,
  async ({ tab, faulty: world }) => {
    const ticker = await start(tab, world);
    const other = { ...world.user, user: 'agent-2' };
    await whileAway(tab, world, () => ticker.tick(900));
    await tab.evaluate(() => window.harness.switchUser('bruno'));
    const heardBefore = (await ticks(tab)).length;
    await waitForPhase(tab, 'ready');
    await expect.poll(() => delivery(tab)).toBe('live');
    const own = ticker.all.length + 1;
    await ticker.tick(1, other);
    await expect.poll(async () => (await ticks(tab)).at(-1)).toBe(own);
    expect((await ticks(tab)).slice(heardBefore)).toEqual([own]);
  },
);

test(
  'a page that is loaded anew goes on where the last one was, where it may keep the place',
  FAULT,
  async ({ tab, faulty: world }) => {
    const options = { resume: { store: 'session' } } as const;
    const ticker = await start(tab, world, options);
    await ticker.tick(4);
    await expect.poll(() => ticks(tab)).toEqual(ticker.all);
    // The place is kept as the page goes.
    await openHarness(tab, world);
    const known = ticker.all.length;
    await ticker.tick(6);
    await connect(tab, world, { ...FAST, ...options });
    await waitForPhase(tab, 'ready');
    // Across a reload at least once: of the last ones before it some may come again.
    const since = ticker.all.slice(known);
    await expect.poll(async () => (await ticks(tab)).filter((n) => n > known)).toEqual(since);
  },
);

test.describe('beside another', () => {
  test.skip(!inChromium, 'the interface has one tab');

  test(
    'a second tab of the same user hears each event once, whatever becomes of the first',
    FAULT,
    async ({ tab, context, faulty: world }) => {
      const ticker = await start(tab, world);
      const known = ticker.all.length;
      const second = await context.newPage();
      await openConnection(second, world, FAST);
      await waitForPhase(second, 'ready');
      await expect.poll(() => delivery(second)).toBe('live');
      world.proxy.cutLinks();
      await ticker.tick(20);
      await expect.poll(() => ticks(tab)).toEqual(ticker.all);
      await expect.poll(() => ticks(second)).toEqual(ticker.all.slice(known));
    },
  );
});
