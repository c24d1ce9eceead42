// A copy of the project in build/copies, to be built another way beside the project's own build: less some
// of the files, or by another machine's tools. What did not change is not written again, so that the
// copy's own build folder keeps what it has built.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { listFiles } from './files.mjs';
import { root } from './process.mjs';

/** @typedef {import('./process.mjs').Log} Log */

const packages = ['node_modules', 'tests/js/react-18/node_modules'];
const stamp = 'node_modules/.keepline-stamp';

/** @param {string} from @param {string} to */
function write(from, to) {
  const content = readFileSync(from);
  if (existsSync(to) && readFileSync(to).equals(content)) return;
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, content, { mode: statSync(from).mode });
}

/**
 * The installed packages, as second names of the same files: links among them lead to the copy's own
 * workspaces, which a link to the whole folder would not.
 * @param {Log} log
 * @param {string} copy
 */
async function linkPackages(log, copy) {
  const wanted = readFileSync(`${root}/${stamp}`, 'utf8');
  if (existsSync(`${copy}/${stamp}`) && readFileSync(`${copy}/${stamp}`, 'utf8') === wanted) return;
  for (const folder of packages.filter((each) => existsSync(`${root}/${each}`))) {
    rmSync(`${copy}/${folder}`, { recursive: true, force: true });
    mkdirSync(dirname(`${copy}/${folder}`), { recursive: true });
    await log.run('cp', ['-al', `${root}/${folder}`, `${copy}/${folder}`]);
  }
}

/**
 * @param {Log} log
 * @param {string} name
 * @param {(path: string) => boolean} [isLeftOut]
 * @returns {Promise<string>} the copy's folder
 */
export async function copyProject(log, name, isLeftOut = () => false) {
  const copy = `${root}/build/copies/${name}`;
  const wanted = listFiles().filter((path) => !isLeftOut(path));
  const known = new Set(wanted);
  if (existsSync(copy)) {
    const own = readdirSync(copy).length > 0 ? listFiles(`build/copies/${name}`) : [];
    for (const path of own) {
      const relative = path.slice(`build/copies/${name}/`.length);
      if (!known.has(relative)) rmSync(`${root}/${path}`);
    }
  }
  for (const path of wanted) write(`${root}/${path}`, `${copy}/${path}`);
  await linkPackages(log, copy);
  return copy;
}
