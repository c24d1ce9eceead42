// Runs every short schedule, millions of random steps and a herd against the core, natively. What is
// judged is written in tests/simulation; this only starts it and passes on what it says.
import { buildPreset } from '../lib/builds.mjs';
import { CommandFailure, root } from '../lib/process.mjs';

/** @typedef {import('../lib/process.mjs').Log} Log */

// 5000 walks of 2000 steps: ten million.
const programs = [
  { name: 'keepline_enumerate', args: ['--depth', '8'] },
  { name: 'keepline_walk', args: ['--walks', '5000', '--steps', '2000'] },
];

/**
 * Whether the docs have the figures that a herd of ten thousand machines gives.
 * @param {Log} log
 * @param {Required<import('./table.mjs').Count>} count
 */
async function judgeHerd(log, count) {
  await buildPreset(log, 'dev', 'keepline_herd');
  try {
    await log.run(`${root}/build/dev/tests/simulation/herd/keepline_herd`, ['--check', root]);
    count.passed += 1;
    count.notes.push('docs/figures.md and docs/herds.svg are what a herd gives');
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    count.failed += 1;
  }
}

/**
 * @param {Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function simulate(log) {
  /** @type {Required<import('./table.mjs').Count>} */
  const count = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const { name, args } of programs) {
    await buildPreset(log, 'dev', name);
    try {
      const output = await log.run(`${root}/build/dev/tests/simulation/${name}`, args);
      const lines = output.trimEnd().split('\n');
      count.passed += lines.length;
      count.notes.push(...lines);
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      count.failed += 1;
    }
  }
  await judgeHerd(log, count);
  return count;
}
