// A page whose files come badly at its start: each file that the package fetches, each fault, in the page
// and in a worker. The page must be live without anybody's doing where there is a way around the file,
// and within moments of a press on Retry where there was none.
import type { Tab } from '../engines/engine.js';
import type { World } from '../support/fixtures.js';
import { FilesProxy, fileFaults } from './files-proxy.js';
import { test as base, connect, expect, FAULT, openHarness, waitForPhase } from './fixtures.js';

const test = base.extend<{ files: FilesProxy }>({
  files: async ({ world }, use) => {
    const files = await FilesProxy.start(world.server.port);
    await use(files);
    await files.close();
  },
});

const module = /\/keepline\.wasm$/;
const moduleAndCopy = /\/(keepline\.wasm|inline\.js)$/;
const workerFiles: readonly [string, RegExp][] = [
  ["the worker's script", /\/worker\/worker\.js$/],
  ["the worker's script and its copy", /\/(worker\/worker|inline-worker)\.js$/],
  ["the page's end of a worker", /\/worker\/worker-host\.js$/],
];

const logged = (tab: Tab, level: string) =>
  tab.evaluate(
    (wanted) => window.harness.logs.filter((line) => line.startsWith(`${wanted} `)),
    level,
  );

/** The page and its connection, through the proxy. */
async function open(tab: Tab, world: World, files: FilesProxy, host: World['host']): Promise<void> {
  const through = { ...world, url: files.url };
  await openHarness(tab, through);
  await connect(tab, through, { host });
}

/** As a person does who has read that there is a Retry. */
const retry = (tab: Tab) => tab.evaluate(() => window.harness.connection?.reconnect());

const isLoading = (tab: Tab) =>
  tab.evaluate(() => window.harness.connection?.status().phase === 'loading');

for (const fault of fileFaults) {
  test(
    `the module ${fault}: the copy is taken, and both are said once`,
    FAULT,
    async ({ tab, world, files }) => {
      files.breaks(module, fault);
      await open(tab, world, files, 'page');
      await waitForPhase(tab, 'ready');
      expect(await logged(tab, 'warn')).toHaveLength(1);
      const copies = (await logged(tab, 'info')).filter((line) => line.includes('copy'));
      expect(copies).toHaveLength(1);
    },
  );

  test(
    `the module and its copy ${fault}: live upon Retry, as soon as they are well again`,
    FAULT,
    async ({ tab, world, files }) => {
      files.breaks(moduleAndCopy, fault);
      await open(tab, world, files, 'page');
      if (fault === 'hanging')
        await expect.poll(() => files.asked.some((path) => module.test(path))).toBe(true);
      else await tab.waitForFunction(() => window.harness.connection?.status().canRetry === true);
      expect(await isLoading(tab)).toBe(true);
      files.heals();
      const before = files.asked.length;
      await retry(tab);
      await waitForPhase(tab, 'ready');
      // Past the browser's cache, and past what hangs.
      expect(files.asked.slice(before).some((path) => module.test(path))).toBe(true);
    },
  );

  for (const [name, broken] of workerFiles) {
    test(
      `${name} ${fault}: live without it, or by the copy`,
      FAULT,
      async ({ tab, world, files }) => {
        files.breaks(broken, fault);
        await open(tab, world, files, 'worker');
        await waitForPhase(tab, 'ready');
        const host = await tab.evaluate(() => window.harness.connection?.diagnostics().host);
        expect(host?.asked).toBe('worker');
        // Whoever runs in the page says why.
        expect(host?.runsIn === 'page').toBe(host?.why !== '');
      },
    );
  }
}

test('the module hanging: nobody need press anything', FAULT, async ({ tab, world, files }) => {
  files.breaks(moduleAndCopy, 'hanging');
  await open(tab, world, files, 'page');
  await tab.waitForFunction(() => window.harness.connection?.status().error !== null);
  files.heals();
  await waitForPhase(tab, 'ready');
});
