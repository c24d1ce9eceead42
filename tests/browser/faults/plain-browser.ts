// A browser as people have it: the driver keeps every page of its own visible and without a back-forward
// cache, so pages that are hidden, frozen or put away need one that was started without it.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { chromiumFlags, wholeChromium } from '../support/chromium.js';

const LISTENING = /DevTools listening on (ws:\S+)/;

export interface PlainBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** Now and then one listens and never answers: another is started then, so often at most. */
const startsMax = 3;
const answerMsMax = 10_000;

export async function startPlainBrowser(): Promise<PlainBrowser> {
  for (let starts = 1; ; starts += 1) {
    try {
      return await startOnce();
    } catch (reason) {
      if (starts === startsMax) throw reason;
    }
  }
}

async function startOnce(): Promise<PlainBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'keepline-browser-'));
  const child = spawn(
    wholeChromium,
    [
      ...chromiumFlags,
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = LISTENING.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The browser did not start: ${said}`)));
  });
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = await chromium.connectOverCDP(address, {
      noDefaults: true,
      timeout: answerMsMax,
    });
    const close = async () => {
      await browser.close();
      await end();
    };
    return { browser, close };
  } catch (reason) {
    await end();
    throw reason;
  }
}
