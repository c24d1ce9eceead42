// Fuzzes the core: all targets, or those that are named, so many seconds each.
//   node toolchain/fuzz.mjs [--list] [--seconds N] [target...]
import { parseArgs } from 'node:util';
import { fuzzTargets, runFuzz } from './lib/fuzz.mjs';
import { Log } from './lib/process.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, seconds: { type: 'string', default: '60' } },
});
const all = fuzzTargets();
if (values.list) {
  for (const target of all) console.log(target);
  process.exit(0);
}
const unknown = positionals.find((name) => !all.includes(name));
const seconds = Number(values.seconds);
if (unknown !== undefined || !(seconds >= 1)) {
  console.error(`usage: toolchain/fuzz [--list] [--seconds N] [target...], of ${all.join(' ')}`);
  process.exit(2);
}

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
