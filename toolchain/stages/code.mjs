// The stages about the text of the sources: formatting, and what linters find. One release of the
// clang tools decides; where the machine has another one, that part is skipped and says so.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { buildPreset } from '../lib/builds.mjs';
import { listFiles, readText } from '../lib/files.mjs';
import { bin, CommandFailure, inParallel, root } from '../lib/process.mjs';

/** @typedef {import('../lib/process.mjs').Log} Log */
/** @typedef {import('./table.mjs').Count} Count */

const wantedRelease = process.env.KEEPLINE_CLANG_TOOLS ?? '';

/**
 * Runs one check and counts it, without ending the others.
 * @param {Count} count
 * @param {() => Promise<unknown>} check
 */
async function judge(count, check) {
  try {
    await check();
    count.passed += 1;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    count.failed += 1;
  }
}

/**
 * The tool's path, or nothing where the machine has another release of it.
 * @param {Log} log
 * @param {Count} count
 * @param {string} variable
 */
async function clangTool(log, count, variable) {
  const tool = process.env[variable] ?? '';
  const release = /version (\d+)/.exec(await log.run(tool, ['--version']))?.[1];
  if (release === wantedRelease) return tool;
  count.skipped += 1;
  count.notes = [
    ...(count.notes ?? []),
    `${tool} is release ${release}, and ${wantedRelease} decides`,
  ];
  return undefined;
}

/**
 * @param {Log} log
 * @returns {Promise<Count>}
 */
export async function checkFormat(log) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0 };
  const sources = listFiles().filter((path) => /\.(cpp|hpp)$/.test(path));
  const tool = await clangTool(log, count, 'KEEPLINE_CLANG_FORMAT');
  if (tool !== undefined) {
    await judge(count, () => log.run(tool, ['--dry-run', '-Werror', ...sources]));
  }
  await judge(count, () => log.run(bin('biome'), ['format', '.']));
  return count;
}

/**
 * What a verdict of clang-tidy depends on, as one hash: the settings, the source, and every header of
 * ours that it reaches.
 * @param {readonly string[]} files
 */
function tidyKey(files) {
  const headers = files.filter((path) => path.endsWith('.hpp'));
  /** @type {(path: string, reached: Set<string>) => Set<string>} */
  const reach = (path, reached) => {
    if (reached.has(path)) return reached;
    reached.add(path);
    for (const [, name] of readText(path).matchAll(/^#include "(?:[^"]*\/)?([^"/]+)"/gm)) {
      for (const header of headers) if (header.endsWith(`/${name}`)) reach(header, reached);
    }
    return reached;
  };
  return (/** @type {string} */ path) => {
    const hash = createHash('sha256').update(wantedRelease);
    hash.update(readText('.clang-tidy')).update(readText('toolchain/cmake/compile.cmake'));
    for (const part of reach(path, new Set())) hash.update(part).update(readText(part));
    return hash.digest('hex');
  };
}

/**
 * Runs clang-tidy over what changed, as many at once as there are processors.
 * @param {Log} log
 * @param {string} tool
 */
async function tidy(log, tool) {
  await buildPreset(log, 'dev', 'keepline_core');
  const files = listFiles();
  const key = tidyKey(files);
  /** @type {{ file: string }[]} */
  const commands = JSON.parse(readText('build/dev/compile_commands.json'));
  const compiled = new Set(commands.map((command) => command.file));
  const seen = `${root}/build/tidy`;
  mkdirSync(seen, { recursive: true });
  const todo = files.filter(
    (path) => compiled.has(`${root}/${path}`) && !existsSync(`${seen}/${key(path)}`),
  );
  let failed = false;
  await inParallel(todo, async (path) => {
    try {
      await log.run(tool, ['--quiet', '-p', 'build/dev', path]);
      writeFileSync(`${seen}/${key(path)}`, '');
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      failed = true;
    }
  });
  if (failed) throw new CommandFailure('clang-tidy', '');
}

/**
 * @param {Log} log
 * @returns {Promise<Count>}
 */
export async function lint(log) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0 };
  await judge(count, () => log.run(bin('biome'), ['lint', '--error-on-warnings', '.']));
  const tool = await clangTool(log, count, 'KEEPLINE_CLANG_TIDY');
  if (tool !== undefined) await judge(count, () => tidy(log, tool));
  return count;
}
