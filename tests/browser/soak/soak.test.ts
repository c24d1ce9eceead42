// One page for a long day: a million events and a thousand reconnections, and nothing that grows.
//
// Runs when it is named. What the page holds is measured after a forced collection, by the browser; the
// module's memory by the page itself, where the module runs in it.
import type { CDPSession, Page } from '@playwright/test';
import { expect, openConnection, test, type World, waitForPhase } from '../support/fixtures.js';

const rounds = Number(process.env['KEEPLINE_SOAK_ROUNDS'] ?? 1000);
const eventsInRound = 1000;
/** Until then caches fill and code is compiled. */
const warmRounds = 10;
const heapGrowthMax = 256 * 1024;

test.setTimeout(60 * 60_000);

declare global {
  interface Window {
    soak: {
      events: number;
      greetings: number;
      seen(): number;
      wasmBytes(): number;
      timers(): number;
    };
  }
}

/** Counts what a page may forget to clear, in ways that know nothing of Keepline. */
function watchPage(): void {
  const memories: WebAssembly.Memory[] = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (async (...given: Parameters<typeof instantiate>) => {
    const made = (await instantiate(...given)) as unknown as WebAssembly.Instance;
    for (const value of Object.values(made.exports)) {
      if (value instanceof WebAssembly.Memory) memories.push(value);
    }
    return made;
  }) as typeof instantiate;
  const running = new Set<unknown>();
  const { setTimeout: start, clearTimeout: stop } = window;
  Object.assign(window, {
    setTimeout: (run: () => void, ...rest: [number?]) => {
      const timer = start(
        () => {
          running.delete(timer);
          run();
        },
        ...rest,
      );
      running.add(timer);
      return timer;
    },
    clearTimeout: (timer: number) => {
      running.delete(timer);
      stop(timer);
    },
    soak: {
      events: 0,
      greetings: 0,
      // A state that a newer one replaced on its way from a worker was dealt with, too.
      seen: () =>
        window.soak.events + (window.harness.connection?.metrics().backlog.coalesced ?? 0),
      wasmBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
      timers: () => running.size,
    },
  });
}

interface Held {
  readonly heapBytes: number;
  readonly wasmBytes: number;
  readonly listeners: number;
}

async function measure(page: Page, browser: CDPSession): Promise<Held> {
  // What the harness notes of a connection is not the connection's.
  await page.evaluate(() => {
    const { harness } = window;
    for (const notes of [harness.statuses, harness.logs, harness.tokenRequests]) notes.splice(0);
    for (const notes of [harness.tokens, harness.reconnections, harness.events]) notes.splice(0);
  });
  // Twice: what the first one frees may hold something in turn.
  await browser.send('HeapProfiler.collectGarbage');
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize } = await browser.send('Runtime.getHeapUsage');
  const { jsEventListeners } = await browser.send('Memory.getDOMCounters');
  const wasmBytes = await page.evaluate(() => window.soak.wasmBytes());
  return { heapBytes: usedSize, wasmBytes, listeners: jsEventListeners };
}

async function goRound(page: Page, world: World, round: number): Promise<void> {
  await world.panel.burst(world.user, eventsInRound);
  await page.waitForFunction((wanted) => window.soak.seen() >= wanted, (round + 1) * eventsInRound);
  world.panel.close(world.user, 4000, 'a forced reconnection');
  await page.waitForFunction((wanted) => window.soak.greetings >= wanted, round + 2);
}

test(`${rounds * eventsInRound} events and ${rounds} reconnections leave nothing behind`, async ({
  page,
  world,
}) => {
  await page.addInitScript(watchPage);
  const browser = await page.context().newCDPSession(page);
  await openConnection(
    page,
    world,
    { logLevel: 'warn', backoff: { initialMs: 100, maxMs: 100, jitter: 0, maxAttempts: 10_000 } },
    [],
  );
  await page.evaluate(() => {
    window.harness.connection?.subscribe('*', ({ type }) => {
      window.soak[type === 'connected' ? 'greetings' : 'events'] += 1;
    });
  });
  await waitForPhase(page, 'ready');
  let warm: Held | null = null;
  for (let round = 0; round < rounds; round += 1) {
    if (round === warmRounds) warm = await measure(page, browser);
    await goRound(page, world, round);
  }
  const worn = await measure(page, browser);
  const events = await page.evaluate(() => window.soak.seen());
  console.log(`soak, ${world.host}: ${events} events, ${rounds} reconnections`);
  console.log(`soak, ${world.host}: after ${warmRounds} rounds ${JSON.stringify(warm)}`);
  console.log(`soak, ${world.host}: at the end ${JSON.stringify(worn)}`);
  expect(events).toBe(rounds * eventsInRound);
  expect(worn.wasmBytes).toBe(warm?.wasmBytes);
  expect(worn.heapBytes - (warm?.heapBytes ?? 0)).toBeLessThan(heapGrowthMax);
  expect(worn.listeners).toBeLessThanOrEqual(warm?.listeners ?? 0);
  expect(world.panel.stats(world.user).openSockets).toBe(1);

  await page.evaluate(() => window.harness.connection?.dispose());
  await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(0);
  await expect.poll(() => page.workers().length).toBe(0);
  expect(await page.evaluate(() => window.soak.timers())).toBe(0);
});
