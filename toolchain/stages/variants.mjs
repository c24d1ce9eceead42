// The module built another way than the package's: without what only saves bytes, or by another release
// of Debian. Each builds a copy of the project and puts it through the stages that are about the module.
import { readFileSync } from 'node:fs';
import { buildPackage } from '../lib/builds.mjs';
import { copyProject } from '../lib/copies.mjs';
import { runInside, unpackDebian } from '../lib/debian.mjs';
import { root } from '../lib/process.mjs';
import { attempt, parseStages } from './counts.mjs';

/** @typedef {import('../lib/process.mjs').Log} Log */
/** @typedef {import('./table.mjs').Count} Count */

const runner = ['toolchain/stages/run.mjs', 'wasm', 'parity', 'module', 'size'];
const modules = ['keepline.wasm', 'keepline-strict.wasm'];

/** The bytes of the smallest app, as the size check says them. @param {string} output */
const totalIn = (output) => Number(/total\s+([\d,]+) of/.exec(output)?.[1]?.replaceAll(',', ''));

/**
 * Deletes the folder from a copy, and shows that the option leaves out the same.
 * @param {Log} log
 * @returns {Promise<Count>}
 */
export async function withoutDiet(log) {
  await buildPackage(log);
  const withDiet = totalIn(await log.run(process.execPath, ['toolchain/size.mjs']));
  const isDiet = (/** @type {string} */ path) => path.startsWith('wasm/browser/diet/');
  const copy = await copyProject(log, 'without-diet', isDiet);
  const { output, failed } = await attempt(() => log.run(process.execPath, runner, { cwd: copy }));
  const count = parseStages(output, failed);
  if (failed) return count;

  const without = totalIn(output);
  const folder = 'build/without-diet';
  await log.run('cmake', ['--preset', 'wasm-release', '-B', folder, '-DKEEPLINE_DIET=OFF']);
  await log.run('cmake', ['--build', folder]);
  const same = modules.every((name) =>
    readFileSync(`${root}/${folder}/${name}`).equals(
      readFileSync(`${copy}/build/wasm-release/${name}`),
    ),
  );
  if (!same) log.write('KEEPLINE_DIET=OFF links another module than the deleted folder does.\n');
  count[same ? 'passed' : 'failed'] += 1;
  const bytes = (/** @type {number} */ number) => number.toLocaleString('en');
  count.notes?.push(
    `without ${bytes(without)}, with ${bytes(withDiet)}: ${bytes(without - withDiet)} B more`,
  );
  return count;
}

/**
 * @param {Log} log
 * @param {string} suite
 * @returns {Promise<Count>}
 */
export async function withDebian(log, suite) {
  const system = await unpackDebian(log, suite);
  const copy = await copyProject(log, `debian-${suite}`);
  const command = ['/usr/bin/node', ...runner];
  const { output, failed } = await attempt(() => runInside(log, system, copy, command));
  return parseStages(output, failed);
}
