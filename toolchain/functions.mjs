// Prints what the package's module is made of, by function and by class: where the next kilobyte came
// from. Links the same objects as the module, with names; bytes are of the code before compression.
import { readFileSync } from 'node:fs';
import { buildPreset } from './lib/builds.mjs';
import { CommandFailure, Log, root } from './lib/process.mjs';
import { groupByOrigin, listFunctions, shortenName } from './lib/wasm-functions.mjs';

const shown = Number(process.argv[2] ?? 50);

/** @param {readonly import('./lib/wasm-functions.mjs').FunctionSize[]} rows */
function print(rows) {
  for (const { name, bytes } of rows) {
    console.log(`${bytes.toLocaleString('en').padStart(8)}  ${name}`);
  }
}

const log = new Log('functions');
try {
  await buildPreset(log, 'wasm-release', 'keepline-named');
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  console.error(`functions: ${error.message}; the whole log is ${log.path}`);
  process.exit(1);
}
const functions = listFunctions(readFileSync(`${root}/build/wasm-release/keepline-named.wasm`));
const total = functions.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(
  `${total.toLocaleString('en')} bytes of code in ${functions.length} functions, by origin`,
);
print(groupByOrigin(functions).filter(({ bytes }) => bytes >= total / 200));
console.log(`\nthe ${shown} largest`);
print(functions.slice(0, shown).map(({ name, bytes }) => ({ name: shortenName(name), bytes })));
