// What a browser test starts with: a server of its own on a free port, a user nobody else has, a page
// whose sockets are counted, and a console that is read line by line.
//
// Dials are counted by the browser, in the page and in its workers, so that its own "failed" lines can be
// matched exactly. A test runs with its connection in the page or in a worker, as the project says.
//
// A test that asks for `tab` needs nothing of Playwright's: a run in another engine gives it that engine's,
// and no test can get a page of Chromium's there by mistake.
import { test as base, expect } from '@playwright/test';
import { createServer, type RunningServer } from '../../../web-demo/server/create-server.js';
import {
  type DevelopmentUser,
  findDevelopmentUser,
} from '../../../web-demo/server/development-users.js';
import { createSigningKey, type SigningKey } from '../../../web-demo/server/issuer.js';
import { createLog } from '../../../web-demo/server/log.js';
import type { NetworkPanel } from '../../../web-demo/server/network-panel.js';
import type { ServerOptions } from '../../../web-demo/server/options.js';
import {
  type DrivenPage,
  type Engine,
  inChromium,
  NOT_SEEN,
  PLAYED_IN,
  startEngine,
  type Tab,
} from '../engines/engine.js';
import { tabOf } from '../engines/tab.js';
import type { Harness } from '../harness/harness.js';
import { demoDirectory, harnessDirectory, indicatorDirectory } from './build-harness.js';

/** Every socket that the page and its workers began to open. */
export interface Dials {
  readonly urls: readonly string[];
  /** How many came to nothing, abandoned ones included. */
  readonly failed: number;
}

export interface World {
  readonly host: 'page' | 'worker';
  readonly url: string;
  readonly server: RunningServer;
  readonly panel: NetworkPanel;
  readonly user: DevelopmentUser;
  /** Everything the server logged, at its most talkative. */
  readonly logged: () => string;
}

export interface ConsoleLines {
  /**
   * Fails unless the console says exactly what the browser itself says of failed or abandoned dials,
   * and of as many requests as the test provoked answers of 4xx or none to.
   */
  expectOnlyFailedDials(failedRequests?: number): Promise<void>;
  /** All of it, as text. */
  readonly text: () => string;
}

interface Fixtures {
  /** Where connections run that a test opens without saying. */
  host: 'page' | 'worker';
  /** Overrides for the test's server: `test.use({ serverOptions: {…} })`. */
  serverOptions: Partial<ServerOptions>;
  site: keyof typeof siteDirectories;
  world: World;
  /** The page as any engine has it; in Chromium it is Playwright's own. */
  tab: Tab;
  /** Further tabs of the same browser. */
  openTab: () => Promise<Tab>;
  /** Where another engine runs: its page, under what its driver can do. */
  driven: DrivenPage;
  dials: Dials;
  consoleLines: ConsoleLines;
}

const siteDirectories = {
  harness: harnessDirectory,
  demo: demoDirectory,
  indicator: indicatorDirectory,
};

/** Chromium's own line for an answer of 4xx or 5xx, or for none. */
const FAILED_REQUEST = /^Failed to load resource: /;
const FAILED_DIAL = /^WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/ws' failed: /;

let signingKey: Promise<SigningKey> | undefined;
let guests = 0;

