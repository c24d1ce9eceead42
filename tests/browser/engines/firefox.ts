// Starts the system's Firefox by Puppeteer, over WebDriver BiDi, with the preferences that its users have:
// Firefox holds dials back after failures, and rows have to live with it. Knows nothing of what its pages
// do.
import puppeteer from 'puppeteer-core';
import type { DrivenPage, Engine } from './engine.js';

/** Firefox writes about each dial that failed and each link that a page's end cut short. */
const ownLines =
  /^(Firefox can.t establish a connection to the server at|The connection to) ws:\/\/127\.0\.0\.1:\d+\/ws/;

export async function startFirefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env['KEEPLINE_FIREFOX'] ?? '/usr/bin/firefox-esr',
    headless: true,
  });
  const open = async (): Promise<DrivenPage> => {
    const page = await browser.newPage();
    const consoleLines: string[] = [];
    page.on('console', (message) => consoleLines.push(message.text()));
    page.on('pageerror', (error) =>
      consoleLines.push(error instanceof Error ? error.message : String(error)),
    );
    return {
      consoleLines,
      goto: async (url) => void (await page.goto(url)),
      run: async (expression) => String(await page.evaluate(expression)),
      close: () => page.close(),
    };
  };
  return {
    name: (await browser.version()).replace('firefox/', 'Firefox '),
    ownLines,
    open,
    close: () => browser.close(),
  };
}
