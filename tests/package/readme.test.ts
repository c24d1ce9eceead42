// What the README shows, against the package as it is published: its TypeScript is compiled, as a reader
// compiles what was copied; its tables of members and sentences are those of the code.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SendError, type SendErrorKind } from '../../js-bindings/src/client/errors.js';
import { remedies } from '../../js-bindings/src/client/remedies.js';
import { root, run } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const readme = await readFile(join(root, 'README.md'), 'utf8');

/** Their names are the lines at which they stand. */
const blocks = [...readme.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map((found) => ({
  name: `line-${readme.slice(0, found.index).split('\n').length + 1}.tsx`,
  // A module, whether it imports something or not: what blocks declare is their own.
  text: `${found[1]}\nexport {};\n`,
}));
type Block = (typeof blocks)[number];

const registers = ({ text }: Block) => text.includes("declare module 'keepline'");
/** The application that all blocks are about which register none of their own. */
const [application] = blocks.filter(
  (block) => registers(block) && block.text.includes('messages:'),
);

const companions = [
  'react',
  '@types/react',
  '@types/ws',
  '@types/node',
  'ws',
  'typescript',
  '@tanstack/react-query',
  '@testing-library/react',
  '@testing-library/dom',
];

const compilerOptions = {
  strict: true,
  noEmit: true,
  jsx: 'react-jsx',
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  types: [],
  // A test runner's own types are not looked at: it is taken from here.
  skipLibCheck: true,
  paths: { vitest: [join(root, 'node_modules', 'vitest')] },
};

describe('the TypeScript of the README', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await makeFolder();
    await installInto(folder, await packTarball(folder), companions);
    for (const { name, text } of blocks) await writeFile(join(folder, name), text);
    const reader = join(root, 'tests', 'package', 'readme', 'reader.d.ts');
    await copyFile(reader, join(folder, 'reader.d.ts'));
  });
  afterAll(() => removeFolder(folder));

  async function complaints(files: readonly string[]): Promise<string> {
    const project = `tsconfig-${files.at(-1)}.json`;
    await writeFile(join(folder, project), JSON.stringify({ compilerOptions, files }));
    const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, '--pretty', 'false', '--project', project];
    return run(process.execPath, args, folder).catch((error: Error) => error.message);
  }

  it('is there, and one block registers an application for the others', () => {
    expect(blocks.length).toBeGreaterThan(15);
    expect(application).toBeDefined();
  });

  it('compiles with what the application registered', async () => {
    const others = blocks.filter((block) => !registers(block) || block === application);
    expect(await complaints(['reader.d.ts', ...others.map(({ name }) => name)])).toBe('');
  });

  it.each(blocks.filter((block) => registers(block) && block !== application))(
    'compiles by itself where it registers something else: $name',
    async ({ name }) => {
      expect(await complaints(['reader.d.ts', name])).toBe('');
    },
  );
});

/** The rows of the table under this heading, cell by cell. */
function rowsUnder(heading: string): string[][] {
  const table = readme.slice(readme.indexOf(`\n${heading}`)).split('\n\n')[0] ?? '';
  const [, ...lines] = table.split('\n').filter((line) => line.startsWith('| '));
  return lines.map((line) => line.slice(2, -2).split(' | '));
}

it('tells of every reason for which a message is not sent, as the error itself does', () => {
  const rows = Object.entries(remedies.SendError).map(([kind, remedy]) => [
    `\`${kind}\``,
    new SendError(kind as SendErrorKind).message,
    remedy,
  ]);
  expect(rowsUnder('| `SendError.kind` |')).toEqual(rows);
});

/** The members of an interface, or the exported names that a pattern finds. */
async function namesIn(path: string, pattern: RegExp): Promise<string[]> {
  const text = await readFile(join(root, 'js-bindings', 'src', path), 'utf8');
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''))];
}

it('has every member of a connection in its table, and nothing else', async () => {
  const types = await readFile(join(root, 'js-bindings', 'src', 'client', 'types.ts'), 'utf8');
  const declared = types.slice(types.indexOf('export interface Connection<'));
  const members = [...declared.matchAll(/^ {2}(\w+)[(<]/gm)].map(([, name]) => name);
  const told = rowsUnder('| member | what it does |').map(
    ([cell]) => /`(\w+)/.exec(cell ?? '')?.[1],
  );
  expect(new Set(told)).toEqual(new Set(members));
});

it('has every hook in its table, and nothing else', async () => {
  const hooks = await namesIn('react/index.ts', /\b(use[A-Z]\w+)/g);
  const told = rowsUnder('| hook | gives |').map(([cell]) => /`(\w+)/.exec(cell ?? '')?.[1]);
  expect(told.sort()).toEqual(hooks.sort());
});
