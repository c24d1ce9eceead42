// The three things that are built, as steps that cost nothing when nothing changed.
import { existsSync } from 'node:fs';
import { root } from './process.mjs';

/** @typedef {import('./process.mjs').Log} Log */

/**
 * Builds a CMake preset, all of it or one target.
 * @param {Log} log
 * @param {string} preset
 * @param {string} [target]
 */
export async function buildPreset(log, preset, target) {
  if (!existsSync(`${root}/build/${preset}/build.ninja`)) {
    await log.run('cmake', ['--preset', preset]);
  }
  const only = target === undefined ? [] : ['--target', target];
  await log.run('cmake', ['--build', '--preset', preset, ...only]);
}

/** @param {Log} log */
export async function buildWasm(log) {
  await buildPreset(log, 'wasm-release');
}

/**
 * Builds js-bindings/dist from the module and the TypeScript sources.
 * @param {Log} log
 */
export async function buildPackage(log) {
  await buildWasm(log);
  await log.run('npm', ['run', '--silent', 'build', '--workspace', 'js-bindings']);
}
