// Five of the planted faults, so that the default run sees that the simulation still catches what it
// should. toolchain/mutants tries them all.
import { listMutants, sampleOf, tryMutants } from '../lib/mutants.mjs';

const sampled = 5;

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function sampleMutants(log) {
  const mutants = listMutants();
  const count = { passed: 0, failed: 0, skipped: 0 };
  await tryMutants(log, sampleOf(mutants, sampled), ({ mutant, killed, how }) => {
    count[killed ? 'passed' : 'failed'] += 1;
    log.write(`${mutant.name} ${killed ? 'was killed' : 'SURVIVED'}: ${how}\n`);
  });
  return { ...count, notes: [`of ${mutants.length} mutants; toolchain/mutants tries them all`] };
}
