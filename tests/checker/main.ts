// Counts every pair of an event and a client under faults: main.ts [--nodes N] [--seconds N] [--seed N] [--rate N]
// Or replaces all nodes, one after the other, under so many clients: main.ts --deploy CLIENTS [--nodes N]
// Or does the same with a peer in its place: main.ts --peer socket.io --nodes N [--seconds N] [--seed N] [--rate N]
// Or plants faults into the server that it must find: main.ts --mutants [NAME...] [--seconds N]
import { parseArgs } from 'node:util';
import { median } from '../bench/statistics.js';
import { faultKinds, isClean } from './judge.js';
import { isCleanOfSends, sendFaultKinds } from './judge-sends.js';
import { listMutants, tryMutant } from './mutants.js';
import { runSocketIo } from './peers/socket-io.js';
import { type Outcome, run } from './run.js';
import type { Course } from './world.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutants: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '200' },
    nodes: { type: 'string', default: '1' },
    deploy: { type: 'string', default: '0' },
    peer: { type: 'string' },
  },
});

function read(
  name: Exclude<keyof typeof values, 'mutants' | 'peer'>,
  least: number,
  most: number,
): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  console.error(`--${name} must be a whole number from ${least} to ${most}`);
  process.exit(2);
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ') || 'none';

const settings = {
  seconds: read('seconds', 1, 86_400),
  seed: read('seed', 0, 2 ** 32 - 1),
  rate: read('rate', 1, 5000),
  nodes: read('nodes', 1, 8),
  deploys: read('deploy', 0, 20_000) || undefined,
};

function printCourse({ faults, lives, crashes, events }: Course): void {
  console.log(
    `faults: ${list(faults)}; ${lives} lives of nodes, ${crashes} ended by themselves, ${events} events`,
  );
}

function print({ verdict, sends, course, deploy }: Outcome): void {
  const { pairs, delivered, told } = verdict;
  printCourse(course);
  console.log(
    `${pairs.toLocaleString('en')} pairs: ${delivered.toLocaleString('en')} delivered, ` +
      `${told.toLocaleString('en')} inside gaps that were told`,
  );
  console.log(list(Object.fromEntries(faultKinds.map((kind) => [kind, verdict[kind]]))));
  console.log(`gaps: ${list(verdict.reasons)}`);
  console.log(
    `${sends.sent.toLocaleString('en')} messages: ${list(sends.outcomes)}; ` +
      list(Object.fromEntries(sendFaultKinds.map((kind) => [kind, sends[kind]]))),
  );
  if (deploy) {
    const { outagesMs, mostDials } = deploy;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    console.log(
      `${outagesMs.length} outages: ${seconds(median(outagesMs))} at the median, ` +
        `${seconds(Math.max(...outagesMs))} at worst; ${mostDials} dials in 100 ms at most`,
    );
  }
  for (const example of verdict.examples) console.log(`  ${example}`);
}

function printStart(who: string): void {
  const { seconds, seed, rate, nodes } = settings;
  console.log(`${who}: ${seconds} s, seed ${seed}, ${rate} events a second, nodes: ${nodes}`);
}

async function check(): Promise<boolean> {
  printStart('Keepline');
  const outcome = await run(settings);
  print(outcome);
  return isClean(outcome.verdict) && isCleanOfSends(outcome.sends);
}

/** What is found there fails nothing: it is there to be compared. */
async function comparePeer(peer: string): Promise<true> {
  if (peer !== 'socket.io' || settings.nodes < 2 || settings.deploys) {
    console.error('--peer must be socket.io, with --nodes of 2 or more and without --deploy');
    process.exit(2);
  }
  printStart(peer);
  const { verdict, course } = await runSocketIo(settings);
  const { pairs, delivered, told, startedOver, examples, ...found } = verdict;
  printCourse(course);
  console.log(
    `${pairs.toLocaleString('en')} pairs: ${delivered.toLocaleString('en')} delivered, ` +
      `${told.toLocaleString('en')} told by ${startedOver} links that were not recovered`,
  );
  console.log(list({ ...found }));
  for (const example of examples) console.log(`  ${example}`);
  return true;
}

async function tryMutants(): Promise<boolean> {
  let survived = 0;
  const chosen = listMutants().filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  for (const mutant of chosen) {
    const { killed, outcome } = await tryMutant(mutant, settings.seconds, settings.seed);
    console.log(`${killed ? 'killed  ' : 'SURVIVED'}  ${mutant.name}: ${mutant.fault}`);
    if (killed) continue;
    survived += 1;
    print(outcome);
  }
  console.log(`${chosen.length - survived} of ${chosen.length} found`);
  return survived === 0;
}

function start(): Promise<boolean> {
  if (values.mutants) return tryMutants();
  return values.peer === undefined ? check() : comparePeer(values.peer);
}

process.exitCode = (await start()) ? 0 : 1;
