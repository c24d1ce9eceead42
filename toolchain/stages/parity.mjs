// Runs the same recorded inputs through the native core and through its WebAssembly build, and
// compares what both did, byte for byte. Knows nothing of what the lines mean.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { buildPreset } from '../lib/builds.mjs';
import { root } from '../lib/process.mjs';

const folder = (/** @type {string} */ preset) => `${root}/build/${preset}/tests/simulation`;

/**
 * What a program prints, by way of a file: Emscripten's exit does not wait for a pipe to be read.
 * @param {string} name
 * @param {string} program
 * @param {readonly string[]} args
 */
async function linesOf(name, program, args) {
  const path = `${root}/build/logs/replay-${name}.txt`;
  const file = openSync(path, 'w');
  const child = spawn(program, args, { stdio: ['ignore', file, 'inherit'] });
  const [code] = await once(child, 'close');
  closeSync(file);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return readFileSync(path, 'utf8').split('\n');
}

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function compareReplays(log) {
  await buildPreset(log, 'dev', 'keepline_replay');
  await buildPreset(log, 'wasm-release', 'keepline_replay');
  const [wanted, seen] = await Promise.all([
    linesOf('native', `${folder('dev')}/keepline_replay`, []),
    linesOf('wasm', process.execPath, [`${folder('wasm-release')}/keepline_replay.js`]),
  ]);
  const at = wanted.findIndex((line, index) => line !== seen[index]);
  // A program that prints nothing agrees with any other that prints nothing.
  if (at === -1 && wanted.length === seen.length && wanted.length > 1000) {
    return { passed: 1, failed: 0, skipped: 0, notes: [`${wanted.length} lines agree`] };
  }
  log.write(`${wanted.length} lines natively, ${seen.length} in WebAssembly; first difference:\n`);
  log.write(`native line ${at + 1}: ${wanted[at]}\nwasm   line ${at + 1}: ${seen[at]}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}