const withTabs = base.extend<Fixtures, { engine: Engine }>({
  serverOptions: [{}, { option: true }],
  site: ['harness', { option: true }],
  host: ['page', { option: true }],
  world: async ({ serverOptions, site, host }, use, info) => {
    signingKey ??= createSigningKey();
    let logged = '';
    const server = await createServer({
      port: 0,
      identity: { kind: 'development', tokenTtlSec: 900, signingKey: await signingKey },
      feed: { eventsPerSecond: 0, seed: 1 },
      page: { kind: 'built', directory: siteDirectories[site] },
      log: createLog('debug', {
        write: (line: string) => {
          logged += line;
        },
      }),
      ...serverOptions,
    });
    guests += 1;
    const user = findDevelopmentUser(`guest-${info.workerIndex}-${guests}`);
    if (!user || !server.panel)
      throw new Error('the development server has no such guest or panel');
    await use({ host, url: server.url, server, panel: server.panel, user, logged: () => logged });
    await server.close();
  },
  engine: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what is wanted from the pattern
    async ({}, use) => {
      const engine = await startEngine();
      await use(engine);
      await engine.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  driven: async ({ engine }, use, info) => {
    const page = await engine.open();
    info.annotations.push({ type: PLAYED_IN, description: engine.name });
    if (page.consoleLines === null) {
      info.annotations.push({ type: NOT_SEEN, description: 'the console' });
    }
    await use(page);
    await page.close();
  },
  tab: inChromium
    ? async ({ page }, use) => use(page)
    : async ({ driven }, use) => use(tabOf(driven)),
  openTab: inChromium
    ? async ({ context }, use) => use(() => context.newPage())
    : async ({ engine }, use) => {
        const opened: DrivenPage[] = [];
        await use(async () => {
          const page = await engine.open();
          opened.push(page);
          return tabOf(page);
        });
        for (const page of opened) await page.close();
      },
  dials: [
    async ({ page }, use) => {
      const dials = { urls: [] as string[], failed: 0 };
      page.on('websocket', (socket) => {
        dials.urls.push(socket.url());
        socket.on('socketerror', () => {
          dials.failed += 1;
        });
      });
      await use(dials);
    },
    { auto: inChromium },
  ],
  consoleLines: [
    inChromium
      ? async ({ page, dials, host }, use) => {
          const lines: string[] = [];
          page.on('console', (message) => {
            // What an error's remedy says is asked for when there is one: the network may be it.
            if (!/\/remedies[\w-]*\.js$/.test(message.location().url)) lines.push(message.text());
          });
          page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
          await use({
            text: () => lines.join('\n'),
            expectOnlyFailedDials: async (failedRequests = 0) => {
              const unspoken = () =>
                dials.failed - lines.filter((line) => FAILED_DIAL.test(line)).length;
              // What a worker says before the driver listens to it is not heard of.
              if (host === 'page') await expect.poll(unspoken).toBe(0);
              else await expect.poll(unspoken).toBeGreaterThanOrEqual(0);
              await expect
                .poll(() => lines.filter((line) => FAILED_REQUEST.test(line)).length)
                .toBe(failedRequests);
              const isExpected = (line: string) =>
                FAILED_DIAL.test(line) || FAILED_REQUEST.test(line);
              expect(lines.filter((line) => !isExpected(line))).toEqual([]);
            },
          });
        }
      : async ({ engine, driven }, use) => {
          const lines = () => driven.consoleLines ?? [];
          await use({
            text: () => lines().join('\n'),
            expectOnlyFailedDials: async () => {
              expect(lines().filter((line) => !engine.ownLines.test(line))).toEqual([]);
            },
          });
        },
    { auto: true },
  ],
});

const noPage = async () => {
  throw new Error(
    'This row asks for what only Playwright has: skip it in other engines, and say why',
  );
};

/** Where another engine runs, nothing can be shown in Chromium by mistake. */
export const test = inChromium
  ? withTabs
  : withTabs.extend({ browser: [noPage, { scope: 'worker' }] });

export { expect };

/** A test that is a row of the fault matrix, wherever it stands: the stage counts by it. */
export const FAULT = { tag: '@fault' } as const;

type Given = Omit<Parameters<Harness['open']>[0], 'user'>;

/** Opens the harness page, and no connection yet. */
export async function openHarness(tab: Tab, world: World, atPath = '/'): Promise<void> {
  await tab.goto(`${world.url}${atPath}`);
  await tab.waitForFunction(() => 'harness' in window);
}

/** Opens a connection for the world's user, in a harness page that is open. */
export const connect = (
  tab: Tab,
  world: World,
  options: Given = {},
  patterns: readonly string[] = ['*'],
): Promise<void> =>
  tab.evaluate(([given, wanted]) => window.harness.open(given, wanted), [
    { host: world.host, ...options, user: world.user.id },
    patterns,
  ] as const);

/** Opens the harness page and a connection for the world's user. */
export async function openConnection(
  tab: Tab,
  world: World,
  { atPath = '/', ...options }: Given & { atPath?: string } = {},
  patterns: readonly string[] = ['*'],
): Promise<void> {
  await openHarness(tab, world, atPath);
  await connect(tab, world, options, patterns);
}

export async function waitForPhase(tab: Tab, phase: string): Promise<void> {
  await tab.waitForFunction(
    (wanted) => window.harness.connection?.status().phase === wanted,
    phase,
  );
}

export const readStatus = (tab: Tab) =>
  tab.evaluate(() => {
    const status = window.harness.connection?.status();
    return JSON.parse(
      JSON.stringify({ ...status, error: status?.error && { kind: status.error.kind } }),
    );
  });
