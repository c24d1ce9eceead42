// @ts-check
// Makes dist/: the compiled TypeScript, and the WebAssembly module with its glue.
// The module must have been built before (CMake preset wasm-release, or the folder given as argument).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minifyGlue } from './minify-glue.js';
import { slimModules } from './slim-modules.js';

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(packageRoot);
const dist = join(packageRoot, 'dist');
const wasmFolder = resolve(process.argv[2] ?? join(root, 'build', 'wasm-release'));

const modules = [
  { file: 'keepline', inlined: 'inline' },
  { file: 'keepline-strict', inlined: 'inline-strict' },
];

/** @param {string} from @param {string} to */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function compile() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  // The server half knows Node and no page.
  for (const project of [packageRoot, join(packageRoot, 'src', 'server')]) {
    execFileSync(process.execPath, [tsc, '--project', project], { stdio: 'inherit' });
  }
  // npm makes it so where it installs; a link of a workspace is run as it is.
  chmodSync(join(dist, 'server', 'cli', 'main.js'), 0o755);
  // Declarations that were written by hand are no output of the compiler.
  for (const name of ['keepline.d.ts', 'inline.d.ts', 'inline-strict.d.ts', 'inline-worker.d.ts']) {
    copy(join(packageRoot, 'src', 'wasm', name), join(dist, 'wasm', name));
  }
}

// The modules differ in what is linked into them, and not in what they ask of JavaScript. Glue and modules
// bear one stamp, so that one of another build is found before it is run.
async function packGlue() {
  const glues = await Promise.all(
    modules.map(({ file }) => minifyGlue(join(wasmFolder, `${file}.js`))),
  );
  const [glue] = glues;
  if (!glue || glues.some((other) => other !== glue)) {
    throw new Error('The modules need different glue: see wasm/browser/CMakeLists.txt.');
  }
  const hash = createHash('sha256').update(glue);
  for (const { file } of modules) hash.update(readFileSync(join(wasmFolder, `${file}.wasm`)));
  const stamp = hash.digest('base64url').slice(0, 12);
  mkdirSync(join(dist, 'wasm'), { recursive: true });
  writeFileSync(join(dist, 'wasm', 'keepline.js'), `${glue}export const stamp='${stamp}';\n`);
  return stamp;
}

/**
 * A custom section named `keepline`, https://webassembly.github.io/spec/core/binary/modules.html
 * @param {Uint8Array} wasm
 * @param {string} stamp shorter than what one byte counts in LEB128, as the name is
 */
function stamped(wasm, stamp) {
  const text = (/** @type {string} */ value) => [value.length, ...Buffer.from(value)];
  const content = [...text('keepline'), ...Buffer.from(stamp)];
  return Buffer.concat([wasm, Uint8Array.from([0, content.length, ...content])]);
}

/**
 * @param {{ file: string, inlined: string }} module
 * @param {string} stamp
 */
function packModule({ file, inlined }, stamp) {
  const wasm = stamped(readFileSync(join(wasmFolder, `${file}.wasm`)), stamp);
  writeFileSync(join(dist, 'wasm', `${file}.wasm`), wasm);
  const bytes = wasm.toString('base64');
  writeFileSync(
    join(dist, 'wasm', `${inlined}.js`),
    `// The bytes of ${file}.wasm, for where no file can be fetched. Loaded only there.\n` +
      `const base64 =\n  '${bytes}';\n` +
      'export function wasmBytes() {\n' +
      '  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));\n' +
      '}\n',
  );
}

// The popover's library goes into the popover's own chunk: as a dependency of the package its peers
// would bring React to everybody who installs Keepline without it.
async function packPopover() {
  const popover = join(dist, 'react', 'indicator', 'popover.js');
  await build({
    entryPoints: [popover],
    outfile: popover,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minifySyntax: true,
    external: [join(dist, 'react', '*'), 'react', 'react-dom', 'react/jsx-runtime'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const library = dirname(
    createRequire(import.meta.url).resolve('@floating-ui/react/package.json'),
  );
  copy(join(library, 'LICENSE'), join(dist, 'react', 'LICENSE-floating-ui'));
}

// A worker is one file without imports: wherever a bundler, a policy or a blob puts it, it is whole.
async function packWorker() {
  const worker = join(dist, 'worker', 'worker.js');
  await build({
    entryPoints: [worker],
    outfile: worker,
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  writeFileSync(
    join(dist, 'wasm', 'inline-worker.js'),
    '// The text of worker.js, for where that file cannot be had. Loaded only there.\n' +
      `export const workerText = ${JSON.stringify(readFileSync(worker, 'utf8'))};\n`,
  );
}

// For pages without a bundler: one script. What it finds by its own address lies where it lay, seen from
// the new place; the copies of the module, which only few pages need, stay files of their own.
async function packBrowser() {
  const entry = join(dist, 'browser.js');
  /** @param {string} from @param {string} path */
  const fromEntry = (from, path) => `./${relative(dist, join(from, path)).replaceAll('\\', '/')}`;
  await build({
    entryPoints: [entry],
    outfile: entry,
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
    plugins: [
      {
        name: 'files beside the script',
        setup: ({ onLoad, onResolve }) => {
          onResolve({ filter: /\/inline[-\w]*\.js$/ }, ({ path, resolveDir }) => ({
            path: fromEntry(resolveDir, path),
            external: true,
          }));
          onLoad({ filter: /\.js$/ }, ({ path }) => ({
            contents: readFileSync(path, 'utf8').replace(
              /new URL\('(\.[^']+)', import\.meta\.url\)/g,
              (_, file) => `new URL('${fromEntry(dirname(path), file)}', import.meta.url)`,
            ),
          }));
        },
      },
    ],
  });
}

// For test runners without ES modules: the double, and the hooks around it in the place of the connection.
async function packDoubles() {
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    bundle: true,
    format: 'cjs',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'error',
  };
  const doubles = join(dist, 'test');
  await build({
    ...common,
    entryPoints: [join(doubles, 'index.js')],
    outfile: join(doubles, 'index.cjs'),
  });
  await build({
    ...common,
    entryPoints: [join(dist, 'react', 'index.js')],
    outfile: join(doubles, 'react.cjs'),
    external: ['react', 'react-dom', 'react/jsx-runtime'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'the double in the place of what the package offers',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^(\.\.\/)+\w+\.js$/ }, ({ path, resolveDir }) =>
            dirname(join(resolveDir, path)) === dist
              ? { path: './index.cjs', external: true }
              : undefined,
          ),
      },
    ],
  });
  copy(join(packageRoot, 'src', 'test', 'index.d.cts'), join(doubles, 'index.d.cts'));
}

rmSync(dist, { recursive: true, force: true });
compile();
// What every application has of the package.
for (const name of ['client', 'engine', 'generated', 'load']) await slimModules(join(dist, name));
await packPopover();
const stamp = await packGlue();
await packWorker();
for (const module of modules) packModule(module, stamp);
await packDoubles();
await packBrowser();
const stylesheet = join(packageRoot, 'src', 'react', 'style.css');
copy(stylesheet, join(dist, 'react', 'style.css'));
copy(`${stylesheet}.d.ts`, join(dist, 'react', 'style.css.d.ts'));
