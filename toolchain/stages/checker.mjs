// What becomes of every event at every client while links, clients and the node fail: 30 seconds of it.
// What is judged is written in tests/checker; this only starts it and passes on what it says.
import { buildPackage } from '../lib/builds.mjs';
import { CommandFailure } from '../lib/process.mjs';

/** @typedef {import('../lib/process.mjs').Log} Log */

/**
 * @param {Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function checkDelivery(log) {
  await buildPackage(log);
  const command = ['--import', 'tsx', 'tests/checker/main.ts', '--seconds', '30'];
  try {
    const output = await log.run(process.execPath, command);
    return { passed: 1, failed: 0, skipped: 0, notes: output.trimEnd().split('\n') };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
