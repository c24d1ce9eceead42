// Weighs what a browser downloads for the smallest app that uses the package, compressed as a server
// would, and prints beside it what an empty module of the same toolchain weighs. Fails above the
// ceiling, which only ever goes down. Takes the built package and the built modules as they are.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { minifyGlue } from '../js-bindings/scripts/minify-glue.js';
import { root } from './lib/process.mjs';

// In the release that the package is built with, Debian 12's, our halves of embind stand in for its
// own; with later ones the whole of it comes along (wasm/browser/CMakeLists.txt).
const ceilings = { embind_own: 42_000, embind: 46_000 };
const folder = `${root}/build/size`;
const app = `import { createConnection } from 'keepline';
createConnection({ getToken: async () => document.cookie });
`;

/** @param {Uint8Array} bytes */
const weigh = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;

/** @param {string} path */
const weighFile = (path) => weigh(readFileSync(path));

/**
 * The files that the page loads at once: the entry and what it imports statically. What it imports on
 * demand is the copy of the bytes for pages that cannot fetch, and stays where it is.
 * @param {import('esbuild').Metafile} metafile
 */
function loadedAtOnce(metafile) {
  const [entry] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint) ?? [];
  /** @type {Set<string>} */
  const reached = new Set();
  const visit = (/** @type {string | undefined} */ path) => {
    if (path === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') visit(next);
    }
  };
  visit(entry);
  return [...reached];
}

async function bundleApp() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/app.js`, app);
  const { metafile } = await build({
    entryPoints: [`${folder}/app.js`],
    absWorkingDir: root,
    outdir: `${folder}/out`,
    alias: { keepline: `${root}/js-bindings/dist/index.js` },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    metafile: true,
    logLevel: 'error',
  });
  return metafile;
}

const metafile = await bundleApp();
const scripts = loadedAtOnce(metafile);
const wasm = weighFile(`${root}/js-bindings/dist/wasm/keepline.wasm`);
const glue = weighFile(`${root}/js-bindings/dist/wasm/keepline.js`);
let script = 0;
for (const path of scripts) script += weighFile(`${root}/${path}`);
const total = wasm + script;

const modules = `${root}/build/wasm-release`;
const floorWasm = weighFile(`${modules}/keepline_floor.wasm`);
const floorGlue = weigh(Buffer.from(await minifyGlue(`${modules}/keepline_floor.js`)));

const embind = readFileSync(`${modules}/embind.txt`, 'utf8');
const ceiling = embind === 'embind_own' ? ceilings.embind_own : ceilings.embind;

const onDemand = readdirSync(`${folder}/out`).filter(
  (name) => name.endsWith('.js') && !scripts.some((path) => basename(path) === name),
);
const bytes = (/** @type {number} */ count) => count.toLocaleString('en').padStart(7);
console.log(
  `floor  wasm ${bytes(floorWasm)}  glue ${bytes(floorGlue)}   an empty module, same flags`,
);
console.log(
  `ours   wasm ${bytes(wasm)}  glue ${bytes(glue)}  shim ${bytes(script - glue)}   brotli 11`,
);
console.log(`total  ${bytes(total)} of ${bytes(ceiling).trim()} bytes`);
if (onDemand.length > 0)
  console.log(`not counted, loaded only where no file can be fetched: ${onDemand.join(', ')}`);
if (total > ceiling) {
  console.error(`The minimal app is ${bytes(total - ceiling).trim()} bytes over its ceiling.`);
  process.exit(1);
}
