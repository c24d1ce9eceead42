// Every stage of toolchain/test, in the order in which they run: cheap ones first. Those marked `byName`
// take long and repeat what others show in another way: they run when they are named.
import { judgeLayers } from '../layering.mjs';
import { buildPackage, buildPreset } from '../lib/builds.mjs';
import { listFiles, readText } from '../lib/files.mjs';
import { bin, CommandFailure, inParallel, root } from '../lib/process.mjs';
import { checkDelivery } from './checker.mjs';
import { checkFormat, lint } from './code.mjs';
import { countDoctest, countPlaywright, countVitest } from './counts.mjs';
import { fuzzBriefly } from './fuzz.mjs';
import { sampleMutants } from './mutants.mjs';
import { compareReplays } from './parity.mjs';
import { simulate } from './simulation.mjs';
import { compareSpecification } from './specification.mjs';
import { withDebian, withoutDiet } from './variants.mjs';
import { inspectModule } from './wasm.mjs';

/** @typedef {import('../lib/process.mjs').Log} Log */
/** @typedef {{ passed: number, failed: number, skipped: number, notes?: string[] }} Count */
/** @typedef {{ name: string, what: string, byName?: boolean, run: (log: Log) => Promise<Count> }} Stage */

/**
 * Runs a preset's suites and counts doctest's cases.
 * @param {Log} log
 * @param {string} preset
 */
async function runNative(log, preset) {
  await buildPreset(log, preset);
  return countDoctest(() => log.run('ctest', ['--preset', preset, '--verbose']));
}

/**
 * Runs one group of vitest.config.ts.
 * @param {Log} log
 * @param {string} name
 * @param {readonly string[]} projects
 * @param {readonly string[]} [others] that are not run
 */
function runVitest(log, name, projects, others = []) {
  const report = `${root}/build/logs/${name}.json`;
  const chosen = [
    ...projects.flatMap((project) => ['--project', project]),
    ...others.flatMap((pattern) => ['--exclude', pattern]),
  ];
  return countVitest(report, () =>
    log.run(bin('vitest'), [
      'run',
      ...chosen,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]),
  );
}

/**
 * Type checks every tsconfig.json there is: a new folder of sources needs no line here.
 * @param {Log} log
 * @returns {Promise<Count>}
 */
async function checkTypes(log) {
  await buildPackage(log);
  const count = { passed: 0, failed: 0, skipped: 0 };
  const projects = listFiles().filter((file) => /(^|\/)tsconfig\.json$/.test(file));
  await inParallel(projects, async (path) => {
    try {
      // What the compiler learned, so that the next run looks at what has changed since.
      const memory = `build/types/${path.replaceAll('/', '-')}.tsbuildinfo`;
      const remembering = ['--incremental', '--tsBuildInfoFile', `${root}/${memory}`];
      const how = ['--noEmit', '--pretty', 'false', ...remembering, '--project', path];
      await log.run(bin('tsc'), how);
      count.passed += 1;
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      count.failed += 1;
    }
  });
  return count;
}

/**
 * @param {Log} log
 * @returns {Promise<Count>}
 */
async function checkLayers(log) {
  const files = new Map(listFiles().map((path) => [path, () => readText(path)]));
  const { rules, problems } = judgeLayers(files);
  for (const problem of problems) log.write(`${problem}\n`);
  return {
    passed: rules - new Set(problems.map((each) => each.rule)).size,
    failed: problems.length,
    skipped: 0,
  };
}

/**
 * @param {Log} log
 * @returns {Promise<Count>}
 */
async function checkGenerated(log) {
  await buildPreset(log, 'dev', 'keepline_generate');
  await log.run(`${root}/build/dev/toolchain/generate/keepline_generate`, ['--check', root]);
  return { passed: 1, failed: 0, skipped: 0 };
}

/**
 * @param {Log} log
 * @returns {Promise<Count>}
 */
async function checkSize(log) {
  await buildPackage(log);
  const output = await log.run(process.execPath, ['toolchain/size.mjs']);
  return { passed: 1, failed: 0, skipped: 0, notes: output.trimEnd().split('\n') };
}

/**
 * Runs projects of playwright.config.ts.
 * @param {Log} log
 * @param {string} name
 * @param {readonly string[]} projects
 */
async function runBrowser(log, name, projects) {
  await buildPackage(log);
  const report = `${root}/build/logs/${name}.json`;
  const chosen = projects.map((project) => `--project=${project}`);
  return countPlaywright(report, () =>
    log.run(bin('playwright'), ['test', ...chosen, '--reporter=list,json'], {
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    }),
  );
}

/**
 * Runs the rows of the fault matrix in another engine: one browser, and one row at a time.
 * @param {Log} log
 * @param {string} engine
 */
