// What a page goes through while its connection lives: hidden, frozen, put away and brought back, offline,
// asleep, with a clock that is wrong. Real page states where the browser can be brought into them; clocks
// are moved where time would have to pass.
import type { Page } from '@playwright/test';
import { inChromium } from '../engines/engine.js';
import {
  connect,
  errorsSeen,
  expect,
  expectNotesOnce,
  expectOneLink,
  FAST,
  FAULT,
  type FaultyWorld,
  openConnection,
  openHarness,
  readStatus,
  sendNotes,
  statesSeen,
  test,
  waitForPhase,
} from './fixtures.js';
import { startPlainBrowser } from './plain-browser.js';

const plain = test.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what is wanted from the pattern
  context: async ({}, use) => {
    const { browser, close } = await startPlainBrowser();
    const [context] = browser.contexts();
    if (!context) throw new Error('the browser has no context of its own');
    await use(context);
    await close();
  },
  page: async ({ context }, use) => use(await context.newPage()),
});

const openSockets = ({ panel, user }: FaultyWorld) => panel.stats(user).openSockets;
const pingsHeard = ({ panel, user }: FaultyWorld) => panel.stats(user).framesReceived['ping'] ?? 0;

const callsHeard = (page: Page) =>
  page.evaluate(() =>
    window.harness.events.flatMap(({ type, data }) =>
      type === 'new_call' ? [(data as { callId: string }).callId] : [],
    ),
  );

/** Another page of the same window in front: the first one is hidden, as the browser itself says. */
async function hide(page: Page): Promise<Page> {
  const other = await page.context().newPage();
  await other.bringToFront();
  // A hidden page draws no frames to wait by.
  await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden');
  return other;
}

plain.describe('a page that is frozen', () => {
  plain.skip(!inChromium, 'only Chromium’s driver freezes a page');

  plain(
    'frozen while hidden, and resumed: the link is closed in order and opened again',
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, { ...FAST, cacheToken: true });
      await waitForPhase(page, 'ready');
      const session = await page.context().newCDPSession(page);
      const other = await hide(page);
      await sendNotes(page, 1);
      await expectNotesOnce(page, world);
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      // A worker is frozen with its page, before it can hear of it: it closes the link when it wakes.
      if (world.host === 'page') await expect.poll(() => openSockets(world)).toBe(0);
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      await other.close();
      await page.bringToFront();
      await waitForPhase(page, 'ready');
      await page.waitForFunction(() => window.harness.reconnections.length === 1);
      await expect.poll(world.logged).toContain('"code":1000');
      await sendNotes(page, 1);
      await expectNotesOnce(page, world);
      await expectOneLink(page, world);
      const phases = await page.evaluate(() => window.harness.statuses.map(({ phase }) => phase));
      expect(phases).toContain('paused');
      expect(await errorsSeen(page)).toEqual([]);
    },
  );
});

plain.describe('a page that is put away', () => {
  plain.skip(!inChromium, 'the interface has no history to go back in');

  plain(
    'into the back-forward cache and back: the same page goes on, on a link of its own, and misses nothing',
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, { ...FAST, cacheToken: true });
      await waitForPhase(page, 'ready');
      await page.evaluate(() => Object.assign(window, { sameHeap: true }));
      const call = (callId: string) => world.server.publish(world.user, 'new_call', { callId });
      await call('before');
      await expect.poll(() => callsHeard(page)).toEqual(['before']);
      await page.goto(`${world.url}/no-worker.html`);
      await expect.poll(() => openSockets(world)).toBe(0);
      for (const callId of ['away 1', 'away 2']) await call(callId);
      // What comes out of the cache loads nothing.
      await page.goBack({ waitUntil: 'commit' });
      expect(await page.evaluate(() => 'sameHeap' in window)).toBe(true);
      await waitForPhase(page, 'ready');
      await sendNotes(page, 2);
      await expectNotesOnce(page, world);
      await expectOneLink(page, world);
      await call('after');
      await expect.poll(() => callsHeard(page)).toEqual(['before', 'away 1', 'away 2', 'after']);
      expect(
        await page.evaluate(() => window.harness.reconnections.map(({ missed }) => missed)),
      ).toEqual(['replayed']);
      expect(await errorsSeen(page)).toEqual([]);
    },
  );
});

