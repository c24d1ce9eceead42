// The command: toolchain/bench [--quick] [--only CASE]... [--client NAME]... [--to FOLDER] [--publish]
//
// Ends by itself: every count is fixed by the scale, and every wait has a bound.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { wholeChromium } from '../browser/support/chromium.js';
import { bundlePages, root, weighClients } from './bundle.js';
import {
  batchCases,
  batchGroup,
  caseNames,
  fullScale,
  pageCases,
  quickScale,
  serverCase,
  streamCases,
} from './cases.js';
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
import { measureServerHalf } from './server-half/measure.js';
import { troubles } from './troubles.js';

const usage = `toolchain/bench [--quick] [--only CASE]... [--client NAME]... [--to FOLDER] [--publish]

  --quick    a tenth of the events, and fewer repetitions: shows that everything works
  --only     one part alone, or several: ${caseNames.join(' ')}
  --client   one client, or several, beside ${baseline}: ${clients.map(({ name }) => name).join(' ')}
  --to       a folder for what is written, in place of build/bench
  --publish  copies report and picture to tests/bench/RESULTS.md and results.svg

It writes report.md, report.svg and samples.json.`;

/** A wrong call, said without a stack. */
class UsageError extends Error {}

interface Wanted {
  readonly quick: boolean;
  readonly publish: boolean;
  readonly only: readonly string[];
  readonly rows: readonly ClientRow[];
  readonly folder: string;
}

function readArguments(words: readonly string[]): Wanted | null {
  let values: Record<'quick' | 'publish' | 'help', boolean> &
    Record<'only' | 'client', string[]> & { to: string };
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        quick: { type: 'boolean', default: false },
        publish: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        client: { type: 'string', multiple: true, default: [] },
        to: { type: 'string', default: `${root}build/bench` },
      },
    }));
  } catch (reason) {
    throw new UsageError(reason instanceof Error ? reason.message : String(reason));
  }
  const { quick, publish, only, client, to } = values;
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
  const parts = only.flatMap((name) =>
    name === batchGroup ? batchCases.map((each) => each.name) : [name],
  );
  return values.help ? null : { quick, publish, only: parts, rows, folder: resolve(to) };
}

type Parts = Omit<Results, 'machine' | 'scale'>;

/** What a run has measured so far: written anew after each part, so that it may be cut short. */
class Run {
  readonly wanted: Wanted;
  readonly scale;
  #results: Results;

  constructor(wanted: Wanted, command: string) {
    this.wanted = wanted;
    this.scale = wanted.quick ? quickScale : fullScale;
    this.#results = {
      machine: describeMachine(command, null),
      scale: this.scale,
      streams: [],
      decoding: null,
      weights: null,
      starts: null,
      tasks: null,
      recoveries: [],
      server: null,
    };
  }

  get parts(): Parts {
    return this.#results;
  }

  wants(name: string): boolean {
    const { only } = this.wanted;
    return only.length === 0 || only.includes(name);
  }

  progress(line: string): void {
    console.log(`bench: ${line}`);
  }

  usesBrowser(version: string): void {
    this.#results = { ...this.#results, machine: { ...this.#results.machine, chromium: version } };
  }

  add(part: Partial<Parts>): Promise<void> {
    this.#results = { ...this.#results, ...part };
    return write(this.#results, this.wanted);
  }
}

/** Part by part, the short ones first. */
async function measurePages(run: Run, world: World): Promise<void> {
  const { rows, folder } = run.wanted;
  const wants = (name: string) => run.wants(name);
  if (wants('size')) await run.add({ weights: await weighClients(`${folder}/sizes`, rows) });
  if (wants('decode')) await run.add({ decoding: await measureDecoding(world) });
  if (wants('start')) await run.add({ starts: await measureStarts(world, rows) });
  for (const trouble of troubles.filter(({ name }) => wants(name))) {
    const runs = await measureRecovery(world, trouble, rows);
    await run.add({ recoveries: [...run.parts.recoveries, { trouble, runs }] });
  }
  const [busiest] = streamCases;
  if (busiest && wants('tasks')) await run.add({ tasks: await measureTasks(world, busiest, rows) });
  for (const each of streamCases.filter(({ name }) => wants(name))) {
    const samples = await measureCase(world, each, rows);
    await run.add({ streams: [...run.parts.streams, { each, samples }] });
  }
}

async function runPages(run: Run): Promise<void> {
  const { folder, rows } = run.wanted;
  await bundlePages(`${folder}/pages`, rows);
  const server = await startServer(`${folder}/pages`);
  const chromium = await launchChromium(wholeChromium);
  const stop = () => void chromium.close().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    run.usesBrowser(chromium.version);
    const progress = (line: string) => run.progress(line);
    await measurePages(run, { chromium, server, scale: run.scale, progress });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await chromium.close();
    await server.close();
  }
}

async function runAll(run: Run): Promise<void> {
  await mkdir(run.wanted.folder, { recursive: true });
  // First, since nothing of a browser is there yet.
  if (run.wants(serverCase)) {
    await measureServerHalf(
      run.scale.server,
      (line) => run.progress(line),
      (server) => run.add({ server }),
    );
  }
  if (pageCases.some((name) => run.wants(name))) await runPages(run);
}

async function write(results: Results, { folder, publish }: Wanted): Promise<void> {
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
    await runAll(new Run(wanted, ['./toolchain/bench', ...words].join(' ')));
    console.log(`bench: wrote ${relative('', wanted.folder)}/report.md`);
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
