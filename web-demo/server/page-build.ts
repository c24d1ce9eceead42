/**
 * Builds the page when its output is missing or older than what it is made from, so that a second
 * start is quick.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface BuildPaths {
  readonly root: string;
  readonly output: string;
  /** Files and directories the output depends on. */
  readonly sources: readonly string[];
}

/** True when it had to build. */
export async function buildPageIfStale(paths: BuildPaths): Promise<boolean> {
  const builtAt = await modifiedAt(join(paths.output, 'index.html'));
  const changedAt = Math.max(...(await Promise.all(paths.sources.map(newestIn))));
  if (builtAt > changedAt) return false;
  const { build } = await import('vite');
  const environment = process.env['NODE_ENV'];
  await build({ root: paths.root, logLevel: 'warn' });
  // The bundler declares this whole process production; it was only the page that it built.
  if (environment === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = environment;
  return true;
}

async function newestIn(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const times = files.map((entry) => modifiedAt(join(entry.parentPath, entry.name)));
  return Math.max(await modifiedAt(path), ...(await Promise.all(times)));
}

/** 0 for what does not exist. */
async function modifiedAt(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
