// Fuzzes the core: all targets, or those that are named, so many seconds each.
//   node toolchain/fuzz.mjs [--list] [--seconds N] [target...]
import { parseArgs } from 'node:util';
import { fuzzTargets, runFuzz } from './lib/fuzz.mjs';
import { Log } from './lib/process.mjs';

const all = fuzzTargets();

/** @param {string} [problem] */
function refuse(problem) {
  if (problem) console.error(`fuzz: ${problem}`);
  console.error(`usage: toolchain/fuzz [--list] [--seconds N] [target...], of ${all.join(' ')}`);
  return process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { list: { type: 'boolean' }, seconds: { type: 'string', default: '60' } },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : undefined);
  }
}

const { values, positionals } = readArguments();
if (values.list) {
  for (const target of all) console.log(target);
  process.exit(0);
}
const unknown = positionals.find((name) => !all.includes(name));
const seconds = Number(values.seconds);
if (unknown !== undefined) refuse(`there is no target "${unknown}"`);
if (!(seconds >= 1)) refuse('--seconds takes a number from 1');

const count = { passed: 0, failed: 0 };
const log = new Log('fuzz');
await runFuzz(log, positionals.length > 0 ? positionals : all, seconds, (outcome) => {
  const { target, executions, problem } = outcome;
  count[problem === undefined ? 'passed' : 'failed'] += 1;
  console.log(
    `${target.padEnd(10)} ${executions} executions${problem ? `, then: ${problem}` : ''}`,
  );
});
await log.close();
if (count.failed > 0) console.log(`The inputs are build/fuzz/<target>-*, the log is ${log.path}.`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 ? 0 : 1);
