// What the server half promises, and whether a run has kept it.
import { median, quantile } from '../statistics.js';
import type { Contender, Returner } from './dialects.js';
import type { ServerHalf } from './measure.js';
import type { HopContender } from './nodes.js';

export interface Bar {
  readonly what: string;
  readonly most: string;
  readonly seen: string;
  /** Null where there is no bar. */
  readonly kept: boolean | null;
  /** The same of others, where there is one. */
  readonly ws?: string;
  readonly socketIo?: string;
}

const kibibyte = 1024;
const bars = {
  socketBytes: 12 * kibibyte,
  bystanderMs: 100,
  lastMs: 150,
  uploadMs: 250,
  importBytes: 8_000_000,
  forgedMs: 200,
  bytesAfterClose: 256 * kibibyte,
  replayCpuUs: 2,
  replayLateMs: 50,
  resumesMs: 5000,
  resumesLateMs: 100,
  hopMs: 20,
  commandUs: 30,
  redisBytes: 400,
} as const;

const kib = (bytes: number) => (bytes / kibibyte).toFixed(1);
const ms = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());
const count = (value: number) => value.toLocaleString('en');

/** The middle, and in brackets the least and the greatest. */
function spread(values: readonly number[], show: (value: number) => string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${show(median(values))} (${show(low)}–${show(high)})`;
}

type Samples = NonNullable<ServerHalf['links']>;

function linkBars(links: Samples): readonly Bar[] {
  const of = (contender: Contender) => links.filter((sample) => sample.contender === contender);
  const own = of('keepline');
  const all = (show: (samples: Samples) => string) => ({
    seen: show(own),
    ws: show(of('ws')),
    socketIo: show(of('socket.io')),
  });
  const sockets = count(own[0]?.sockets ?? 0);
  const middle = (read: (sample: Samples[number]) => number) => median(own.map(read));
  const p99 = ({ pingsMs }: Samples[number]) => quantile(pingsMs, 0.99);
  const fans = (samples: Samples, read: 'lastMs' | 'cpuMs') =>
    samples.flatMap((sample) => sample.fans.map((fan) => fan[read]));
  return [
    {
      what: `memory a socket, ${sockets} idle: RSS, KiB`,
      most: `${kib(bars.socketBytes)}`,
      kept: middle(({ rss }) => rss) <= bars.socketBytes,
      ...all((samples) =>
        spread(
          samples.map(({ rss }) => rss),
          kib,
        ),
      ),
    },
    {
      what: '… its heap and buffers, KiB',
      most: `${kib(bars.socketBytes)}`,
      kept: middle(({ heap }) => heap) <= bars.socketBytes,
      ...all((samples) =>
        spread(
          samples.map(({ heap }) => heap),
          kib,
        ),
      ),
    },
    {
      what: "bystander's ping beside them, ms: p50",
      most: `${bars.bystanderMs}`,
      kept: middle(({ pingsMs }) => median(pingsMs)) <= bars.bystanderMs,
      ...all((samples) =>
        spread(
          samples.map(({ pingsMs }) => median(pingsMs)),
          ms,
        ),
      ),
    },
    {
      what: '… p99',
      most: `${bars.bystanderMs}`,
      kept: middle(p99) <= bars.bystanderMs,
      ...all((samples) => spread(samples.map(p99), ms)),
    },
    {
      what: `one event for a tenant of ${sockets}: the last has it after ms`,
      most: `${bars.lastMs}`,
      kept: median(fans(own, 'lastMs')) <= bars.lastMs,
      ...all((samples) => spread(fans(samples, 'lastMs'), ms)),
    },
    {
      what: "… the server's processor time for it, ms",
      most: '–',
      kept: null,
      ...all((samples) => spread(fans(samples, 'cpuMs'), ms)),
    },
  ];
}

type Returns = NonNullable<ServerHalf['replay']>;

/** The bar is for clients that read several events in a message, as Keepline's do. */
function returnBar(
  samples: Returns,
  what: string,
  most: number | null,
  read: (sample: Returns[number]) => number,
): Bar {
  const of = (returner: Returner) =>
    samples.filter((sample) => sample.returner === returner).map(read);
  const own = of('keepline');
  return {
    what,
    most: most === null ? '–' : ms(most),
    seen: `${spread(own, ms)}; one event a message ${spread(of('keepline, one event a message'), ms)}`,
    kept: most === null ? null : median(own) <= most,
    socketIo: spread(of('socket.io'), ms),
  };
}

const returning = ([sample]: Returns): string =>
  `${count(sample?.clients ?? 0)} clients come back at once to ${count(sample?.events ?? 0)} events of 250 bytes each`;

const replayBars = (samples: Returns): readonly Bar[] => [
  returnBar(
    samples,
    `${returning(samples)}: the server's processor time an event, µs`,
    bars.replayCpuUs,
    ({ cpuUs }) => cpuUs,
  ),
  returnBar(samples, '… its loop is late by ms', bars.replayLateMs, ({ lateMs }) => lateMs),
  returnBar(samples, '… and has worked in one turn, ms', null, ({ busyMs }) => busyMs),
  returnBar(samples, '… the last has all after ms', null, ({ tookMs }) => tookMs),
];

