// Which compiler a preset is configured with, and whether that is still the one that the machine has:
// CMake keeps the first that it found, and ninja does not see that the program behind a path has changed.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter } from 'node:path';

/** @typedef {{ name: string, inherits?: string | string[], toolchainFile?: string, cacheVariables?: Record<string, unknown> }} Preset */

// Where emscripten.cmake looks when there is none on PATH.
const packagedEmcc = '/usr/share/emscripten/emcc';

/**
 * A preset's compiler settings, inherited or its own.
 * @param {readonly Preset[]} presets
 * @param {string} name
 * @returns {{ toolchainFile: string | undefined, compiler: unknown }}
 */
function settingsOf(presets, name) {
  const preset = presets.find((each) => each.name === name);
  const parents = [preset?.inherits ?? []].flat().map((parent) => settingsOf(presets, parent));
  const compiler = preset?.cacheVariables?.CMAKE_CXX_COMPILER;
  return {
    toolchainFile: [preset, ...parents].find((each) => each?.toolchainFile)?.toolchainFile,
    compiler: compiler ?? parents.find((each) => each.compiler)?.compiler,
  };
}

/** The program that a name on PATH means, behind its links. @param {string} name */
function locate(name) {
  const candidates = /^$|\//.test(name)
    ? [name]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => `${folder}/${name}`);
  for (const path of candidates) {
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {} // not this one
  }
  return undefined;
}

/**
 * Path and version of what a preset would be configured with now, a line each.
 * @param {string} presetsFile
 * @param {string} name
 */
export function compilerOf(presetsFile, name) {
  const { configurePresets } = JSON.parse(readFileSync(presetsFile, 'utf8'));
  const { toolchainFile, compiler } = settingsOf(configurePresets, name);
  let command = process.env.CXX || 'c++';
  if (toolchainFile !== undefined) {
    command = locate('emcc') === undefined ? packagedEmcc : 'emcc';
  } else {
    const [, variable] = /^\$env\{(\w+)\}$/.exec(String(compiler)) ?? [];
    if (variable !== undefined) command = process.env[variable] ?? '';
  }
  // CXX may name a launcher before the compiler; -v names the LLVM behind emcc, too.
  const [program = ''] = command.split(' ');
  const said = spawnSync('sh', ['-c', `${command} -v 2>&1`], { encoding: 'utf8' }).stdout;
  const versions = said.split('\n').filter((line) => /(^| )version \d|^emcc /.test(line));
  return [locate(program) ?? program, ...versions].join('\n');
}

const stampOf = (/** @type {string} */ folder) => `${folder}/compiler.txt`;

/** Remembers what a folder was configured with. @param {string} folder @param {string} compiler */
export const noteCompiler = (folder, compiler) => writeFileSync(stampOf(folder), compiler);

/**
 * Deletes a build folder that another compiler was configured for: objects of both would be linked
 * together. Says why, or nothing where there was nothing to delete.
 * @param {string} folder
 * @param {string} compiler
 */
export function forgetOtherCompiler(folder, compiler) {
  if (!existsSync(`${folder}/CMakeCache.txt`)) return undefined;
  const stamp = stampOf(folder);
  const before = existsSync(stamp) ? readFileSync(stamp, 'utf8') : 'a compiler that nobody noted';
  if (before === compiler) return undefined;
  rmSync(folder, { recursive: true, force: true });
  const line = (/** @type {string} */ text) => text.replaceAll('\n', ', ');
  return `was configured with ${line(before)}; now it is ${line(compiler)}`;
}
