// The three things that are built, as steps that cost nothing when nothing changed.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, posix } from 'node:path';
import { compilerOf, forgetOtherCompiler, noteCompiler } from './compilers.mjs';
import { listFiles, readText } from './files.mjs';
import { alone } from './lock.mjs';
import { root } from './process.mjs';

/** @typedef {import('./process.mjs').Log} Log */

/** Tells the log and whoever waits. @param {Log} log @param {string} text */
function say(log, text) {
  log.write(`${text}\n`);
  console.log(`build: ${text}`);
}

/**
 * Builds a part while no other verb does.
 * @param {Log} log
 * @param {string} part
 * @param {() => Promise<void>} build
 */
const undisturbed = (log, part, build) =>
  alone(
    `${root}/build/locks/${part}`,
    (owner) => say(log, `waiting for process ${owner}, which builds ${part}`),
    build,
  );

/**
 * Builds a CMake preset, all of it or one target.
 * @param {Log} log
 * @param {string} preset
 * @param {string} [target]
 */
export async function buildPreset(log, preset, target) {
  await undisturbed(log, preset, async () => {
    const folder = `${root}/build/${preset}`;
    const presets = `${root}/CMakePresets.json`;
    const compiler = compilerOf(presets, preset);
    const forgotten = forgetOtherCompiler(folder, compiler);
    if (forgotten) say(log, `build/${preset} ${forgotten}: it is configured afresh`);
    // A preset's flags are read when it is configured, so a changed preset configures anew.
    const configured = `${folder}/build.ninja`;
    if (!existsSync(configured) || statSync(configured).mtimeMs < statSync(presets).mtimeMs) {
      await log.run('cmake', ['--preset', preset]);
      noteCompiler(folder, compiler);
    }
    const only = target === undefined ? [] : ['--target', target];
    await log.run('cmake', ['--build', '--preset', preset, ...only]);
  });
}

/** @param {Log} log */
export async function buildWasm(log) {
  await buildPreset(log, 'wasm-release');
}

/**
 * What the package carries beside its code, and where the README looks for it: copied from the root, where
 * it is kept. What a document leads to comes along, so that its links and pictures are there.
 */
function documents() {
  const found = new Set(['LICENSE', 'README.md', 'CHANGELOG.md', 'PROTOCOL.md']);
  // What is added while a set is gone through is gone through as well.
  for (const path of found) {
    if (!path.endsWith('.md')) continue;
    for (const [, link] of readText(path).matchAll(/\]\((?![a-z]+:|#)([^)#]+)/g)) {
      found.add(posix.join(posix.dirname(path), link ?? ''));
    }
  }
  return [...found];
}

/** One hash of everything that js-bindings/dist is made from. */
function packageInputs() {
  const hash = createHash('sha256');
  const files = listFiles('js-bindings').concat('package-lock.json', ...documents());
  for (const path of files) hash.update(path).update(readText(path));
  for (const name of ['keepline.js', 'keepline.wasm', 'keepline-strict.wasm']) {
    hash.update(readFileSync(`${root}/build/wasm-release/${name}`));
  }
  return hash.digest('hex');
}

/**
 * Builds js-bindings/dist from the module and the TypeScript sources.
 * @param {Log} log
 */
export async function buildPackage(log) {
  await buildWasm(log);
  await undisturbed(log, 'package', async () => {
    const stamp = `${root}/build/package.inputs`;
    const wanted = packageInputs();
    if (
      existsSync(`${root}/js-bindings/dist/index.js`) &&
      existsSync(stamp) &&
      readFileSync(stamp, 'utf8') === wanted
    )
      return;
    await log.run(process.execPath, ['scripts/build.js'], { cwd: `${root}/js-bindings` });
    for (const path of documents()) {
      mkdirSync(dirname(`${root}/js-bindings/${path}`), { recursive: true });
      copyFileSync(`${root}/${path}`, `${root}/js-bindings/${path}`);
    }
    writeFileSync(stamp, wanted);
  });
}
