// The pages, bundled as an application would be, and what the smallest use of each client weighs.

import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import type { ClientRow } from './clients.js';

const bench = fileURLToPath(new URL('.', import.meta.url));
export const root = fileURLToPath(new URL('../..', import.meta.url));
const packed = `${root}js-bindings/dist`;
const wasm = `${packed}/wasm/keepline.wasm`;

const common = {
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  absWorkingDir: bench,
  metafile: true,
  logLevel: 'error',
} as const satisfies BuildOptions;

function sourceOf(name: string): string {
  const found = ['ts', 'tsx'].map((end) => `${bench}clients/${name}.${end}`).find(existsSync);
  if (found === undefined) throw new Error(`There is no client file clients/${name}.ts.`);
  return found;
}

const viewOf = (name: string): string => {
  const own = `${bench}clients/${name}.view.tsx`;
  return existsSync(own) ? own : `${bench}clients/raw.view.tsx`;
};

/** The same page with the README's hint. */
export const hintedPage = 'hinted.html';
const moduleHint =
  '<link rel="preload" as="fetch" type="application/wasm" href="wasm/keepline.wasm" crossorigin>';

/** A page around an entry; what the entry imports statically is asked for with it, as Vite's pages do. */
function html(metafile: Metafile, entry: string, hint = ''): string {
  const [script = '', ...imports] = loadedAtOnce(metafile, entry).map((path) => basename(path));
  const links = imports.map((name) => `<link rel="modulepreload" href="${name}">`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Benchmark</title>
<link rel="icon" href="data:,">${hint}${links}<body><script type="module" src="${script}"></script></body></html>\n`;
}

const pages = {
  handlers: 'page/handlers.ts',
  react: 'page/react.tsx',
  recovery: 'page/recovery.ts',
} as const;

/**
 * Writes `<folder>/<client>/<page>/index.html` for each, and `<folder>/decode/index.html`. Each page is
 * bundled by itself: what several share would become many small files, which no application of one page
 * has.
 */
export async function bundlePages(folder: string, rows: readonly ClientRow[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const { name, module: client } of rows) {
    const alias = { 'bench-client': sourceOf(client), 'bench-view': viewOf(client) };
    for (const [page, entry] of Object.entries(pages)) {
      await bundlePage(`${folder}/${name}/${page}`, entry, alias);
    }
  }
  await bundlePage(`${folder}/decode`, 'page/decode.ts', {});
}

async function bundlePage(
  outdir: string,
  entry: string,
  alias: Readonly<Record<string, string>>,
): Promise<void> {
  const { metafile } = await build({
    ...common,
    entryPoints: [entry],
    entryNames: '[name]',
    outdir,
    alias,
  });
  await writeFile(`${outdir}/index.html`, html(metafile, entry));
  await writeFile(`${outdir}/${hintedPage}`, html(metafile, entry, moduleHint));
  // Keepline finds its module and its worker beside itself, wherever a bundler puts that.
  await copyModule(outdir);
}

async function copyModule(outdir: string): Promise<void> {
  await mkdir(`${outdir}/wasm`, { recursive: true });
  await cp(wasm, `${outdir}/wasm/keepline.wasm`);
  await cp(`${packed}/worker/worker.js`, `${outdir}/worker.js`);
}

const weigh = (bytes: Uint8Array): number =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;

const appName = 'smallest-app.js';

export interface Weight {
  readonly client: string;
  /** The script that a page loads at once. */
  readonly eager: number;
  /** The same with all that a connection loads when it is created. */
  readonly total: number;
}

interface OnDemand {
  /** By the file that each begins with. */
  readonly chunks: readonly string[];
  /** As they are. */
  readonly files: readonly string[];
}

/** What a connection loads when it is created, where that is anything. */
const onDemand: Readonly<Record<string, OnDemand>> = {
  keepline: { chunks: [], files: [wasm] },
  'keepline-worker': {
    chunks: ['dist/worker/worker-host.js'],
    files: [wasm, `${packed}/worker/worker.js`],
  },
};

async function weighAll(paths: Iterable<string>): Promise<number> {
  let sum = 0;
  for (const path of new Set(paths)) sum += weigh(await readFile(path));
  return sum;
}

/** The smallest application: this client, one type, one handler. React is not counted. */
export async function weighClients(
  folder: string,
  rows: readonly ClientRow[],
): Promise<readonly Weight[]> {
  const weights: Weight[] = [];
  const weighed = new Set<string>();
  for (const { name, module: client } of rows) {
    if (weighed.has(client)) continue; // the same bytes under another name
    weighed.add(client);
    const outdir = `${folder}/${name}`;
    const { metafile } = await build({
      ...common,
      stdin: {
        contents: `import { start } from 'bench-client';\nstart('/ws', ['new_call'], console.log);\n`,
        resolveDir: bench,
        sourcefile: appName,
      },
      outdir,
      alias: { 'bench-client': sourceOf(client) },
      external: ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime'],
    });
    const outputs = (entry: string) => {
      const paths = loadedAtOnce(metafile, entry);
      if (paths.length === 0) throw new Error(`The bundle of ${name} has nothing of ${entry}.`);
      return paths.map((path) => `${bench}${path}`);
    };
    const { chunks, files } = onDemand[client] ?? { chunks: [], files: [] };
    const eager = outputs(appName);
    weights.push({
      client: name,
      eager: await weighAll(eager),
      total: await weighAll([...eager, ...chunks.flatMap(outputs), ...files]),
    });
  }
  return weights;
}

/** The entry and what it imports statically; what it imports on demand is left out. */
function loadedAtOnce({ outputs }: Metafile, entry: string): readonly string[] {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) visit(next);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    // Chunks that are imported on demand are entries too, with names of their own.
    if (entryPoint?.endsWith(entry)) visit(path);
  }
  return [...reached];
}
