// Starts WebKitGTK's own small browser by WebKitWebDriver, over WebDriver. Each page is a window of one
// session, which has one of them at a time in hand, so that whatever is asked of them goes in turn. Knows
// nothing of what its pages do. The protocol has no console; a display is the caller's business.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import type { DrivenPage, Engine } from './engine.js';

/** Long enough for rows that wait inside the page. */
const scriptMsMax = 60_000;
const connectTries = 200;
const connectEveryMs = 50;

/** Where Debian has it; the stage names it wherever it is. */
const miniBrowser =
  process.env['KEEPLINE_MINIBROWSER'] ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

async function untilItAnswers(url: string, driver: ChildProcess): Promise<void> {
  for (let tries = 0; tries < connectTries && driver.exitCode === null; tries += 1) {
    const answer = await fetch(`${url}/status`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, connectEveryMs));
  }
  throw new Error('WebKitWebDriver did not start');
}

/** One thing after the other. */
function inTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>): Promise<T> => {
    const result = last.then(act);
    last = result.catch(() => undefined);
    return result;
  };
}

class Windows {
  readonly #session: WebDriver;
  readonly #turn = inTurn();
  /** The one that the session began with: another can only be opened from one that is there. */
  readonly #first: string;
  #inHand: string;

  constructor(session: WebDriver, first: string) {
    this.#session = session;
    this.#first = first;
    this.#inHand = first;
  }

  open(): Promise<DrivenPage> {
    return this.#turn(async () => {
      // A window and not a tab, which would be hidden: its timers run once a second.
      await this.#session.switchTo().newWindow('window');
      const handle = await this.#session.getWindowHandle();
      this.#inHand = handle;
      return this.#page(handle);
    });
  }

  #page(handle: string): DrivenPage {
    const session = this.#session;
    return {
      consoleLines: null,
      goto: (url) => this.#with(handle, () => session.get(url)),
      run: (expression) =>
        this.#with(handle, async () => {
          const said = await session.executeAsyncScript<[boolean, string]>(
            `const done = arguments[arguments.length - 1];
             (${expression}).then((text) => done([true, text]), (error) => done([false, String(error)]));`,
          );
          if (!said[0]) throw new Error(said[1]);
          return said[1];
        }),
      close: () =>
        this.#with(handle, async () => {
          await session.close();
          await session.switchTo().window(this.#first);
          this.#inHand = this.#first;
        }),
    };
  }

  #with<T>(handle: string, act: () => Promise<T>): Promise<T> {
    return this.#turn(async () => {
      if (this.#inHand !== handle) await this.#session.switchTo().window(handle);
      this.#inHand = handle;
      return act();
    });
  }
}

export async function startWebKit(): Promise<Engine> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const driver = spawn('WebKitWebDriver', [`--port=${port}`]);
  try {
    await untilItAnswers(url, driver);
    const session = await new Builder()
      .usingServer(url)
      .withCapabilities(
        new Capabilities({
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
          timeouts: { script: scriptMsMax },
        }),
      )
      .build();
    const version = String((await session.getCapabilities()).get('browserVersion'));
    const windows = new Windows(session, await session.getWindowHandle());
    const close = async () => {
      await session.quit();
      driver.kill();
    };
    return { name: `WebKitGTK ${version}`, ownLines: /^/, open: () => windows.open(), close };
  } catch (reason) {
    driver.kill();
    throw reason;
  }
}
