// Lets one process at a time into a folder of build/: two verbs that run together would build over each
// other's files. A lock is a file with its owner's number; what a process left that has died is nobody's.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

// Twice what the longest build of ours takes on a slow machine: whoever has it longer hangs.
const patienceMs = 30 * 60_000;
const retryMs = 200;

/** @param {number} owner */
function isAlive(owner) {
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** The number of the process that has the lock now; nothing where it is ours. @param {string} path */
function take(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path); // whole or not at all
    return undefined;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  let owner = 0; // it was given back meanwhile
  try {
    owner = Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
  if (owner !== 0 && !isAlive(owner)) rmSync(path, { force: true });
  return owner;
}

/**
 * Does `work` while no other process does what has the same path.
 * @template Result
 * @param {string} path of the lock
 * @param {(owner: number) => void} tell is called once where another process has it
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function alone(path, tell, work) {
  mkdirSync(dirname(path), { recursive: true });
  const until = Date.now() + patienceMs;
  let told = false;
  for (let owner = take(path); owner !== undefined; owner = take(path)) {
    if (owner === 0 || !isAlive(owner)) continue;
    if (!told) tell(owner);
    told = true;
    if (Date.now() > until) {
      throw new Error(
        `Process ${owner} has held ${path} for half an hour: end it, then try again.`,
      );
    }
    await pause(retryMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