const resumeBars = (samples: Returns): readonly Bar[] => [
  returnBar(
    samples,
    `${returning(samples)}: the last has all after ms`,
    bars.resumesMs,
    ({ tookMs }) => tookMs,
  ),
  returnBar(samples, '… the loop is late by ms', bars.resumesLateMs, ({ lateMs }) => lateMs),
  returnBar(samples, '… and has worked in one turn, ms', null, ({ busyMs }) => busyMs),
];

type Hops = NonNullable<ServerHalf['hops']>;

function hopBars(samples: Hops): readonly Bar[] {
  const bar = (
    what: string,
    most: number | null,
    read: (sample: Hops[number]) => number,
    show = ms,
  ): Bar => {
    const of = (contender: HopContender) =>
      samples.filter((sample) => sample.contender === contender).map(read);
    const own = of('keepline');
    return {
      what,
      most: most === null ? '–' : show(most),
      seen: spread(own, show),
      kept: most === null ? null : median(own) <= most,
      socketIo: spread(of('socket.io'), show),
    };
  };
  const perSec = count(samples[0]?.perSec ?? 0);
  const whole = (value: number) => Math.round(value).toString();
  return [
    bar(
      `${perSec} events a second of about 250 bytes, from publish on one node to a socket of the other, ms: p99`,
      bars.hopMs,
      ({ hopMs }) => quantile(hopMs, 0.99),
    ),
    bar('… p50', null, ({ hopMs }) => median(hopMs)),
    bar('… the command that writes it, in Redis, µs', bars.commandUs, (each) => each.commandUs),
    bar("… Redis' processor time for it, µs", null, ({ redisCpuUs }) => redisCpuUs),
    bar('… memory an event in Redis, bytes', bars.redisBytes, (each) => each.redisBytes, whole),
  ];
}

function uploadBars(uploads: NonNullable<ServerHalf['uploads']>): readonly Bar[] {
  const files = [...new Set(uploads.map(({ file }) => file))];
  return files.map((file) => {
    const own = uploads.filter((sample) => sample.file === file);
    const worst = own.map(({ worstPingMs }) => worstPingMs);
    const seen = spread(worst, ms);
    if (file === null) {
      return { what: "bystander's worst ping without an upload, ms", most: '–', seen, kept: null };
    }
    const statuses = [...new Set(own.map(({ status }) => status))].join(' ');
    const took = ms(median(own.map(({ tookMs }) => tookMs)));
    return {
      what: `… during one of ${file} (answered ${statuses}; ${took} ms)`,
      most: `${bars.uploadMs}`,
      seen,
      kept: Math.max(...worst) <= bars.uploadMs,
    };
  });
}

