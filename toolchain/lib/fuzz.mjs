// Runs the fuzz targets of tests/fuzz for some time each, and reads from what libFuzzer says how
// much it tried. What a target finds worth keeping goes to build/, never into the committed corpus.
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildPreset } from './builds.mjs';
import { readText } from './files.mjs';
import { CommandFailure, root } from './process.mjs';

/** @typedef {import('./process.mjs').Log} Log */
/** @typedef {{ target: string, executions: number, problem: string | undefined }} Outcome */

// Longer inputs say nothing that these do not, and take longer.
const inputBytesMax = 512;
// One input; a machine that spins must not pass for a slow one.
const inputSecondsMax = 20;

/** The targets, as tests/fuzz/CMakeLists.txt names them. */
export const fuzzTargets = () =>
  [...readText('tests/fuzz/CMakeLists.txt').matchAll(/^keepline_fuzz_target\((\w+) /gm)].map(
    ([, name]) => name ?? '',
  );

/**
 * What libFuzzer's last lines say.
 * @param {string} target
 * @param {string} output
 * @param {boolean} failed
 * @returns {Outcome}
 */
export function readOutcome(target, output, failed) {
  const executions = Number(/^stat::number_of_executed_units:\s*(\d+)/m.exec(output)?.[1] ?? 0);
  const told = /^PROBLEM: .*|^.*(?:runtime error|ERROR: (?!libFuzzer: deadly)).*/m.exec(
    output,
  )?.[0];
  // A fuzzer that tried nothing has shown nothing.
  const silent = executions === 0 ? 'nothing was tried' : undefined;
  return { target, executions, problem: told ?? (failed ? 'it failed' : silent) };
}

/**
 * @param {Log} log
 * @param {string} target
 * @param {number} seconds
 */
async function runTarget(log, target, seconds) {
  const found = `${root}/build/fuzz/found/${target}`;
  mkdirSync(found, { recursive: true });
  const corpus = `${root}/tests/fuzz/corpus/${target}`;
  if (!existsSync(corpus)) throw new Error(`${target} has no corpus to begin with`);
  const args = [
    `-max_total_time=${seconds}`,
    `-max_len=${inputBytesMax}`,
    `-timeout=${inputSecondsMax}`,
    '-print_final_stats=1',
    `-artifact_prefix=${root}/build/fuzz/${target}-`,
    found,
    corpus,
  ];
  try {
    const output = await log.run(`${root}/build/fuzz/tests/fuzz/keepline_fuzz_${target}`, args);
    return readOutcome(target, output, false);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return readOutcome(target, error.output, true);
  }
}

/**
 * Runs them, as many at a time as there are processors, and tells each outcome when it is had.
 * @param {Log} log
 * @param {readonly string[]} targets
 * @param {number} seconds
 * @param {(outcome: Outcome) => void} tell
 */
export async function runFuzz(log, targets, seconds, tell) {
  await buildPreset(log, 'fuzz', 'keepline_fuzz');
  const todo = [...targets];
  const worker = async () => {
    for (let target = todo.shift(); target !== undefined; target = todo.shift()) {
      tell(await runTarget(log, target, seconds));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
