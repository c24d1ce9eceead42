// What becomes of every event at every client while links, clients, nodes and Redis fail: 30 seconds of it with one
// node, 30 with two, and while three are replaced one after the other. What is judged is written in
// tests/checker; this only starts it and passes on what it says.
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
  const runs = [['--seconds', '30']];
  const ofMany = [
    ['--seconds', '30', '--nodes', '2'],
    ['--deploy', '200', '--nodes', '3'],
  ];
  /** @type {Count} */
  const sum = { passed: 0, failed: 0, skipped: 0, notes: [] };
  if (hasRedis()) runs.push(...ofMany);
  else {
    sum.skipped = ofMany.length;
    sum.notes = ['NOT CHECKED: many nodes, since there is no redis-server here'];
  }
  for (const words of runs) {
    const count = await check(log, words);
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.notes?.push(...(count.notes ?? []));
  }
  return sum;
}

/**
 * @param {Log} log
 * @param {readonly string[]} words
 * @returns {Promise<Count>}
 */
async function check(log, words) {
  const command = ['--import', 'tsx', 'tests/checker/main.ts', ...words];
  try {
    const output = await log.run(process.execPath, command);
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