plain.describe('a page behind another', () => {
  plain.skip(!inChromium, 'the interface cannot put one tab before another');

  plain(
    'a page in a hidden tab hears of a call, and shows nothing of its being hidden',
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, FAST);
      await waitForPhase(page, 'ready');
      const other = await hide(page);
      world.panel.emit(world.user, 'new_call', { callId: 'c1' });
      await expect
        .poll(() => page.evaluate(() => window.harness.events.at(-1)?.type))
        .toBe('new_call');
      await other.close();
      await page.bringToFront();
      await expect.poll(() => pingsHeard(world)).toBeGreaterThan(0);
      expect(await statesSeen(page)).toEqual(['connecting', 'connected']);
      expect(world.proxy.dials).toHaveLength(1);
    },
  );
});

test.describe('a network that the browser itself knows to be away', () => {
  test.skip(!inChromium, 'the interface cannot take the network away');

  test(
    'offline and online again: a network that was away is not waited for',
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, {
        backoff: { ...FAST.backoff, initialMs: 60_000, maxMs: 60_000 },
        cacheToken: true,
      });
      await waitForPhase(page, 'ready');
      await world.proxy.die();
      await page.context().setOffline(true);
      await waitForPhase(page, 'waiting');
      await sendNotes(page, 2);
      await world.proxy.comeBack();
      await page.context().setOffline(false);
      await waitForPhase(page, 'ready');
      await expectNotesOnce(page, world);
      await expectOneLink(page, world);
      // The wait was a minute long.
      expect(await page.evaluate(() => window.harness.reconnections[0]?.downMs)).toBeLessThan(
        30_000,
      );
    },
  );
});

test(
  'offline reported while the network works: asked by a probe, and the link stays',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, FAST);
    await waitForPhase(tab, 'ready');
    await tab.evaluate(() => window.dispatchEvent(new Event('offline')));
    await expect.poll(() => pingsHeard(world)).toBe(1);
    await tab.waitForFunction(() => window.harness.connection?.metrics().quality.rttMs !== null);
    await sendNotes(tab, 2);
    await expectNotesOnce(tab, world);
    expect(await statesSeen(tab)).toEqual(['connecting', 'connected']);
    expect(world.proxy.dials).toHaveLength(1);
  },
);

