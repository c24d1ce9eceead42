// The tarball as `npm publish` would send it, and folders into which it was installed. They lie
// outside the project, where nothing of the workspace can be found by accident.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './run.js';

export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
}

export async function packTarball(folder: string): Promise<Tarball> {
  const args = ['pack', '--workspace', 'js-bindings', '--json', '--pack-destination', folder];
  const packed: unknown = JSON.parse(await run('npm', args, root));
  // Newer releases of npm answer with an object by package name, older ones with a list.
  const [entry] = Object.values(packed as Record<string, PackedEntry>);
  if (!entry) throw new Error('npm pack made no tarball');
  return { path: join(folder, entry.filename), files: entry.files.map((file) => file.path) };
}

interface PackedEntry {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

export const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'keepline-package-'));
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true });

/** The manifests that pin one supported React each, by its major version. */
const manifests = { 19: 'package.json', 18: 'tests/js/react-18/package.json' } as const;
export type ReactVersion = keyof typeof manifests;
/** Those that pin what only one test installs. */
const others = ['tests/package/next/package.json'];

async function readPins(path: string): Promise<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, path), 'utf8'));
  return { ...dependencies, ...devDependencies };
}

/** Installs the tarball, and packages in the versions that the workspace pins, with one React. */
export async function installInto(
  folder: string,
  tarball: Tarball,
  companions: readonly string[],
  react: ReactVersion = 19,
): Promise<void> {
  const pins: Record<string, string> = {};
  for (const path of [...others, manifests[19], manifests[react]]) {
    Object.assign(pins, await readPins(path));
  }
  const pinned = companions.map((name) => `${name}@${pins[name]}`);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'an-application', private: true, type: 'module' }),
  );
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...flags, tarball.path, ...pinned], folder);
}
