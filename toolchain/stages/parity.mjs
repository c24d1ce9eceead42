// Runs the same recorded inputs through the native core and through its WebAssembly build, and
// compares what both did, byte for byte. Knows nothing of what the lines mean.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildPreset } from '../lib/builds.mjs';
import { root } from '../lib/process.mjs';

const run = promisify(execFile);
const folder = (/** @type {string} */ preset) => `${root}/build/${preset}/tests/simulation`;
const maxBuffer = 64 * 1024 * 1024;

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function compareReplays(log) {
  await buildPreset(log, 'dev', 'keepline_replay');
  await buildPreset(log, 'wasm-release', 'keepline_replay');
  const [native, wasm] = await Promise.all([
    run(`${folder('dev')}/keepline_replay`, { maxBuffer }),
    run(process.execPath, [`${folder('wasm-release')}/keepline_replay.js`], { maxBuffer }),
  ]);
  const wanted = native.stdout.split('\n');
  const seen = wasm.stdout.split('\n');
  const at = wanted.findIndex((line, index) => line !== seen[index]);
  // A program that prints nothing agrees with any other that prints nothing.
  if (at === -1 && wanted.length === seen.length && wanted.length > 1000) {
    return { passed: 1, failed: 0, skipped: 0, notes: [`${wanted.length} lines agree`] };
  }
  log.write(`${wanted.length} lines natively, ${seen.length} in WebAssembly; first difference:\n`);
  log.write(`native line ${at + 1}: ${wanted[at]}\nwasm   line ${at + 1}: ${seen[at]}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}
