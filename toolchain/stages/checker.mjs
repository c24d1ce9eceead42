// What becomes of every event at every client while links, clients, nodes and Redis fail: 30 seconds of it with one
// node, and 30 with two. What is judged is written in tests/checker; this only starts it and passes on what it says.
import { execFileSync } from 'node:child_process';
import { buildPackage } from '../lib/builds.mjs';
import { CommandFailure } from '../lib/process.mjs';

/** @typedef {import('../lib/process.mjs').Log} Log */
/** @typedef {import('./table.mjs').Count} Count */

/**
 * @param {Log} log
 * @returns {Promise<Count>}
 */
export async function checkDelivery(log) {
  await buildPackage(log);
  const one = await check(log, 1);
  const two = hasRedis()
    ? await check(log, 2)
    : {
        ...{ passed: 0, failed: 0, skipped: 1 },
        notes: ['NOT CHECKED: two nodes, since there is no redis-server here'],
      };
  return {
    passed: one.passed + two.passed,
    failed: one.failed + two.failed,
    skipped: one.skipped + two.skipped,
    notes: [...(one.notes ?? []), ...(two.notes ?? [])],
  };
}

/**
 * @param {Log} log
 * @param {number} nodes
 * @returns {Promise<Count>}
 */
async function check(log, nodes) {
  const command = ['--import', 'tsx', 'tests/checker/main.ts', '--seconds', '30'];
  try {
    const output = await log.run(process.execPath, [...command, '--nodes', String(nodes)]);
    return { passed: 1, failed: 0, skipped: 0, notes: output.trimEnd().split('\n') };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function hasRedis() {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
