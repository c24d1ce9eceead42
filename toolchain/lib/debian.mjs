// Another release of Debian in a folder: its packages, unpacked and not installed, from the mirror that
// this machine's apt uses. Nothing of the system changes, and no right of root is taken: programs are run in
// there by a process that has a view of the files of its own.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { root } from './process.mjs';

/** @typedef {import('./process.mjs').Log} Log */

// What builds and tests the module, and what every program there takes for granted.
const packages =
  'emscripten cmake ninja-build g++ nlohmann-json3-dev doctest-dev base-files bash coreutils dash findutils grep libc-bin perl-base procps sed'.split(
    ' ',
  );
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** @param {Log} log */
async function findMirror(log) {
  if (process.env.KEEPLINE_DEBIAN_MIRROR) return process.env.KEEPLINE_DEBIAN_MIRROR;
  const format = '$(REPO_URI)|$(LABEL)';
  const said = await log.run('apt-get', ['indextargets', '--format', format]);
  const [, mirror] = /^(.+)\|Debian$/m.exec(said) ?? [];
  if (mirror) return mirror;
  throw new Error(
    'The apt of this machine knows no mirror of Debian (did apt-get update run?): ' +
      'KEEPLINE_DEBIAN_MIRROR names one.',
  );
}

/**
 * Options that give apt folders of its own, and a system on which nothing is installed.
 * @param {string} folder
 */
function aptOptions(folder) {
  const settings = {
    'Dir::Etc::sourcelist': `${folder}/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State': folder,
    'Dir::State::status': `${folder}/status`,
    'Dir::Cache': `${folder}/cache`,
    // It would fetch as another user, who may not write here.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * Unpacks the packages of a release where that was not done, or where there are newer ones by now.
 * @param {Log} log
 * @param {string} suite
 * @returns {Promise<string>} the folder that stands for its /
 */
export async function unpackDebian(log, suite) {
  const folder = `${root}/build/debian/${suite}`;
  const system = `${folder}/root`;
  const stamp = `${folder}/packages.txt`;
  for (const part of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(`${folder}/${part}`, { recursive: true });
  }
  const trust = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  writeFileSync(`${folder}/sources.list`, `deb ${trust}${await findMirror(log)} ${suite} main\n`);
  writeFileSync(`${folder}/status`, '');
  const apt = (/** @type {string[]} */ ...args) =>
    log.run('apt-get', [...aptOptions(folder), ...args]);
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  await apt('update');
  // Each line names an archive by its version and its hash.
  const archives = (await apt(...install, '--download-only', '--print-uris'))
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === archives) return system;
  await apt(...install, '--download-only');
  rmSync(system, { recursive: true, force: true });
  mkdirSync(system, { recursive: true });
  const cache = `${folder}/cache/archives`;
  // The first has the links /bin and /lib, which the others expect.
  const first = /^base-files_/;
  const files = readdirSync(cache).filter((name) => name.endsWith('.deb'));
  for (const name of files.sort((one, other) => +first.test(other) - +first.test(one))) {
    await log.run('dpkg-deb', ['--extract', `${cache}/${name}`, system]);
    rmSync(`${cache}/${name}`);
  }
  writeFileSync(`${system}/etc/hosts`, '127.0.0.1 localhost\n::1 localhost\n');
  await runInside(log, system, root, ['/usr/sbin/ldconfig']);
  writeFileSync(stamp, archives);
  return system;
}

// Arguments: the system, the folder, the command. What is mounted is seen by this process alone, and goes
// with it.
const enter = `set -e
system=$1 folder=$2
shift 2
mkdir -p "$system$folder"
for each in /proc /dev "$folder"; do mount --rbind "$each" "$system$each"; done
exec chroot "$system" /usr/bin/env -i -C "$folder" PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 CXX=g++ "$@"`;

/**
 * Runs a program of that system on a folder of this one, which has the same path there.
 * @param {Log} log
 * @param {string} system
 * @param {string} folder
 * @param {readonly string[]} command
 */
export function runInside(log, system, folder, command) {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const shell = ['sh', '-c', enter, 'enter', system, folder, ...command];
  return log.run('unshare', [...user, '--mount', ...shell]);
}