function importBar({ imports, fileBytes, before, after }: NonNullable<ServerHalf['imports']>) {
  const mega = (bytes: number) => (bytes / 1e6).toFixed(1);
  return {
    what: `heap and buffers after ${imports} finished imports of ${mega(fileBytes)} MB, MB more than before`,
    most: mega(bars.importBytes),
    seen: mega(after - before),
    kept: after - before <= bars.importBytes,
  };
}

function descriptorBar({
  refused,
  half,
  most,
  leftInTheEnd,
  goneAfterSec,
}: NonNullable<ServerHalf['descriptors']>) {
  const gone = goneAfterSec === null ? '' : `, none after ${goneAfterSec.toFixed(1)} s`;
  return {
    what: `descriptors left by ${refused} refused upgrades and ${half} half requests after 15.5 s`,
    most: '0',
    seen: `${leftInTheEnd} (at most ${most}${gone})`,
    kept: leftInTheEnd === 0,
  };
}

function forgeryBar({
  perSec,
  ends,
  calmMs,
  dialMs,
  failures,
}: NonNullable<ServerHalf['forgeries']>): Bar {
  const p95 = quantile(dialMs, 0.95);
  const codes = Object.entries(ends).map(([code, times]) => `${count(times)} × ${code}`);
  return {
    what: `dial with a token whose key is known, while ${perSec} forged ones a second (${codes.join(', ')}) meet a silent issuer, ms: p95`,
    most: `${bars.forgedMs}`,
    seen: `${ms(p95)} (p50 ${ms(median(dialMs))}, worst ${ms(Math.max(...dialMs))}; p95 without them ${ms(quantile(calmMs, 0.95))}; ${failures.length} of ${count(dialMs.length + failures.length)} refused)`,
    kept: p95 <= bars.forgedMs && failures.length === 0,
  };
}

function floodBars(floods: NonNullable<ServerHalf['floods']>): readonly Bar[] {
  const kinds = [...new Set(floods.map(({ after }) => after))];
  return kinds.map((after) => {
    const own = floods.filter((flood) => flood.after === after);
    const read = own.map((flood) => flood.read);
    const cut = ms(median(own.map(({ cutAfterMs }) => cutAfterMs)));
    return {
      what: `read of a peer that goes on after our close for ${after}, KiB (cut after ${cut} ms)`,
      most: kib(bars.bytesAfterClose),
      seen: spread(read, kib),
      kept: Math.max(...read) <= bars.bytesAfterClose,
    };
  });
}

function logBar({ dials, dialMs, failures, lines, dropped }: NonNullable<ServerHalf['log']>): Bar {
  return {
    what: `${count(dials)} dials while nobody reads the log: all go on, every line that is missing is counted`,
    most: 'yes',
    seen: `${count(dialMs.length)} greeted (p95 ${ms(quantile(dialMs, 0.95))} ms); ${count(lines)} lines read afterwards, ${count(dropped)} counted as dropped`,
    kept: failures.length === 0 && lines + dropped >= 2 * dials,
  };
}

export function barsOf(half: ServerHalf): readonly Bar[] {
  const { links, replay, resumes, hops, uploads, imports, descriptors, forgeries, floods, log } =
    half;
  return [
    ...(links ? linkBars(links) : []),
    ...(replay ? replayBars(replay) : []),
    ...(resumes ? resumeBars(resumes) : []),
    ...(hops ? hopBars(hops) : []),
    ...(uploads ? uploadBars(uploads) : []),
    ...(imports ? [importBar(imports)] : []),
    ...(descriptors ? [descriptorBar(descriptors)] : []),
    ...(forgeries ? [forgeryBar(forgeries)] : []),
    ...(floods ? floodBars(floods) : []),
    ...(log ? [logBar(log)] : []),
  ];
}
