// @ts-check
// Makes of Emscripten's glue what the package ships: one ES module that exports createModule, with
// nothing in it that the package does by itself. The size check weighs an empty module by the same
// steps.
import { existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';

const entry = 'export default Module;';

// Emscripten's loops that write texts into the heap are a tenth of the glue, and the browser's own
// encoder does the same: a NUL at the end, and what does not fit is left out from a whole character on.
// None of it is on the path of a frame. Theirs are renamed, so that nobody calls them.
const encoders = {
  lengthBytesUTF8: '(text) { return new TextEncoder().encode(text).length; }',
  stringToUTF8: `(text, at, bytes) {
    var room = HEAPU8.subarray(at, at + bytes - 1);
    HEAPU8[at + new TextEncoder().encodeInto(text, room).written] = 0;
  }`,
};

/** @param {string} text */
function withEncoders(text) {
  return Object.entries(encoders).reduce((before, [name, ours]) => {
    const theirs = `function ${name}(`;
    if (before.split(theirs).length !== 2) return before;
    return before.replace(theirs, () => `function ${name}${ours}\nfunction emscripten_${name}(`);
  }, text);
}

/**
 * @param {string} path of the glue as the linker wrote it
 * @returns {Promise<string>} the text of the module
 */
export async function minifyGlue(path) {
  if (!existsSync(path)) throw new Error(`${path} is missing: run toolchain/build wasm first.`);
  const text = readFileSync(path, 'utf8');
  // The glue would leave a failure unhandled; instantiate.ts, which is asked instead, does not.
  const start = 'WebAssembly.instantiate(';
  if (text.split(start).length !== 2 || !text.includes(entry)) {
    throw new Error(
      `${path} does not start the module as js-bindings/src/engine/instantiate.ts expects it.`,
    );
  }
  const { outputFiles } = await build({
    stdin: {
      contents: withEncoders(text)
        .replace(start, 'Module.instantiate(')
        .replace(entry, 'export { Module as createModule };'),
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    define: {
      // files.ts has the file's address; bundlers would ship a second copy for an address in here.
      'import.meta.url': 'undefined',
      // Where this Emscripten has none, it would be whatever the page calls so. One of its own is left alone.
      webSockets: 'undefined',
    },
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
      pure_new: true, // views of the heap that nobody looks through
    },
    // Names of members that only the glue itself uses.
    mangle: { properties: { regex: /^(at|done|enter|leave|make|methods|socketEvent|sockets)$/ } },
    format: { comments: false },
  });
  if (!code) throw new Error(`terser made nothing of ${path}`);
  return code;
}
