// Counts every pair of an event and a client under faults: main.ts [--seconds N] [--seed N] [--rate N]
import { parseArgs } from 'node:util';
import { isClean } from './judge.js';
import { isCleanOfSends } from './judge-sends.js';
import { run } from './run.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '200' },
  },
});

function read(name: keyof typeof values, least: number, most: number): number {
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
};
console.log(`${settings.seconds} s, seed ${settings.seed}, ${settings.rate} events a second`);
const { verdict, sends, faults, events, lives } = await run(settings);
const { pairs, delivered, told, lost, doubled, outOfOrder, foreign, unfinished } = verdict;
console.log(`faults: ${list(faults)}; ${lives} lives of the node, ${events} events`);
console.log(
  `${pairs.toLocaleString('en')} pairs: ${delivered.toLocaleString('en')} delivered, ` +
    `${told.toLocaleString('en')} inside gaps that were told`,
);
console.log(
  `${lost} lost, ${doubled} doubled, ${outOfOrder} out of order, ${foreign} foreign, ${unfinished} unfinished`,
);
console.log(`gaps: ${list(verdict.reasons)}`);
console.log(
  `${sends.sent.toLocaleString('en')} messages: ${list(sends.outcomes)}; ${sends.appliedTwice} applied twice, ` +
    `${sends.neverApplied} never applied, ${sends.endedTwice} ended twice`,
);
for (const example of verdict.examples) console.log(`  ${example}`);
process.exitCode = isClean(verdict) && isCleanOfSends(sends) ? 0 : 1;
