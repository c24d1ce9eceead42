// Pages without a bundler: one script from the package, and beside it only what that script asks for.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Pages, pageWith, servePages, showing } from './support/pages.js';
import { root } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const scripts = `<script type="module">
      import { createConnection } from '/vendor/browser.js';
      ${showing}
    </script>`;

/** The hint as the README has it, with the name that the file has here. */
async function hintOfReadme(): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [hint = ''] = /<link rel="preload".*>/.exec(readme) ?? [];
  return hint.replace(/href="[^"]*"/, 'href="/vendor/wasm/keepline.wasm"');
}

let folder: string;
let pages: Pages;

beforeAll(async () => {
  folder = await makeFolder();
  await installInto(folder, await packTarball(folder), []);
  const hint = await hintOfReadme();
  pages = await servePages(
    { '/vendor/': join(folder, 'node_modules', 'keepline', 'dist') },
    {
      '/': pageWith({ scripts }),
      '/hint': pageWith({ head: hint, scripts }),
      '/other-hint': pageWith({ head: hint.replace(' crossorigin', ''), scripts }),
    },
  );
});

afterAll(async () => {
  await pages?.close();
  await removeFolder(folder);
});

it.each([
  ['page', ['/vendor/browser.js', '/vendor/wasm/keepline.wasm']],
  ['worker', ['/vendor/browser.js', '/vendor/wasm/keepline.wasm', '/vendor/worker/worker.js']],
])('connects with the script tag alone, its connection in the %s', async (host, files) => {
  const { asked, complaints } = await pages.visit('/', host);
  expect(asked).toEqual(files);
  expect(complaints).toEqual([]);
});

it('uses the file that the hint of the README has brought, and asks for no other', async () => {
  const { asked, complaints } = await pages.visit('/hint', 'page');
  expect(asked).toEqual(['/vendor/browser.js', '/vendor/wasm/keepline.wasm']);
  expect(complaints).toEqual([]);
});

it('asks twice where the hint has no `crossorigin`, as the README says', async () => {
  const { asked } = await pages.visit('/other-hint', 'page');
  expect(asked.filter((path) => path.endsWith('.wasm'))).toHaveLength(2);
});
