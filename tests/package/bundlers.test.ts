// Bundles other than Vite's: a classic script of one file, and webpack's, whose names may be the package's own.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import webpack from 'webpack';
import { type Pages, pageWith, servePages, showing } from './support/pages.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const application = `import { createConnection } from 'keepline';
${showing}`;

let folder: string;
let pages: Pages;

/** Everything in one script, which knows no address of its own. */
const bundleClassic = () =>
  build({
    entryPoints: [join(folder, 'main.js')],
    outfile: join(folder, 'classic', 'main.js'),
    bundle: true,
    format: 'iife',
    // That a classic script has no address is what the package is to find out.
    logOverride: { 'empty-import-meta': 'silent' },
  });

/** An entry, and files beside it, that have the names of the package's own. */
const bundleWithWebpack = () =>
  new Promise<void>((resolve, reject) => {
    const configuration: webpack.Configuration = {
      mode: 'production',
      context: folder,
      entry: { keepline: './main.js' },
      output: { path: join(folder, 'packed'), assetModuleFilename: '[name][ext]' },
    };
    webpack(configuration, (error, stats) => {
      const complaints = stats?.toString({ all: false, errors: true, warnings: true }) ?? '';
      if (error || complaints) reject(error ?? new Error(complaints));
      else resolve();
    });
  });

beforeAll(async () => {
  folder = await makeFolder();
  await installInto(folder, await packTarball(folder), []);
  await writeFile(join(folder, 'main.js'), application);
  await bundleClassic();
  await bundleWithWebpack();
  pages = await servePages(
    { '/classic/': join(folder, 'classic'), '/packed/': join(folder, 'packed') },
    {
      '/classic': pageWith({ scripts: '<script src="/classic/main.js"></script>' }),
      '/packed': pageWith({ scripts: '<script src="/packed/keepline.js"></script>' }),
    },
  );
});

afterAll(async () => {
  await pages?.close();
  await removeFolder(folder);
});

it.each(['page', 'worker'])(
  'a classic script takes its copies at once and asks for no file, in the %s',
  async (host) => {
    const { asked, complaints } = await pages.visit('/classic', host);
    expect(asked).toEqual(['/classic/main.js']);
    expect(complaints).toEqual([]);
  },
);

it.each(['page', 'worker'])(
  "an entry of webpack's that is called keepline is not the package's own file, in the %s",
  async (host) => {
    const { asked, complaints } = await pages.visit('/packed', host);
    expect(asked).toContain('/packed/keepline.js');
    expect(asked).toContain('/packed/keepline.wasm');
    expect(complaints).toEqual([]);
  },
);
