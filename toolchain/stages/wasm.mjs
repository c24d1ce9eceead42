// Builds the module and looks at what came out: that it is valid, that it needs no eval, and that it
// asks of the page's policy no more than 'wasm-unsafe-eval'.
import { readFileSync } from 'node:fs';
import { buildPreset } from '../lib/builds.mjs';
import { root } from '../lib/process.mjs';

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function inspectModule(log) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const preset of ['wasm-release', 'wasm-debug']) {
    await buildPreset(log, preset);
    const folder = `${root}/build/${preset}`;
    const glue = readFileSync(`${folder}/keepline.js`, 'utf8');
    const strictGlue = readFileSync(`${folder}/keepline-strict.js`, 'utf8');
    const checks = {
      'keepline.wasm is valid': WebAssembly.validate(readFileSync(`${folder}/keepline.wasm`)),
      'keepline-strict.wasm is valid': WebAssembly.validate(
        readFileSync(`${folder}/keepline-strict.wasm`),
      ),
      // The package holds one of them, for both.
      'keepline-strict.js is keepline.js': preset === 'wasm-debug' || glue === strictGlue,
      'keepline.js makes no function from a string': !/\beval\(|\bnew Function\(/.test(glue),
      'keepline.js is an ES module': /export default/.test(glue),
    };
    for (const [what, holds] of Object.entries(checks)) {
      log.write(`${preset}: ${what}: ${holds ? 'yes' : 'NO'}\n`);
      count[holds ? 'passed' : 'failed'] += 1;
    }
  }
  return count;
}
