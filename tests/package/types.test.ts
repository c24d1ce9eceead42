// The declarations as compilers of other releases and settings read them, libraries checked: what a page
// compiles with is its own business.
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, run } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const fixtures = join(root, 'tests', 'package', 'types');
const companions = ['react', 'react-dom', '@types/react', '@types/react-dom'];

let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
  await installInto(folder, await packTarball(folder), companions);
  for (const name of await readdir(fixtures)) {
    await copyFile(join(fixtures, name), join(folder, name));
  }
});
afterAll(() => removeFolder(folder));

const common = {
  strict: true,
  noEmit: true,
  jsx: 'react-jsx',
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  skipLibCheck: false,
};

/** Two settings that differ in everything that matters to declarations. */
const settings = {
  bundler: { ...common, module: 'ESNext', moduleResolution: 'bundler' },
  node16: {
    ...common,
    module: 'Node16',
    moduleResolution: 'Node16',
    exactOptionalPropertyTypes: true,
  },
} as const;

type Setting = keyof typeof settings;

/** Where each compiler is installed; `ours` is the one that the project is compiled with. */
const compilers = {
  // The one that the README names: before it no component could return all that React allows.
  '5.1': 'tests/package/compilers/5.1',
  '5.4': 'tests/package/compilers/5.4',
  ours: '.',
  '6': 'tests/package/compilers/6',
  '7': 'tests/package/compilers/7',
} as const;

type Compiler = keyof typeof compilers;
const oldest: Compiler = '5.1';

/** What the compiler of this release says of a file: nothing, where all is well. */
async function complaints(
  compiler: Compiler,
  setting: Setting,
  file: string,
  more: object = {},
): Promise<string> {
  const name = `tsconfig-${compiler}-${setting}-${file}.json`;
  const compilerOptions = { ...settings[setting], ...more };
  await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(root, compilers[compiler], 'node_modules', 'typescript', 'bin', 'tsc');
  return run(process.execPath, [tsc, '--pretty', 'false', '--project', name], folder);
}

// Side by side, as far as there are processors: each is a program of its own.
describe.concurrent('a registration', () => {
  it.each<[Compiler, Setting]>([
    [oldest, 'bundler'],
    [oldest, 'node16'],
    ['5.4', 'node16'],
    ['ours', 'bundler'],
    ['ours', 'node16'],
    ['6', 'bundler'],
    ['6', 'node16'],
    ['7', 'bundler'],
    ['7', 'node16'],
  ])('is known everywhere to TypeScript %s (%s)', async (compiler, setting) => {
    expect(await complaints(compiler, setting, 'registered.tsx')).toBe('');
  });

  it('counts by the name of keepline/react as well', async () => {
    expect(await complaints(oldest, 'bundler', 'registered-by-react.ts')).toBe('');
  });

  it('is not needed: then any name is an event', async () => {
    expect(await complaints(oldest, 'node16', 'open.ts')).toBe('');
  });
});

it('ends a connection by `using` where the library has it', async () => {
  const lib = { lib: ['ES2022', 'ESNext.Disposable', 'DOM'] };
  expect(await complaints('ours', 'bundler', 'using.ts', lib)).toBe('');
});
