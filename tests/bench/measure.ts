// Runs: one page, one client, one stream; and many of them in turn, so that what else the machine does
// falls on all clients alike.

import { hintedPage } from './bundle.js';
import { eventsOf, expectedOf, type Scale, type StreamCase } from './cases.js';
import type { Chromium, Page } from './chromium.js';
import { type ClientRow, perMessageFor, rowsFor } from './clients.js';
import type { DecodeLine, DoneReport, Plan } from './contract.js';
import { markedType } from './events.js';
import type { BenchServer } from './server.js';
import { longestTask } from './trace.js';
import { streamOf } from './wire.js';
import { within } from './within.js';

/** From a page's start to its client's first event. */
const readyMsMax = 60_000;
/** A whole stream: 200,000 events take seconds, and a minute on a machine that is very busy. */
const streamMsMax = 240_000;

export interface World {
  readonly chromium: Chromium;
  readonly server: BenchServer;
  readonly scale: Scale;
  readonly progress: (line: string) => void;
}

export interface Sample {
  readonly client: string;
  readonly repetition: number;
  readonly eventsPerSec: number;
  /** A millionth of a second of the main thread's processor time, an event of the stream. */
  readonly mainThreadUs: number;
  readonly processUs: number;
  readonly renders: number;
  readonly heapBefore: number;
  readonly heapAfter: number;
  readonly wasmBytes: number;
}

/** Each repetition begins with another client: nobody is always the first. */
function inTurn<Row>(rows: readonly Row[], repetition: number): readonly Row[] {
  const from = (repetition * 3) % rows.length;
  return [...rows.slice(from), ...rows.slice(0, from)];
}

export async function measureCase(
  world: World,
  each: StreamCase,
  all: readonly ClientRow[],
): Promise<readonly Sample[]> {
  const rows = rowsFor(each.perMessage, all);
  const events = eventsOf(each, world.scale);
  for (const row of rows) streamOf(row.format, events, perMessageFor(each, row));
  const samples: Sample[] = [];
  for (let repetition = 0; repetition < world.scale.repetitions; repetition += 1) {
    world.progress(`${each.name}: repetition ${repetition + 1} of ${world.scale.repetitions}`);
    for (const row of inTurn(rows, repetition)) {
      samples.push(await named(row, () => measureRun(world, each, row, repetition, events)));
    }
  }
  return samples;
}

/** What fails says with whom. */
export async function named<Value>({ name }: ClientRow, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (reason) {
    throw new Error(`${name}: ${reason instanceof Error ? reason.message : reason}`);
  }
}

