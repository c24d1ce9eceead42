// @ts-check
// Makes of Emscripten's glue what the package ships: one ES module that exports createModule, with
// nothing in it that the package does by itself. The size check weighs an empty module by the same
// steps.
import { existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';

const entry = 'export default Module;';

/**
 * @param {string} path of the glue as the linker wrote it
 * @returns {Promise<string>} the text of the module
 */
export async function minifyGlue(path) {
  if (!existsSync(path)) throw new Error(`${path} is missing: run toolchain/build wasm first.`);
  const text = readFileSync(path, 'utf8');
  // The glue would leave a failure unhandled; load.ts, which is asked instead, does not.
  const start = 'WebAssembly.instantiate(';
  if (text.split(start).length !== 2 || !text.includes(entry)) {
    throw new Error(`${path} does not start the module as js-bindings/src/load.ts expects it.`);
  }
  const { outputFiles } = await build({
    stdin: {
      contents: text
        .replace(start, 'Module.instantiate(')
        .replace(entry, 'export { Module as createModule };'),
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    // load.ts finds the file; bundlers would ship a second copy for an address in here.
    define: { 'import.meta.url': 'undefined' },
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${path}`);
  // A tenth smaller than esbuild makes it. "Unsafe" is about code that replaces built-in functions.
  const { code } = await minify(file.text, {
    module: true,
    ecma: 2020,
    compress: {
      passes: 3,
      unsafe: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      pure_getters: true,
    },
    format: { comments: false },
  });
  if (!code) throw new Error(`terser made nothing of ${path}`);
  return code;
}
