// Plays the same scripts to the native core and to its WebAssembly build, and compares what both
// did, byte for byte. The scripts are recorded from the simulation: seeds of the random walk, and a
// sample of what is enumerated. Knows nothing of what the lines mean.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { buildPreset } from '../lib/builds.mjs';
import { root } from '../lib/process.mjs';

const folder = (/** @type {string} */ preset) => `${root}/build/${preset}/tests/simulation`;
const path = (/** @type {string} */ name) => `${root}/build/logs/replay-${name}.txt`;

const recorders = [
  { name: 'keepline_walk', args: ['--scripts', '--walks', '40', '--steps', '1000'] },
  { name: 'keepline_enumerate', args: ['--sample', '500', '--depth', '8'] },
];

/**
 * Runs a program into a file: Emscripten's exit does not wait for a pipe to be read.
 * @param {string} to
 * @param {string} program
 * @param {readonly string[]} args
 */
async function run(to, program, args) {
  const output = openSync(to, 'w');
  const child = spawn(program, args, { stdio: ['ignore', output, 'inherit'] });
  const [code] = await once(child, 'close');
  closeSync(output);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return readFileSync(to, 'utf8');
}

/** @param {import('../lib/process.mjs').Log} log */
async function record(log) {
  let scripts = '';
  for (const { name, args } of recorders) {
    await buildPreset(log, 'dev', name);
    scripts += await run(path('recorded'), `${folder('dev')}/${name}`, args);
  }
  writeFileSync(path('scripts'), scripts);
  return scripts.match(/^seed /gm)?.length ?? 0;
}

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function compareReplays(log) {
  const scripts = await record(log);
  await buildPreset(log, 'dev', 'keepline_replay');
  await buildPreset(log, 'wasm-release', 'keepline_replay');
  const told = await Promise.all([
    run(path('native'), `${folder('dev')}/keepline_replay`, [path('scripts')]),
    run(path('wasm'), process.execPath, [
      `${folder('wasm-release')}/keepline_replay.js`,
      path('scripts'),
    ]),
  ]);
  const [wanted = [], seen = []] = told.map((text) => text.split('\n'));
  const at = wanted.findIndex((line, index) => line !== seen[index]);
  // A program that prints nothing agrees with any other that prints nothing.
  if (at === -1 && wanted.length === seen.length && wanted.length > 50000) {
    const note = `${scripts} scripts, ${wanted.length} lines agree`;
    return { passed: 1, failed: 0, skipped: 0, notes: [note] };
  }
  log.write(`${wanted.length} lines natively, ${seen.length} in WebAssembly; first difference:\n`);
  log.write(`native line ${at + 1}: ${wanted[at]}\nwasm   line ${at + 1}: ${seen[at]}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}
