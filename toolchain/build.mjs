// Builds what it is told to: native, wasm, package. One line each, the rest goes to build/logs.
import { buildPackage, buildPreset, buildWasm } from './lib/builds.mjs';
import { CommandFailure, Log } from './lib/process.mjs';

/** @type {Record<string, { what: string, build: (log: Log) => Promise<void> }>} */
const parts = {
  native: { what: 'the native core and its suites', build: (log) => buildPreset(log, 'dev') },
  wasm: { what: 'the WebAssembly module', build: buildWasm },
  package: { what: 'the npm package, in js-bindings/dist', build: buildPackage },
};

for (const name of process.argv.slice(2)) {
  const part = parts[name];
  if (!part) {
    console.error(`build: there is no part "${name}", only ${Object.keys(parts).join(', ')}`);
    process.exit(2);
  }
  const begun = Date.now();
  const log = new Log(`build-${name}`);
  try {
    await part.build(log);
    console.log(`build: ${part.what} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    console.error(error.output.split('\n').slice(-40).join('\n'));
    console.error(`build: ${error.message}; the whole log is ${log.path}`);
    process.exit(1);
  }
}
