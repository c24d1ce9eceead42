// The command: toolchain/bench [--quick] [--only CASE]... [--client NAME]... [--publish]
//
// Ends by itself: every count is fixed by the scale, and every wait has a bound.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { wholeChromium } from '../browser/support/chromium.js';
import { bundlePages, root, weighClients } from './bundle.js';
import { caseNames, fullScale, quickScale, streamCases } from './cases.js';
import { drawChart } from './chart.js';
import { launchChromium } from './chromium.js';
import { baseline, type ClientRow, clients } from './clients.js';
import { describeMachine } from './machine.js';
import {
  measureCase,
  measureDecoding,
  measureStarts,
  measureTasks,
  type World,
} from './measure.js';
import { measureRecovery } from './recovery.js';
import { type Results, writeReport } from './report.js';
import { startServer } from './server.js';
import { troubles } from './troubles.js';

const folder = `${root}build/bench`;

const usage = `toolchain/bench [--quick] [--only CASE]... [--client NAME]... [--publish]

  --quick    a tenth of the events, and fewer repetitions: shows that everything works
  --only     one part alone, or several: ${caseNames.join(' ')}
  --client   one client, or several, beside ${baseline}: ${clients.map(({ name }) => name).join(' ')}
  --publish  copies report and picture to tests/bench/RESULTS.md and results.svg

It writes build/bench/report.md, report.svg and samples.json.`;

/** A wrong call, said without a stack. */
class UsageError extends Error {}

interface Wanted {
  readonly quick: boolean;
  readonly publish: boolean;
  readonly only: readonly string[];
  readonly rows: readonly ClientRow[];
}

function readArguments(words: readonly string[]): Wanted | null {
  let values: Record<'quick' | 'publish' | 'help', boolean> & Record<'only' | 'client', string[]>;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        quick: { type: 'boolean', default: false },
        publish: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        client: { type: 'string', multiple: true, default: [] },
      },
    }));
  } catch (reason) {
    throw new UsageError(reason instanceof Error ? reason.message : String(reason));
  }
  const { quick, publish, only, client } = values;
  const unknown = only.find((name) => !caseNames.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no case "${unknown}"; there are: ${caseNames.join(' ')}`);
  }
  const stranger = client.find((name) => !clients.some((row) => row.name === name));
  if (stranger !== undefined) throw new UsageError(`there is no client "${stranger}"`);
  if (publish && (quick || only.length > 0 || client.length > 0)) {
    throw new UsageError('--publish takes a whole run: leave --quick, --only and --client out');
  }
  const rows = clients.filter(
    ({ name }) => client.length === 0 || name === baseline || client.includes(name),
  );
  return values.help ? null : { quick, publish, only, rows };
}

type Parts = Pick<Results, 'streams' | 'decoding' | 'weights' | 'starts' | 'tasks' | 'recoveries'>;

/** Part by part, the short ones first; `tell` hears of each as it ends, so that a run may be cut short. */
async function measureParts(
  world: World,
  rows: readonly ClientRow[],
  wants: (name: string) => boolean,
  tell: (parts: Parts) => Promise<void>,
): Promise<void> {
  let parts: Parts = {
    streams: [],
    decoding: null,
    weights: null,
    starts: null,
    tasks: null,
    recoveries: [],
  };
  const add = (part: Partial<Parts>) => {
    parts = { ...parts, ...part };
    return tell(parts);
  };
  if (wants('size')) await add({ weights: await weighClients(`${folder}/sizes`, rows) });
  if (wants('decode')) await add({ decoding: await measureDecoding(world) });
  if (wants('start')) await add({ starts: await measureStarts(world, rows) });
  for (const trouble of troubles.filter(({ name }) => wants(name))) {
    const runs = await measureRecovery(world, trouble, rows);
    await add({ recoveries: [...parts.recoveries, { trouble, runs }] });
  }
  const [busiest] = streamCases;
  if (busiest && wants('tasks')) await add({ tasks: await measureTasks(world, busiest, rows) });
  for (const each of streamCases.filter(({ name }) => wants(name))) {
    const samples = await measureCase(world, each, rows);
    await add({ streams: [...parts.streams, { each, samples }] });
  }
}

async function run({ quick, only, rows, publish }: Wanted, command: string): Promise<void> {
  const scale = quick ? quickScale : fullScale;
  await mkdir(folder, { recursive: true });
  await bundlePages(`${folder}/pages`, rows);
  const server = await startServer(`${folder}/pages`);
  const chromium = await launchChromium(wholeChromium);
  const stop = () => void chromium.close().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const machine = describeMachine(command, chromium.version);
    const progress = (line: string) => console.log(`bench: ${line}`);
    const world = { chromium, server, scale, progress };
    const wants = (name: string) => only.length === 0 || only.includes(name);
    await measureParts(world, rows, wants, (parts) => write({ machine, scale, ...parts }, publish));
  } finally {
    await chromium.close();
    await server.close();
  }
}

async function write(results: Results, publish: boolean): Promise<void> {
  const drawn = results.streams.length > 0;
  await writeFile(`${folder}/samples.json`, `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(`${folder}/report.md`, writeReport(results, drawn ? 'report.svg' : null));
  if (drawn) await writeFile(`${folder}/report.svg`, drawChart(results.streams));
  // Published when all of it is there: the parts that take longest come last.
  if (!publish || results.streams.length < streamCases.length) return;
  await writeFile(`${root}tests/bench/RESULTS.md`, writeReport(results, 'results.svg'));
  await copyFile(`${folder}/report.svg`, `${root}tests/bench/results.svg`);
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const wanted = readArguments(words);
    if (!wanted) {
      console.log(usage);
      return 0;
    }
    await run(wanted, ['./toolchain/bench', ...words].join(' '));
    console.log('bench: wrote build/bench/report.md');
    return 0;
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    console.error(`bench: ${message}`);
    if (reason instanceof UsageError) console.error(`\n${usage}`);
    return reason instanceof UsageError ? 2 : 1;
  }
}

// Pages and sockets that outlive a failure must not hold the command up.
process.exit(await main(process.argv.slice(2)));
