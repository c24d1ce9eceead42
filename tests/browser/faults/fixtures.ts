// What a row of the fault matrix starts with: the browser tests' own fixtures, with a network in between
// that misbehaves by name. A test of the matrix has the tag `@fault`; the stage counts by it.

import type { Page } from '@playwright/test';
import { inChromium, NOT_SEEN, type Tab } from '../engines/engine.js';
import { test as base, expect, type World } from '../support/fixtures.js';
import { FaultProxy } from './fault-proxy.js';

export {
  connect,
  expect,
  FAULT,
  openConnection,
  openHarness,
  readStatus,
  waitForPhase,
} from '../support/fixtures.js';

export interface FaultyWorld extends World {
  /** Between the page and its server; the page itself comes through it too. */
  readonly proxy: FaultProxy;
}

/** As the defaults, ten times as fast and without chance. */
export const FAST = { backoff: { initialMs: 100, maxMs: 400, jitter: 0, maxAttempts: 1000 } };

export const test = base.extend<{ faulty: FaultyWorld }>({
  faulty: async ({ world, consoleLines }, use) => {
    const proxy = await FaultProxy.start(world.server.port);
    await use({ ...world, url: proxy.url, proxy });
    // Here and not in a hook: hooks of a shared file belong to the first test file that loads it.
    await consoleLines.expectOnlyFailedDials();
    await proxy.close();
  },
});

/** The states that a person saw, one after the other. */
export const statesSeen = (tab: Tab) =>
  tab.evaluate(() =>
    window.harness.statuses
      .map(({ state }) => state)
      .filter((state, at, states) => state !== states[at - 1]),
  );

/** Every kind of error that was shown, each once. */
export const errorsSeen = (tab: Tab) =>
  tab.evaluate(() => [
    ...new Set(window.harness.statuses.flatMap(({ error }) => (error ? [error.kind] : []))),
  ]);

export async function waitForState(tab: Tab, state: string): Promise<void> {
  await tab.waitForFunction(
    (wanted) => window.harness.statuses.some((status) => status.state === wanted),
    state,
  );
}

/** Hands over so many notes more, whatever the link is doing. */
export const sendNotes = (tab: Tab, count: number) =>
  tab.evaluate((wanted) => window.harness.sendNotes(wanted), count);

/** Every note so far was handed over, and the server heard each once and in order. */
export async function expectNotesOnce(tab: Tab, { proxy }: FaultyWorld): Promise<void> {
  await tab.waitForFunction(() => !window.harness.notes.includes(null));
  const outcomes = await tab.evaluate(() => window.harness.notes);
  expect(new Set(outcomes)).toEqual(new Set(['sent']));
  const numbers = Array.from({ length: outcomes.length }, (_, at) => at + 1);
  await expect.poll(() => notesHeard(proxy)).toEqual(numbers);
  expect(await tab.evaluate(() => window.harness.connection?.metrics().unconfirmed)).toBe(0);
}

export const notesHeard = (proxy: FaultProxy) =>
  proxy.heard(/^note$/).map((message) => (message as { data: { n: number } }).data.n);

/** One link that is usable, and nothing else held open at either end. */
export async function expectOneLink(tab: Tab, world: FaultyWorld): Promise<void> {
  await expect.poll(() => world.proxy.openLinks.length).toBe(1);
  await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(1);
  await tab.waitForFunction(() => window.harness.connection?.status().phase === 'ready');
}

/**
 * Bytes of the page's heap after a collection, without what the harness wrote down. Only Chromium's driver
 * can collect and weigh: elsewhere the row is played without, and marked so.
 */
export async function heapOf(tab: Tab): Promise<number> {
  await tab.evaluate(() => {
    const { statuses, events, logs, tokenRequests, tokens, reconnections } = window.harness;
    for (const list of [statuses, events, logs, tokenRequests, tokens, reconnections]) {
      list.splice(0);
    }
  });
  if (!inChromium) {
    const unseen = { type: NOT_SEEN, description: 'the heap after a collection' };
    const { annotations } = test.info();
    if (!annotations.some(({ description }) => description === unseen.description)) {
      annotations.push(unseen);
    }
    return 0;
  }
  const page = tab as Page;
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** What a loop may leave behind: nothing that grows, and the noise of one measurement. */
export const HEAP_NOISE_BYTES = 256 * 1024;
