// Makes the pages once before the browser tests: the demo as its visitors get it, a harness that puts
// the package's API within reach of a test, and a React page around the status indicator. Nothing is
// bundled into the package on the way.
import { cp, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildPage } from 'vite';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const harnessDirectory = `${root}build/browser-harness`;
export const demoDirectory = `${root}web-demo/dist`;
export const indicatorDirectory = `${root}build/browser-indicator`;

export default async function buildPages(): Promise<void> {
  await buildPage({ root: `${root}web-demo`, logLevel: 'warn' });
  await buildPage({
    root: `${root}tests/browser/harness/indicator`,
    configFile: false,
    // It warns of 'use client', which means nothing to a page without a server of its own.
    logLevel: 'error',
    build: { outDir: indicatorDirectory, emptyOutDir: true, target: 'es2022' },
  });
  await rm(harnessDirectory, { recursive: true, force: true });
  await mkdir(harnessDirectory, { recursive: true });
  await cp(`${root}js-bindings/dist`, `${harnessDirectory}/keepline`, { recursive: true });
  for (const page of ['index.html', 'no-worker.html']) {
    await cp(`${root}tests/browser/harness/${page}`, `${harnessDirectory}/${page}`);
  }
  await build({
    entryPoints: ['harness', 'vectors', 'worker'].map(
      (name) => `${root}tests/browser/harness/${name}.ts`,
    ),
    outdir: harnessDirectory,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    alias: { keepline: './keepline/index.js' },
    external: ['./keepline/*'],
    absWorkingDir: harnessDirectory,
    logLevel: 'warning',
  });
  // Builds leave `production` behind, and a development server in a test would believe it.
  delete process.env['NODE_ENV'];
}
