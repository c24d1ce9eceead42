// Orders the functions of the .wasm files that are named, in place, for who compresses them; the build calls
// it behind the linker. A module of an Emscripten that writes something unknown to it stays as it was linked:
// it only compresses less well.
import { readFileSync, writeFileSync } from 'node:fs';
import { orderFunctions } from './lib/wasm-order.mjs';
import { weigh } from './lib/weigh.mjs';

/** @param {Uint8Array<ArrayBuffer>} linked */
function order(linked) {
  const ordered = Uint8Array.from(orderFunctions(linked, weigh));
  if (!WebAssembly.validate(ordered))
    throw new Error('The functions were put in an order that is none.');
  return ordered;
}

for (const path of process.argv.slice(2)) {
  try {
    writeFileSync(path, order(Uint8Array.from(readFileSync(path))));
  } catch (reason) {
    console.warn(
      `${path} stays as it was linked: ${reason instanceof Error ? reason.message : reason}`,
    );
  }
}
