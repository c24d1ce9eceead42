// Ten seconds of every fuzz target, so that the default run sees them at work. toolchain/fuzz takes
// as long as it is told.
import { fuzzTargets, runFuzz } from '../lib/fuzz.mjs';

const secondsEach = 10;

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function fuzzBriefly(log) {
  /** @type {Required<import('./table.mjs').Count>} */
  const count = { passed: 0, failed: 0, skipped: 0, notes: [] };
  const targets = fuzzTargets();
  await runFuzz(log, targets, secondsEach, ({ target, executions, problem }) => {
    count[problem === undefined ? 'passed' : 'failed'] += 1;
    count.notes.push(`${target}: ${executions} executions${problem ? `, then: ${problem}` : ''}`);
  });
  return count;
}
