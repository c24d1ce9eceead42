// Reads how many tests a runner ran from what the runner itself says. A runner that failed without
// saying anything counts as one failure; a report of an earlier run is never read.
import { readFileSync, rmSync } from 'node:fs';
import { CommandFailure } from '../lib/process.mjs';

/** @typedef {import('./table.mjs').Count} Count */

/**
 * Runs, and tells whether the runner itself was content.
 * @param {() => Promise<string>} run
 */
export async function attempt(run) {
  try {
    return { output: await run(), failed: false };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { output: error.output, failed: true };
  }
}

/**
 * @param {Count} count
 * @param {boolean} runnerFailed
 * @returns {Count}
 */
function judged(count, runnerFailed) {
  return runnerFailed && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/**
 * Sums the summary lines of every doctest program that ran.
 * @param {string} output
 * @returns {Count}
 */
export function parseDoctest(output) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const line =
    /\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped/g;
  for (const [, passed, failed, skipped] of output.matchAll(line)) {
    count.passed += Number(passed);
    count.failed += Number(failed);
    count.skipped += Number(skipped);
  }
  return count;
}

/** @param {() => Promise<string>} run */
export async function countDoctest(run) {
  const { output, failed } = await attempt(run);
  return judged(parseDoctest(output), failed);
}

/**
 * What run.mjs said of the stages that it ran: the closing line, and of each stage its line and of the
 * size its total.
 * @param {string} output
 * @param {boolean} runnerFailed
 * @returns {Count}
 */
export function parseStages(output, runnerFailed) {
  const closing = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(output);
  const [passed = 0, failed = 0, skipped = 0] = (closing ?? [])
    .slice(1)
    .map((each) => Number(each ?? 0));
  const lines = output.split('\n').filter((line) => /^\S+ +(?:ok|FAILED) |^ +total /.test(line));
  const notes = lines.map((line) => line.trim());
  // A runner that said nothing has shown nothing.
  return judged({ passed, failed, skipped, notes }, runnerFailed || closing === null);
}

/**
 * @param {string} report
 * @param {() => Promise<string>} run
 * @param {(report: any) => Count} read
 */
async function countReport(report, run, read) {
  rmSync(report, { force: true });
  const { failed } = await attempt(run);
  let text;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return judged(read(JSON.parse(text)), failed);
}

/**
 * @param {string} report
 * @param {() => Promise<string>} run
 */
export const countVitest = (report, run) =>
  countReport(report, run, (json) => ({
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
  }));

/**
 * @param {string} report
 * @param {() => Promise<string>} run
 */
export const countPlaywright = (report, run) => countReport(report, run, readPlaywright);

/** So many tests of a run may need their second attempt. */
const flakyMax = 2;

/**
 * A test that failed once and then passed is named, so that it is mended; many of them are a failure.
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, suites: readonly Suite[] }} report
 * @returns {Count}
 */
export function readPlaywright({ stats, suites }) {
  const forgiven = stats.flaky <= flakyMax;
  return {
    passed: stats.expected + (forgiven ? stats.flaky : 0),
    failed: stats.unexpected + (forgiven ? 0 : stats.flaky),
    skipped: stats.skipped,
    notes: [...noteFaults(suites), ...noteFlaky(suites)],
  };
}

/** A test with this tag is a row of the fault matrix. */
const FAULT_TAG = 'fault';

/** By these a row says more of itself; a row that is skipped says why. */
const PLAYED_IN = 'played in';
const NOT_SEEN = 'not seen';
const SKIPPED = 'skip';

/** @typedef {{ type: string, description?: string }} Annotation */
/** @typedef {{ projectName: string, status: string, annotations?: Annotation[] }} Run */
/** @typedef {{ title: string, tags: string[], tests: Run[] }} Spec */
/** @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite */

/**
 * @param {readonly Suite[]} suites
 * @returns {Spec[]}
 */
const specsOf = (suites) =>
  suites.flatMap(({ specs = [], suites: inner = [] }) => [...specs, ...specsOf(inner)]);

/** @param {readonly Suite[]} suites */
const noteFlaky = (suites) =>
  specsOf(suites).flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'flaky')
      .map(({ projectName }) => `passed at its second attempt only: [${projectName}] ${title}`),
  );

/**
 * What runs say of themselves in this way, each once, with how many say it.
 * @param {readonly Run[]} runs
 * @param {string} kind
 */
function tally(runs, kind) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { annotations = [] } of runs) {
    for (const { type, description } of annotations) {
      if (type !== kind) continue;
      const said = description ?? 'no reason is given';
      counts.set(said, (counts.get(said) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * For each project that ran rows of the fault matrix how many of them, and what it could not run or see.
 * @param {readonly Suite[]} suites
 * @returns {string[]}
 */
export function noteFaults(suites) {
  /** @type {Map<string, Run[]>} */
  const projects = new Map();
  for (const { tags, tests } of specsOf(suites)) {
    if (!tags.includes(FAULT_TAG)) continue;
    for (const run of tests) {
      const { projectName } = run;
      projects.set(projectName, [...(projects.get(projectName) ?? []), run]);
    }
  }
  return [...projects].flatMap(([project, runs]) => noteRuns(project, runs));
}

/**
 * @param {string} project
 * @param {readonly Run[]} runs
 */
function noteRuns(project, runs) {
  const ran = runs.filter(({ status }) => status !== 'skipped');
  const passed = ran.filter(({ status }) => status === 'expected' || status === 'flaky');
  const [engine] = tally(ran, PLAYED_IN).keys();
  const where = engine ?? `Chromium, connection in the ${project.split('-')[0]}`;
  const line = `faults in ${where}: ${passed.length} of ${ran.length} rows`;
  if (engine === undefined) return [line];
  return [
    `${line}; ${runs.length - ran.length} are not run there`,
    ...[...tally(runs, SKIPPED)].map(([why, count]) => `  ${count} not run: ${why}`),
    ...[...tally(ran, NOT_SEEN)].map(([what, count]) => `  in ${count} not seen: ${what}`),
  ];
}
