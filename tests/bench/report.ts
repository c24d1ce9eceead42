// The report: one Markdown table for each case. Figures come in, text goes out.
import type { Weight } from './bundle.js';
import { eventsOf, type Scale, type StreamCase } from './cases.js';
import { baseline, clients } from './clients.js';
import type { DecodeLine } from './contract.js';
import type { Machine } from './machine.js';
import type { LongestTask, Sample, Start } from './measure.js';
import { type Recovery, told } from './recovery.js';
import { type Bar, barsOf } from './server-half/bars.js';
import type { ServerHalf } from './server-half/measure.js';
import { median, pairedRatio, type Ratio } from './statistics.js';
import type { Trouble } from './troubles.js';

export interface Results {
  readonly machine: Machine;
  readonly scale: Scale;
  readonly streams: readonly { readonly each: StreamCase; readonly samples: readonly Sample[] }[];
  readonly decoding: readonly DecodeLine[] | null;
  readonly weights: readonly Weight[] | null;
  readonly starts: readonly Start[] | null;
  readonly tasks: readonly LongestTask[] | null;
  readonly recoveries: readonly {
    readonly trouble: Trouble;
    readonly runs: readonly Recovery[];
  }[];
  readonly server: ServerHalf | null;
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const tenth = (value: number) => value.toFixed(1);
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const showRatio = ({ median: middle, low, high }: Ratio) =>
  `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** The figures of each client, in the order of the table of clients. */
function byClient<Row extends { readonly client: string; readonly repetition: number }>(
  rows: readonly Row[],
): readonly (readonly [string, readonly Row[]])[] {
  const sorted = rows.toSorted((a, b) => a.repetition - b.repetition);
  // A page of its own, as of the start with a hint, has a name of its own.
  const names = new Set([...clients.map(({ name }) => name), ...rows.map(({ client }) => client)]);
  return [...names]
    .map((name) => [name, sorted.filter((row) => row.client === name)] as const)
    .filter(([, own]) => own.length > 0);
}

/** The figures of one client and the baseline's of the same repetitions. */
function ratioOf<Row extends { readonly client: string; readonly repetition: number }>(
  own: readonly Row[],
  all: readonly Row[],
  read: (row: Row) => number,
): Ratio {
  const base = all
    .filter((row) => row.client === baseline)
    .toSorted((a, b) => a.repetition - b.repetition);
  return pairedRatio(own.map(read), base.map(read));
}

const hostOf = (client: string) => clients.find(({ name }) => name === client)?.host ?? '';

function streamTable(each: StreamCase, samples: readonly Sample[]): string {
  const react = each.page === 'react';
  const head = [
    'client',
    'runs in',
    'events/s',
    'main thread µs/event',
    `× ${baseline}`,
    'page process µs/event',
    ...(react ? ['renders'] : []),
    'heap before → after MiB',
    'wasm MiB',
  ];
  const rows = byClient(samples).map(([client, own]) => {
    const middle = (read: (sample: Sample) => number) => median(own.map(read));
    return [
      client,
      hostOf(client),
      whole(middle((sample) => sample.eventsPerSec)),
      tenth(middle((sample) => sample.mainThreadUs)),
      showRatio(ratioOf(own, samples, (sample) => sample.mainThreadUs)),
      tenth(middle((sample) => sample.processUs)),
      ...(react ? [whole(middle((sample) => sample.renders))] : []),
      `${mebibytes(middle((sample) => sample.heapBefore))} → ${mebibytes(middle((sample) => sample.heapAfter))}`,
      own.some((sample) => sample.wasmBytes > 0)
        ? mebibytes(middle((sample) => sample.wasmBytes))
        : '–',
    ];
  });
  return table(head, rows);
}

function decodeTable(lines: readonly DecodeLine[]): string {
  const head = [
    'frame',
    'subscribed',
    'raw ns',
    'keepline ns',
    'keepline × raw',
    'raw again × raw',
  ];
  const rows = lines.map((line) => [
    `${line.carrier}, ${whole(line.bytes)} B`,
    line.subscribed ? 'yes' : 'no',
    whole(median(line.raw)),
    whole(median(line.keepline)),
    showRatio(pairedRatio(line.keepline, line.raw, 0.25)),
    showRatio(pairedRatio(line.rawAgain, line.raw, 0.25)),
  ]);
  return table(head, rows);
}

function weightTable(weights: readonly Weight[]): string {
  const rows = weights.map(({ client, eager, total }) => [client, whole(eager), whole(total)]);
  return table(
    ['client', 'script at once, bytes', 'with all that a connection then loads, bytes'],
    rows,
  );
}

function startTable(starts: readonly Start[]): string {
  const read = ({ usableMs }: Start) => usableMs;
  const rows = byClient(starts).map(([client, own]) => [
    client,
    tenth(median(own.map(read))),
    showRatio(ratioOf(own, starts, read)),
  ]);
  return table(['client', 'ms', `× ${baseline}`], rows);
}

function machineTable(machine: Machine): string {
  return table(
    ['', ''],
    [
      ['date', machine.date],
      ['command', `\`${machine.command}\``],
      ['processor', machine.processor],
      ['memory', machine.memory],
      ['system', machine.system],
      ...(machine.chromium === null ? [] : [['Chromium', machine.chromium]]),
      ['Node', machine.node],
      ['versions', machine.versions],
      ['load average before', machine.load],
    ],
  ).replaceAll('---:', '---');
}