test.describe('clocks that a page is given', () => {
  test.skip(
    ({ host }) => host === 'worker',
    'a page whose clock is moved has workers with the real one',
  );
  test.skip(!inChromium, 'only Playwright moves a page’s clock and timers');

  test(
    'hidden for ten minutes, with timers once a minute: neither dropped nor taken for dead',
    FAULT,
    async ({ page, faulty: world }) => {
      await page.clock.install();
      await openConnection(page, world, FAST);
      await expect.poll(async () => (await readStatus(page)).phase).toBe('ready');
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      for (let minute = 1; minute <= 10; minute += 1) {
        const before = pingsHeard(world);
        // What was due in that minute fires once at its end, late.
        await page.clock.fastForward(60_000);
        await expect.poll(() => pingsHeard(world)).toBeGreaterThan(before);
        world.panel.emit(world.user, 'new_call', { callId: `c${minute}` });
        await expect
          .poll(() => page.evaluate(() => window.harness.events.at(-1)?.data))
          .toEqual({ callId: `c${minute}` });
      }
      expect(await statesSeen(page)).toEqual(['connecting', 'connected']);
      expect(await errorsSeen(page)).toEqual([]);
      expect(world.proxy.dials).toHaveLength(1);
      await sendNotes(page, 2);
      await expect.poll(() => world.proxy.heard(/^note$/).length).toBe(2);
    },
  );

  test(
    'a laptop that slept for eight hours: one probe, and a link that is dead is replaced by its end',
    FAULT,
    async ({ page, faulty: world }) => {
      await page.clock.install();
      await openConnection(page, world, FAST);
      await expect.poll(async () => (await readStatus(page)).phase).toBe('ready');
      world.proxy.linksWill('stall');
      // The wall went on while the monotonic clock and every timer stood still.
      const slept = 8 * 3600 * 1000;
      await page.clock.setSystemTime(await page.evaluate((ms) => Date.now() + ms, slept));
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await page.clock.runFor(2400);
      expect(world.proxy.dials).toHaveLength(1);
      await page.clock.runFor(1000);
      await expect.poll(() => world.proxy.dials.length).toBe(2);
      await expect.poll(async () => (await readStatus(page)).phase).toBe('ready');
      await sendNotes(page, 2);
      await expect.poll(() => world.proxy.heard(/^note$/).length).toBe(2);
      const sleptMs = await page.evaluate(() => window.harness.connection?.metrics().sleptMs ?? 0);
      // The clock went on between being read and being set: the gap is that much shorter.
      expect(Math.abs(sleptMs - slept)).toBeLessThan(60_000);
      expect(await errorsSeen(page)).toEqual(['heartbeat_timeout']);
      expect(world.proxy.dials).toHaveLength(2);
    },
  );

  test(
    'a laptop that slept for eight hours, and a link that lived through it: one probe, nothing else',
    FAULT,
    async ({ page, faulty: world }) => {
      await page.clock.install();
      await openConnection(page, world, FAST);
      await expect.poll(async () => (await readStatus(page)).phase).toBe('ready');
      await page.clock.setSystemTime(await page.evaluate(() => Date.now() + 8 * 3600 * 1000));
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await expect.poll(() => pingsHeard(world)).toBe(1);
      await page.clock.runFor(9000);
      expect(await statesSeen(page)).toEqual(['connecting', 'connected']);
      expect(world.proxy.dials).toHaveLength(1);
    },
  );
});

test.describe('a clock that is wrong', () => {
  test.skip(
    ({ host }) => host === 'worker',
    'a page whose clock is moved has workers with the real one',
  );

  for (const [which, minutes] of [
    ['ten minutes slow', -10],
    ['ten minutes fast', 10],
  ] as const) {
    test(
      `a clock that is ${which} changes nothing but the times that are shown`,
      FAULT,
      async ({ tab, faulty: world }) => {
        await openHarness(tab, world);
        await tab.evaluate((offset) => {
          const now = Date.now.bind(Date);
          Date.now = () => now() + offset;
        }, minutes * 60_000);
        await connect(tab, world, { ...FAST, cacheToken: true });
        await waitForPhase(tab, 'ready');
        await sendNotes(tab, 1);
        world.proxy.cutLinks();
        await tab.waitForFunction(() => window.harness.reconnections.length === 1);
        await sendNotes(tab, 1);
        await expectNotesOnce(tab, world);
        const { downMs, wait, shown } = await tab.evaluate(() => {
          const waiting = window.harness.statuses.find(({ phase }) => phase === 'waiting');
          return {
            downMs: window.harness.reconnections[0]?.downMs ?? -1,
            wait: (waiting?.nextRetryAt ?? 0) - (waiting?.since ?? 0),
            shown: window.harness.connection?.status().since ?? 0,
          };
        });
        expect(downMs).toBeGreaterThanOrEqual(90);
        expect(downMs).toBeLessThan(60_000);
        expect(wait).toBeGreaterThanOrEqual(95);
        expect(wait).toBeLessThan(200);
        expect(Math.abs(shown - Date.now() - minutes * 60_000)).toBeLessThan(60_000);
        expect(await tab.evaluate(() => window.harness.tokenRequests.length)).toBe(2);
      },
    );
  }
});
