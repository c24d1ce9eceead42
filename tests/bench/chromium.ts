// The system's Chromium, driven by its own protocol over a pipe.
//
// Not through Playwright: that switches the protocol's Network domain on for every page, which then
// reports each WebSocket frame and triples what a frame costs. Here only what is asked for is on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { chromiumFlags } from '../browser/support/chromium.js';
import { within } from './within.js';

const flags = [
  '--headless',
  '--remote-debugging-pipe',
  ...chromiumFlags,
  // A page that is measured is in nobody's foreground.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--window-size=1280,800',
];

/** Longer than any answer takes, on a machine where everything else runs too. */
const answerMsMax = 60_000;
const stopMsMax = 10_000;

type Answer = Record<string, unknown>;
type Send = (method: string, params?: object, sessionId?: string) => Promise<Answer>;

interface Protocol {
  readonly send: Send;
  /** The next event of this name. */
  readonly next: (event: string) => Promise<Answer>;
}

export interface Chromium {
  readonly version: string;
  /** A page with a cache, storage and process of its own. */
  openPage(): Promise<Page>;
  /** Every task of every thread while `work` goes on, as the browser's own trace has them. */
  trace(work: () => Promise<unknown>): Promise<readonly TraceEvent[]>;
  close(): Promise<void>;
}

/** A line of a trace: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
export interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Millionths of a second. */
  readonly dur?: number;
}

export interface PageMetrics {
  /** What the page's main thread has used of a processor. */
  readonly mainThreadSec: number;
  /** What its whole process has used, workers and the collector included. */
  readonly processSec: number;
  readonly heapBytes: number;
}

export interface Page {
  navigate(url: string): Promise<void>;
  collectGarbage(): Promise<void>;
  /** What an expression is, as JSON. */
  read<Value>(expression: string): Promise<Value>;
  metrics(): Promise<PageMetrics>;
  close(): Promise<void>;
}

export async function launchChromium(executable: string): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'keepline-bench-'));
  const child = spawn(executable, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const failed = once(child, 'error').then(([reason]) => Promise.reject(reason));
  failed.catch(() => undefined);
  const { send, next } = speak(child.stdio[3] as Writable, child.stdio[4] as Readable, exited);
  const { product } = await Promise.race([send('Browser.getVersion'), failed]);
  return {
    version: String(product),
    openPage: () => openPage(send),
    trace: (work) => trace({ send, next }, work),
    close: async () => {
      // The answer may be cut off by the end itself.
      send('Browser.close').catch(() => undefined);
      await within(stopMsMax, 'Chromium to end', exited).catch(() => {
        child.kill('SIGKILL');
        return exited;
      });
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Numbered requests, answers by number; messages end with a zero byte. */
function speak(input: Writable, output: Readable, exited: Promise<unknown>): Protocol {
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(reason: Error): void }>();
  const awaited = new Map<string, (params: Answer) => void>();
  let last = 0;
  let rest = '';
  output.setEncoding('utf8');
  output.on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result, error, method, params } = JSON.parse(message);
      awaited.get(method)?.(params);
      const request = waiting.get(id);
      waiting.delete(id);
      if (error) request?.reject(new Error(`Chromium answered: ${error.message}`));
      else request?.resolve(result);
    }
  });
  input.on('error', () => undefined); // the end is told below
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('Chromium has ended.'));
  });
  const next = (event: string) =>
    within(
      answerMsMax,
      `Chromium's ${event}`,
      new Promise<Answer>((resolve) => awaited.set(event, resolve)),
    ).finally(() => awaited.delete(event));
  const send: Send = (method, params = {}, sessionId) => {
    last += 1;
    const id = last;
    const answer = new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }));
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return within(answerMsMax, `Chromium's answer to ${method}`, answer);
  };
  return { send, next };
}

async function trace(
  { send, next }: Protocol,
  work: () => Promise<unknown>,
): Promise<readonly TraceEvent[]> {
  await send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'] },
  });
  await work();
  const complete = next('Tracing.tracingComplete');
  await send('Tracing.end');
  const { stream: handle } = await complete;
  let text = '';
  for (let ended = false; !ended; ) {
    const { data, eof } = await send('IO.read', { handle, size: 2 ** 20 });
    text += data;
    ended = Boolean(eof);
  }
  await send('IO.close', { handle });
  return JSON.parse(text).traceEvents;
}

async function openPage(send: Send): Promise<Page> {
  const { browserContextId } = await send('Target.createBrowserContext');
  const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const ask = (method: string, params?: object) => send(method, params, String(sessionId));
  await ask('Performance.enable', { timeDomain: 'threadTicks' });
  return {
    navigate: async (url) => {
      const { errorText } = await ask('Page.navigate', { url });
      if (errorText) throw new Error(`Chromium could not open ${url}: ${errorText}`);
    },
    read: async <Value>(expression: string) => {
      const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true });
      return (result as { value: Value }).value;
    },
    collectGarbage: async () => void (await ask('HeapProfiler.collectGarbage')),
    metrics: async () => {
      const { metrics } = await ask('Performance.getMetrics');
      const rows = metrics as readonly { name: string; value: number }[];
      const read = (name: string) => {
        const row = rows.find((each) => each.name === name);
        if (!row) throw new Error(`This Chromium has no metric ${name}: take a newer one.`);
        return row.value;
      };
      return {
        mainThreadSec: read('ThreadTime'),
        processSec: read('ProcessTime'),
        heapBytes: read('JSHeapUsedSize'),
      };
    },
    close: async () => void (await send('Target.disposeBrowserContext', { browserContextId })),
  };
}
