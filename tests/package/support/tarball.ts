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

/** Installs the tarball, and packages in the versions that the workspace pins. */
export async function installInto(
  folder: string,
  tarball: Tarball,
  companions: readonly string[],
): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const pinned = companions.map((name) => `${name}@${manifest.devDependencies[name]}`);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'an-application', private: true, type: 'module' }),
  );
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...flags, tarball.path, ...pinned], folder);
}