function taskTable(tasks: readonly LongestTask[]): string {
  const rows = byClient(tasks).map(([client, own]) => {
    const longest = own.map(({ ms }) => ms);
    return [client, tenth(median(longest)), tenth(Math.max(...longest))];
  });
  return table(['client', 'ms, median of the repetitions', 'of all'], rows);
}

function recoveryTable(runs: readonly Recovery[]): string {
  const show = (seconds: readonly (number | null)[]) => {
    const known = seconds.filter((each) => each !== null);
    if (known.length === 0) return 'never';
    return `${tenth(median(known))} (${tenth(Math.min(...known))}–${tenth(Math.max(...known))})`;
  };
  const rows = [...clients.map(({ name }) => name), told].flatMap((client) => {
    const own = runs.filter((run) => run.client === client);
    if (own.length === 0) return [];
    const back = own.map(({ backSec }) => backSec);
    return [
      [
        client,
        show(own.map(({ noticedSec }) => noticedSec)),
        `${back.filter((each) => each !== null).length} of ${own.length}`,
        show(back),
        whole(median(own.map(({ failedDials }) => failedDials))),
      ],
    ];
  });
  return table(['client', 'dialled after s', 'came back', 'after s', 'failed dials'], rows);
}

function serverTable(bars: readonly Bar[]): string {
  const rows = bars.map(({ what, most, seen, kept, ws = '–', socketIo = '–' }) => [
    what,
    most,
    seen,
    kept === null ? '–' : kept ? 'yes' : '**no**',
    ws,
    socketIo,
  ]);
  return table(['', 'bar', 'seen', 'kept', '`ws` alone', 'socket.io'], rows);
}

function serverParts(server: ServerHalf): readonly string[] {
  const { scale, cores, notes } = server;
  return [
    '## The server half',
    `\`--only server\`: ${cores}. Medians, and in brackets the least and the greatest of ${scale.repetitions} repetitions (events: ${scale.fans} in each); the bar is for the worst of uploads and of what is read after a close, else for the median.`,
    ...notes,
    serverTable(barsOf(server)),
  ];
}

export function writeReport(results: Results, picture: string | null): string {
  const { machine, scale, streams, decoding, weights, starts, tasks, recoveries, server } = results;
  const parts = [
    '# Benchmark',
    'What is measured, how, and what can fool it is told in `tests/bench/README.md`.',
    machineTable(machine),
  ];
  if (machine.chromium !== null) {
    parts.push(
      `Medians. × ${baseline} is main-thread time against \`${baseline}\` of the same repetition: the median of these ratios, and in brackets the least and the greatest. \`raw-again\` shows what equals differ by.`,
    );
  }
  if (picture !== null) {
    parts.push(`![Main-thread time an event, by case and client](${picture})`);
  }
  for (const { each, samples } of streams) {
    const events = whole(eventsOf(each, scale));
    const joined = each.perMessage === 1 ? '' : ` To \`${baseline}\` each in a message of its own.`;
    parts.push(
      `## ${each.title}`,
      `\`--only ${each.name}\`: ${events} events, ${scale.repetitions} repetitions.${joined}`,
      streamTable(each, samples),
    );
  }
  if (decoding) {
    parts.push(
      '## Reading and routing alone',
      `\`--only decode\`: from the socket's \`message\` to the handler, without a network; ${scale.decodeRounds} turns each; in brackets the middle half of the ratios.`,
      decodeTable(decoding),
    );
  }
  if (weights) {
    parts.push(
      '## Bytes of the smallest use',
      '`--only size`: minified by esbuild, brotli 11. React itself is not counted.',
      weightTable(weights),
    );
  }
  if (tasks) {
    parts.push(
      '## The longest task of the main thread',
      `\`--only tasks\`: subscribed to all 13 types, as fast as the client takes them; ${whole(scale.taskEvents)} events, ${scale.taskRuns} repetitions, from the browser's trace.`,
      taskTable(tasks),
    );
  }
  if (starts) {
    parts.push(
      '## From navigation to the first event',
      `\`--only start\`: nothing cached; ${scale.starts} starts.`,
      startTable(starts),
    );
  }
  for (const { trouble, runs } of recoveries) {
    parts.push(
      `## ${trouble.title}`,
      `\`--only ${trouble.name}\`: seconds until the next dial, and until a client could be back and was: median, least and greatest; ${scale.recoveries} repetitions, given up after ${trouble.capSec} s.`,
      recoveryTable(runs),
    );
  }
  if (server) parts.push(...serverParts(server));
  return `${parts.join('\n\n')}\n`;
}