async function runEngine(log, engine) {
  await buildPackage(log);
  const report = `${root}/build/logs/${engine}.json`;
  const command = [bin('playwright'), 'test', `--project=${engine}`, '--workers=1'];
  // WebKitGTK's browser has no headless mode.
  const [program = '', ...args] = engine === 'webkit' ? ['xvfb-run', '-a', ...command] : command;
  return countPlaywright(report, () =>
    log.run(program, [...args, '--reporter=list,json'], {
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, KEEPLINE_ENGINE: engine },
    }),
  );
}

/** @type {readonly Stage[]} */
export const stages = [
  { name: 'format', what: 'clang-format and Biome agree with every file', run: checkFormat },
  { name: 'layering', what: 'who may include and import whom', run: checkLayers },
  {
    name: 'vectors',
    what: 'cases equal the specification',
    run: compareSpecification,
  },
  { name: 'lint', what: 'clang-tidy and Biome', run: lint },
  {
    name: 'generated',
    what: "committed sources equal their generator's output",
    run: checkGenerated,
  },
  { name: 'native', what: 'core and simulation, natively', run: (log) => runNative(log, 'dev') },
  {
    name: 'simulation',
    what: 'every short schedule, ten million random steps, and the figures of a herd',
    run: simulate,
  },
  { name: 'mutants', what: 'planted faults that the simulation must catch', run: sampleMutants },
  { name: 'asan', what: 'the same under sanitizers', run: (log) => runNative(log, 'asan') },
  { name: 'fuzz', what: 'every fuzz target for ten seconds, under sanitizers', run: fuzzBriefly },
  {
    name: 'wasm',
    what: 'the module builds, with and without assertions',
    run: (log) => inspectModule(log),
  },
  {
    name: 'parity',
    what: 'recorded runs give the same natively and in WebAssembly',
    run: compareReplays,
  },
  { name: 'types', what: 'TypeScript, every project', run: checkTypes },
  {
    name: 'js',
    what: 'shim, React layer on React 18 and 19, server and toolchain',
    run: async (log) => {
      await buildPackage(log);
      return runVitest(log, 'js', ['js', 'js-react-18', 'server', 'bench']);
    },
  },
  {
    name: 'checker',
    what: 'no event lost, doubled or out of order under faults, for 30 seconds',
    run: checkDelivery,
  },
  {
    name: 'package',
    what: 'the tarball, in Node, Vite, webpack, Next and the browser',
    run: async (log) => {
      await buildPackage(log);
      return runVitest(log, 'package', ['package']);
    },
  },
  { name: 'size', what: 'bytes of the minimal app against the budget', run: checkSize },
  {
    name: 'browser',
    what: 'the page in Chromium, its connection in the page and in a worker',
    run: (log) => runBrowser(log, 'browser', ['page', 'worker']),
  },
  {
    name: 'module',
    what: 'of the stage js what drives the module',
    byName: true,
    run: async (log) => {
      await buildPackage(log);
      return runVitest(log, 'module', ['js'], ['tests/js/react/**', 'tests/js/toolchain/**']);
    },
  },
  {
    name: 'without-diet',
    what: 'the module without wasm/browser/diet, and what it weighs then',
    byName: true,
    run: withoutDiet,
  },
  {
    name: 'debian-13',
    what: "the module by Debian 13's Emscripten, from its packages",
    byName: true,
    run: (log) => withDebian(log, 'trixie'),
  },
  {
    name: 'debian-sid',
    what: "the module by Debian unstable's Emscripten, from its packages",
    byName: true,
    run: (log) => withDebian(log, 'sid'),
  },
  {
    name: 'worker-faults',
    what: 'the faults once more, over a worker',
    byName: true,
    run: (log) => runBrowser(log, 'worker-faults', ['worker-faults']),
  },
  {
    name: 'firefox',
    what: 'the faults once more, in Firefox',
    byName: true,
    run: (log) => runEngine(log, 'firefox'),
  },
  {
    name: 'webkit',
    what: 'the faults once more, in WebKitGTK',
    byName: true,
    run: (log) => runEngine(log, 'webkit'),
  },
  {
    name: 'worker-desk',
    what: 'the desk and the indicator once more, over a worker',
    byName: true,
    run: (log) => runBrowser(log, 'worker-desk', ['worker-desk']),
  },
  {
    name: 'pictures',
    what: 'the desk in light and dark, wide and narrow, for people to look at',
    byName: true,
    run: (log) => runBrowser(log, 'pictures', ['pictures']),
  },
  {
    name: 'soak',
    what: 'a million events and a thousand reconnections in one page, in each host',
    byName: true,
    run: (log) => runBrowser(log, 'soak', ['soak', 'soak-worker']),
  },
];