async function withPage<Value>(
  { chromium }: World,
  use: (page: Page) => Promise<Value>,
): Promise<Value> {
  const page = await chromium.openPage();
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

/** Where a client's page is; its socket's address is the server's own, unless `rest` names another. */
export function addressOf(
  { server }: World,
  row: ClientRow,
  page: string,
  rest: Omit<Plan, 'url'> & Partial<Plan>,
  file = 'index.html',
): string {
  const plan: Plan = { url: server.socketUrl(row.format), ...rest };
  return `${server.url}/${row.name}/${page}/${file}?plan=${encodeURIComponent(JSON.stringify(plan))}`;
}

interface StartPage {
  /** As the report calls it. */
  readonly name: string;
  readonly row: ClientRow;
  readonly file: string;
}

/** Of each client one, and of Keepline another that names its module in the page's head. */
const startPagesOf = (row: ClientRow): StartPage[] => [
  { name: row.name, row, file: 'index.html' },
  ...(row.module === 'keepline' ? [{ name: 'keepline, hinted', row, file: hintedPage }] : []),
];

/** Opens the case's page, and hands over a function that sends it the stream and waits for its report. */
function withLink<Value>(
  world: World,
  each: StreamCase,
  row: ClientRow,
  events: number,
  use: (page: Page, stream: () => Promise<DoneReport>) => Promise<Value>,
): Promise<Value> {
  const { server } = world;
  const expected = expectedOf(each, events);
  const perMessage = perMessageFor(each, row);
  const stream = streamOf(row.format, events, perMessage);
  return withPage(world, async (page) => {
    const linked = server.link();
    const url = `${server.socketUrl(row.format)}${perMessage > 1 ? '?batch' : ''}`;
    const plan = { url, types: each.types, expected, lastSeq: events + 1 };
    await Promise.all([
      server.said('ready', readyMsMax),
      page.navigate(addressOf(world, row, each.page, plan)),
    ]);
    const link = await within(readyMsMax, 'the socket', linked);
    await page.collectGarbage();
    return use(page, async () => {
      const done = server.said('done', streamMsMax);
      const sending =
        each.perSecond === null
          ? link.blast(stream)
          : link.pace(stream, each.perSecond / perMessage);
      // Whichever fails first says why; the other one's failure follows from it.
      const [report] = await Promise.all([done, sending]);
      return report;
    });
  });
}

function measureRun(
  world: World,
  each: StreamCase,
  row: ClientRow,
  repetition: number,
  events: number,
): Promise<Sample> {
  return withLink(world, each, row, events, async (page, stream) => {
    const before = await page.metrics();
    const beganAt = Date.now();
    const report = await stream();
    const after = await page.metrics();
    await page.collectGarbage();
    const { heapBytes } = await page.metrics();
    const micros = (from: number, to: number) => ((to - from) * 1e6) / events;
    return {
      client: row.name,
      repetition,
      eventsPerSec: (events * 1000) / Math.max(1, report.finishedAt - beganAt),
      mainThreadUs: micros(before.mainThreadSec, after.mainThreadSec),
      processUs: micros(before.processSec, after.processSec),
      renders: report.renders,
      heapBefore: before.heapBytes,
      heapAfter: heapBytes,
      wasmBytes: report.wasmBytes,
    };
  });
}

export interface LongestTask {
  readonly client: string;
  readonly repetition: number;
  readonly ms: number;
}

/** The longest task of the page's main thread under a stream that goes as fast as it can. */
export async function measureTasks(
  world: World,
  each: StreamCase,
  rows: readonly ClientRow[],
): Promise<readonly LongestTask[]> {
  const { taskEvents, taskRuns } = world.scale;
  const tasks: LongestTask[] = [];
  for (let repetition = 0; repetition < taskRuns; repetition += 1) {
    world.progress(`tasks: repetition ${repetition + 1} of ${taskRuns}`);
    for (const row of inTurn(rows, repetition)) {
      const traced = await named(row, () =>
        withLink(world, each, row, taskEvents, (_, stream) => world.chromium.trace(stream)),
      );
      tasks.push({ client: row.name, repetition, ms: longestTask(traced) });
    }
  }
  return tasks;
}

export interface Start {
  readonly client: string;
  readonly repetition: number;
  readonly usableMs: number;
}

/** From navigation to the first event in the handler, nothing cached in the page. */
export async function measureStarts(
  world: World,
  rows: readonly ClientRow[],
): Promise<readonly Start[]> {
  const starts: Start[] = [];
  // The first round reads everything from the disk for the first time, and does not count.
  for (let repetition = -1; repetition < world.scale.starts; repetition += 1) {
    world.progress(`start: repetition ${repetition + 1} of ${world.scale.starts}`);
    for (const { name, row, file } of inTurn(rows.flatMap(startPagesOf), repetition + 1)) {
      const usableMs = await named(row, () =>
        withPage(world, async (page) => {
          const plan = { types: [markedType], expected: 1, lastSeq: 0 };
          const [ready] = await Promise.all([
            world.server.said('ready', readyMsMax),
            page.navigate(addressOf(world, row, 'handlers', plan, file)),
          ]);
          return ready.usableMs;
        }),
      );
      if (repetition >= 0) starts.push({ client: name, repetition, usableMs });
    }
  }
  return starts;
}

export function measureDecoding(world: World): Promise<readonly DecodeLine[]> {
  world.progress('decode: 4 sizes, text and binary, subscribed and not');
  return withPage(world, async (page) => {
    const [decoded] = await Promise.all([
      world.server.said('decoded', streamMsMax),
      page.navigate(`${world.server.url}/decode/index.html?rounds=${world.scale.decodeRounds}`),
    ]);
    return decoded;
  });
}
