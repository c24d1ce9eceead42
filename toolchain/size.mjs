// Weighs what a browser downloads for the smallest app that uses the package, compressed as a server
// would, and prints beside it what an empty module of the same toolchain weighs. Fails above the ceiling
// of what was linked (lib/ceilings.mjs). Takes the built package and the built modules as they are;
// `--files` lists what they are made of.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { minifyGlue } from '../js-bindings/scripts/minify-glue.js';
import { ceilingOf } from './lib/ceilings.mjs';
import { root } from './lib/process.mjs';
import { weigh } from './lib/weigh.mjs';

/**
 * What the application bundles, with the glue. A bundler names what it renames by how often each letter is in
 * the text, the build's stamp among it, so that equal code weighs up to fifty bytes more or less by chance.
 */
const bundleCeiling = 14_830;
const folder = `${root}/build/size`;
const app = `import { createConnection } from 'keepline';
createConnection({ getToken: async () => document.cookie });
`;

/** @param {string} path */
const weighFile = (path) => weigh(readFileSync(path));

/**
 * An output file and what it imports statically: what is loaded with it.
 * @param {import('esbuild').Metafile} metafile
 * @param {(output: import('esbuild').Metafile['outputs'][string]) => boolean} isFirst
 */
function loadedTogether(metafile, isFirst) {
  const first = Object.entries(metafile.outputs).find(([, output]) => isFirst(output));
  if (!first) throw new Error('The app is not bundled as the size check expects it.');
  /** @type {Set<string>} */
  const reached = new Set();
  const visit = (/** @type {string} */ path) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') visit(next);
    }
  };
  visit(first[0]);
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
const bundled = loadedTogether(
  metafile,
  ({ entryPoint }) => entryPoint?.endsWith('/app.js') ?? false,
);
const bundleBytes = bundled.reduce((sum, path) => sum + weighFile(`${root}/${path}`), 0);
const wasm = weighFile(`${root}/js-bindings/dist/wasm/keepline.wasm`);
const glue = weighFile(`${root}/js-bindings/dist/wasm/keepline.js`);
const total = wasm + bundleBytes;

const modules = `${root}/build/wasm-release`;
const floorWasm = weighFile(`${modules}/keepline_floor.wasm`);
const floorGlue = weigh(Buffer.from(await minifyGlue(`${modules}/keepline_floor.js`)));

/** @type {import('./lib/ceilings.mjs').Linked} */
const linked = JSON.parse(readFileSync(`${modules}/linked.json`, 'utf8'));
const ceiling = ceilingOf(linked);

const counted = bundled.map((path) => basename(path));
const onDemand = readdirSync(`${folder}/out`).filter(
  (name) => name.endsWith('.js') && !counted.includes(name),
);
const bytes = (/** @type {number} */ count) => count.toLocaleString('en').padStart(7);

/**
 * What outputs are made of, the largest first: minified bytes before compression.
 * @param {string} title
 * @param {string[]} paths
 */
function list(title, paths) {
  console.log(`\n${title}, minified`);
  const inputs = paths.flatMap((path) => Object.entries(metafile.outputs[path]?.inputs ?? {}));
  for (const [path, { bytesInOutput }] of inputs.sort(
    ([, one], [, other]) => other.bytesInOutput - one.bytesInOutput,
  )) {
    console.log(`${bytes(bytesInOutput)}  ${path.replace('js-bindings/dist/', '')}`);
  }
}

console.log(
  `floor  wasm ${bytes(floorWasm)}  glue ${bytes(floorGlue)}   an empty module, same flags`,
);
console.log(
  `ours   wasm ${bytes(wasm)}  glue ${bytes(glue)}  shim ${bytes(bundleBytes - glue)}   brotli 11`,
);
console.log(
  `bundle ${bytes(bundleBytes)} of ${bytes(bundleCeiling).trim()} bytes, in the application's script`,
);
console.log(
  `total  ${bytes(total)} of ${bytes(ceiling).trim()} bytes, Emscripten ${linked.emscripten} ` +
    `${linked.diet ? 'with' : 'without'} wasm/browser/diet`,
);
if (onDemand.length > 0) {
  console.log(`not counted, for a worker or where no file can be fetched: ${onDemand.join(', ')}`);
}
if (process.argv.includes('--files')) {
  list('shim and glue', bundled);
}
if (total > ceiling || bundleBytes > bundleCeiling) {
  console.error('The minimal app is over its ceiling.');
  process.exit(1);
}
