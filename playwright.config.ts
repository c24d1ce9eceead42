// Browser tests: the system's Chromium against real servers, each test with a server of its own.
import { defineConfig } from '@playwright/test';
import { engineName, inChromium } from './tests/browser/engines/engine.js';
import { chromiumFlags, headlessShell } from './tests/browser/support/chromium.js';

export default defineConfig<{ host: 'page' | 'worker' }>({
  testDir: 'tests/browser',
  testMatch: '**/*.test.ts',
  outputDir: 'build/browser-results',
  globalSetup: './tests/browser/support/build-harness.ts',
  fullyParallel: true,
  // A test waits more than it works.
  workers: 3,
  // A machine that stood still is no fault of what is tested. The stage names each test that needed it,
  // and takes more than two for a failure.
  retries: 1,
  forbidOnly: true,
  // The same tests with the connection in the page and in a worker. `worker` is about connections,
  // `worker-desk` about pages that have one; both leave out what moves a page's clock by itself.
  projects: [
    {
      name: 'page',
      use: { host: 'page' },
      testIgnore: ['**/worker-host.test.ts', '**/desk-pictures.test.ts', '**/soak/**'],
    },
    {
      name: 'worker',
      use: { host: 'worker' },
      testIgnore: '**/faults/**',
      testMatch: /(frames|identity|live-query|page|reconnect|session|worker-host)\.test\.ts$/,
    },
    {
      name: 'worker-faults',
      use: { host: 'worker' },
      testMatch: /faults\/(?!hot-reload)[\w-]+\.test\.ts$/,
    },
    {
      name: 'worker-desk',
      use: { host: 'worker' },
      testMatch: /(demo|desk-(?!pictures)\w+|desk-sign-in|indicator)\.test\.ts$/,
    },
    // For people to look at.
    { name: 'pictures', use: { host: 'page' }, testMatch: '**/desk-pictures.test.ts' },
    { name: 'soak', use: { host: 'page' }, testMatch: '**/soak/**' },
    { name: 'soak-worker', use: { host: 'worker' }, testMatch: '**/soak/**' },
    // The fault matrix in the engine that KEEPLINE_ENGINE names, which has the run for itself.
    ...(inChromium ? [] : [{ name: engineName, use: { host: 'page' as const }, grep: /@fault/ }]),
  ],
  reporter: [['list']],
  // Generous, because a slow machine is no failure; nothing waits for a time to pass.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath: headlessShell, args: chromiumFlags },
  },
});
