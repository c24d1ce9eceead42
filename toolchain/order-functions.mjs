// Orders the functions of the .wasm files that are named, in place; the build calls it behind the linker.
import { readFileSync, writeFileSync } from 'node:fs';
import { orderFunctions } from './lib/wasm-order.mjs';

for (const path of process.argv.slice(2)) {
  writeFileSync(path, orderFunctions(readFileSync(path)));
}
