// A build folder remembers the compiler that it was configured with; the machine may have another one by
// now, and two verbs may want to build at once.
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { compilerOf } from '../../../toolchain/lib/compilers.mjs';
import { root } from '../../../toolchain/lib/process.mjs';
import { Started } from './support/started.js';

// Compilers are slow where the machine is busy, and no failure for that.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/keepline-builds-`);
  mkdirSync(`${folder}/toolchain/lib`, { recursive: true });
  mkdirSync(`${folder}/bin`);
  for (const name of ['builds', 'compilers', 'files', 'lock', 'process']) {
    copyFileSync(`${root}/toolchain/lib/${name}.mjs`, `${folder}/toolchain/lib/${name}.mjs`);
  }
  const project = 'cmake_minimum_required(VERSION 3.25)\nproject(small LANGUAGES CXX)\n';
  writeFileSync(`${folder}/CMakeLists.txt`, `${project}add_library(small OBJECT small.cpp)\n`);
  writeFileSync(`${folder}/small.cpp`, 'int small() { return 1; }\n');
  const native = { name: 'native', generator: 'Ninja', binaryDir: `${folder}/build/native` };
  writeFileSync(
    `${folder}/CMakePresets.json`,
    JSON.stringify({
      version: 6,
      configurePresets: [
        native,
        { ...native, name: 'base', toolchainFile: 'emscripten.cmake' },
        { ...native, name: 'module', inherits: 'base' },
        { ...native, name: 'fuzz', cacheVariables: { CMAKE_CXX_COMPILER: '$env{FUZZER}' } },
      ],
      buildPresets: [{ name: 'native', configurePreset: 'native' }],
    }),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A compiler of this release: the machine's, which says another number and notes what it compiles. */
function install(name: string, release: string) {
  const path = `${folder}/bin/${name}`;
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$*" = -v ]; then echo "small version ${release}" >&2; exit; fi\n` +
      `case "$*" in *small.cpp*) echo ${release} >>"${folder}/compiled" ;; esac\nexec c++ "$@"\n`,
    { mode: 0o755 },
  );
  return path;
}
const compiled = () => readFileSync(`${folder}/compiled`, 'utf8').trim().split('\n');

function build(CXX: string) {
  const script = `
    import { Log } from '${folder}/toolchain/lib/process.mjs';
    import { buildPreset } from '${folder}/toolchain/lib/builds.mjs';
    await buildPreset(new Log('test'), 'native');`;
  const args = ['--input-type=module', '-e', script];
  return new Started(spawn(process.execPath, args, { env: { ...process.env, CXX } }));
}
const canBuild = ['cmake', 'ninja', 'c++'].every(
  (each) => spawnSync(each, ['--version']).status === 0,
);

it.skipIf(!canBuild)(
  'a compiler that was updated in its place builds everything afresh, and the build says so',
  async () => {
    const CXX = install('compiler', '1.0');
    for (const run of [build(CXX), build(CXX)]) expect(await run.ended, run.text).toBe(0);
    expect(compiled()).toEqual(['1.0']);
    install('compiler', '2.0');
    const run = build(CXX);
    expect(await run.ended, run.text).toBe(0);
    expect(compiled()).toEqual(['1.0', '2.0']);
    expect(run.text).toContain(
      `build/native was configured with ${CXX}, small version 1.0; ` +
        `now it is ${CXX}, small version 2.0: it is configured afresh`,
    );
  },
);

it.skipIf(!canBuild)('another compiler on PATH is the one that builds', async () => {
  const [first, second] = [install('one', '1.0'), install('other', '1.0')];
  expect(await build(first).ended).toBe(0);
  const run = build(second);
  expect(await run.ended, run.text).toBe(0);
  expect(run.text).toContain(`now it is ${second}`);
  expect(readFileSync(`${folder}/build/native/CMakeCache.txt`, 'utf8')).toContain(second);
});

it('a preset is built by the compiler that its toolchain file, its variable or CXX names', () => {
  const presets = `${folder}/CMakePresets.json`;
  const before = { ...process.env };
  try {
    process.env['PATH'] = `${folder}/bin:${before['PATH']}`;
    process.env['CXX'] = install('by-cxx', '3.0');
    process.env['FUZZER'] = install('by-variable', '4.0');
    const emcc = install('emcc', '5.0');
    expect(compilerOf(presets, 'native')).toBe(`${folder}/bin/by-cxx\nsmall version 3.0`);
    expect(compilerOf(presets, 'fuzz')).toBe(`${folder}/bin/by-variable\nsmall version 4.0`);
    expect(compilerOf(presets, 'module')).toBe(`${emcc}\nsmall version 5.0`);
  } finally {
    process.env = before;
  }
});

it.skipIf(!canBuild)('two builds of one folder run one after the other', async () => {
  const CXX = install('compiler', '1.0');
  const [one, other] = [build(CXX), build(CXX)];
  expect([await one.ended, await other.ended], `${one.text}\n${other.text}`).toEqual([0, 0]);
  expect(compiled()).toEqual(['1.0']);
});

it('waits for the process that builds, and for none that has died', async () => {
  const locks = `${folder}/toolchain/lib/lock.mjs`;
  const hold = `import { alone } from '${locks}';
    await alone('${folder}/lock', (owner) => console.log('waits for ' + owner), async () => {
      console.log('inside');
      await new Promise((resolve) => process.stdin.once('data', resolve));
    });
    process.exit(0);`;
  const start = () =>
    new Started(spawn(process.execPath, ['--input-type=module', '-e', hold], { cwd: folder }));
  const first = start();
  await first.says(/^inside$/);
  const second = start();
  await second.says(new RegExp(`^waits for ${first.child.pid}$`));
  expect(second.lines).not.toContain('inside');
  first.child.kill('SIGKILL');
  await second.says(/^inside$/);
  second.child.stdin?.write('\n');
  expect(await second.ended).toBe(0);
  expect(existsSync(`${folder}/lock`)).toBe(false);
});
