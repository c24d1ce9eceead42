// Tries the planted faults: all, or those that are named.
//   node toolchain/mutants.mjs [--list] [mutant...]
import { listMutants, tryMutants } from './lib/mutants.mjs';
import { Log } from './lib/process.mjs';

const names = process.argv.slice(2);
const mutants = listMutants();
if (names.includes('--list')) {
  for (const { name, invariant, fault } of mutants) console.log(`${name}: ${fault} (${invariant})`);
  process.exit(0);
}
const unknown = names.find((name) => !mutants.some((mutant) => mutant.name === name));
if (unknown !== undefined) {
  console.error(`mutants: there is no mutant "${unknown}"; --list names them`);
  process.exit(2);
}

const count = { passed: 0, failed: 0 };
const log = new Log('mutants');
const chosen = mutants.filter(({ name }) => names.length === 0 || names.includes(name));
await tryMutants(log, chosen, ({ mutant, killed, how }) => {
  count[killed ? 'passed' : 'failed'] += 1;
  console.log(`${killed ? 'killed  ' : 'SURVIVED'}  ${mutant.name}`);
  console.log(`          ${mutant.invariant}: ${how}`);
});
await log.close();
if (count.failed > 0) console.log(`The whole log is ${log.path}.`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 ? 0 : 1);
