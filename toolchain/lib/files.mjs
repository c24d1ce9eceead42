// Lists the project's own files. Does not ask git, so that an unpacked archive can be checked too.
import { readdirSync, readFileSync } from 'node:fs';
import { root } from './process.mjs';

const notOurs = new Set([
  '.git',
  '.local',
  'build',
  'dist',
  'node_modules',
  'playwright-report',
  'test-results',
]);

/**
 * Paths below a folder, relative to the root, sorted.
 * @param {string} [folder]
 * @returns {string[]}
 */
export function listFiles(folder = '') {
  const found = [];
  for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
    if (notOurs.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...listFiles(path));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

/** @param {string} path */
export const readText = (path) => readFileSync(`${root}/${path}`, 'utf8');
