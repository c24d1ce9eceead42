// Plants the faults of tests/simulation/mutants, one at a time, each in a copy of one source, and
// asks the simulation whether the invariant that the fault names catches it by itself. The shipped
// core has no switch for any of this, and no file of it is touched.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import { buildPreset } from './builds.mjs';
import { readText } from './files.mjs';
import { CommandFailure, root } from './process.mjs';

/** @typedef {import('./process.mjs').Log} Log */
/** @typedef {{ name: string, invariant: string, fault: string, source: string, patch: string }} Mutant */
/** @typedef {{ mutant: Mutant, killed: boolean, how: string }} Verdict */

const folder = 'tests/simulation/mutants';
const built = `${root}/build/dev`;
// The machine asserts what must be true together, and would stop before an invariant has spoken.
const unasserted = 'keepline_unasserted';
// Enough for the rarest; most are caught within the first walk.
const programs = [
  { name: 'keepline_walk', args: ['--walks', '2000', '--steps', '2000'] },
  { name: 'keepline_enumerate', args: ['--depth', '7'] },
];
// A mutant may spin; nothing honest takes this long.
const patienceMs = 180_000;

/**
 * The names in tests/simulation/invariants.cpp, which mutants speak of.
 * @param {string} source
 */
export const invariantsIn = (source) =>
  [...source.matchAll(/^ {4}"([^"]+)"/gm)].map(([, name]) => name ?? '');

/**
 * What a patch file says of itself before its diff; throws where it does not say enough.
 * @param {string} name
 * @param {string} patch
 * @param {readonly string[]} invariants
 * @returns {Mutant}
 */
export function readMutant(name, patch, invariants) {
  const invariant = /^Invariant: (.+)$/m.exec(patch)?.[1] ?? '';
  const fault = /^Fault: (.+)$/m.exec(patch)?.[1] ?? '';
  const sources = [...patch.matchAll(/^\+\+\+ b\/(wasm\/core\/\w+\.cpp)$/gm)];
  const source = sources[0]?.[1] ?? '';
  if (!invariants.includes(invariant)) throw new Error(`${name}: no invariant "${invariant}"`);
  if (fault === '') throw new Error(`${name}: does not say what its fault is`);
  if (sources.length !== 1) throw new Error(`${name}: must change one source of the core`);
  return { name, invariant, fault, source, patch: `${folder}/${name}.patch` };
}

/**
 * The invariants that fewer than two faults try.
 * @param {readonly Mutant[]} mutants
 * @param {readonly string[]} invariants
 */
export const triedTooLittle = (mutants, invariants) =>
  invariants.filter((each) => mutants.filter(({ invariant }) => invariant === each).length < 2);

/** Every mutant, by name. */
export function listMutants() {
  const invariants = invariantsIn(readText('tests/simulation/invariants.cpp'));
  const mutants = readdirSync(`${root}/${folder}`)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readMutant(basename(file, '.patch'), readText(`${folder}/${file}`), invariants));
  const short = triedTooLittle(mutants, invariants);
  if (short.length > 0) throw new Error(`fewer than two mutants for: ${short.join('; ')}`);
  return mutants;
}

/**
 * So many of them, evenly spread over the list.
 * @param {readonly Mutant[]} mutants
 * @param {number} count
 */
export const sampleOf = (mutants, count) =>
  mutants.filter((_, index) => index % Math.ceil(mutants.length / count) === 0);

/**
 * The command that compiles a mutated copy as its original is compiled, but without assertions.
 * @param {string} command
 * @param {string} object
 * @param {string} source
 */
export const mutantCompilation = (command, object, source) =>
  command
    .replace(/ -o \S+ -c \S+/, ` -DNDEBUG -o ${object} -c ${source}`)
    .replace(' -Werror', ' -w'); // what a fault leaves unused is not what is judged

/**
 * The command that links a program with a mutated object, and with the rest of the machine without
 * assertions: the linker takes the first of what it finds twice.
 * @param {string} command
 * @param {string} object
 * @param {string} linked
 */
export const mutantLinking = (command, object, linked) =>
  command
    .replace(/ -o \S+/, ` ${object} -o ${linked}`)
    .replace(/ (\S*libkeepline_core\.a)/, ` tests/simulation/lib${unasserted}.a $1`);

/**
 * Compiles the mutated copy.
 * @param {Log} log
 * @param {Mutant} mutant
 */
async function compile(log, mutant) {
  const place = `build/mutants/${mutant.name}`;
  rmSync(`${root}/${place}`, { recursive: true, force: true });
  mkdirSync(dirname(`${root}/${place}/${mutant.source}`), { recursive: true });
  copyFileSync(`${root}/${mutant.source}`, `${root}/${place}/${mutant.source}`);
  // One line of context must fit, so that a change elsewhere in the file leaves the patch alone.
  await log.run('git', ['apply', '-C1', `--directory=${place}`, mutant.patch]);
  /** @type {{ file: string, command: string }[]} */
  const commands = JSON.parse(readText('build/dev/compile_commands.json'));
  const command = commands.find(({ file }) => file === `${root}/${mutant.source}`)?.command;
  if (command === undefined) throw new Error(`nobody compiles ${mutant.source}`);
  const object = `${root}/${place}/mutant.o`;
  const mutated = mutantCompilation(command, object, `${root}/${place}/${mutant.source}`);
  await log.run('sh', ['-c', mutated], { cwd: built });
  return object;
}

/**
 * @param {Log} log
 * @param {string} program
 * @param {string} object
 */
async function link(log, program, object) {
  const commands = await log.run('ninja', ['-t', 'commands', program], { cwd: built });
  const last = commands.trimEnd().split('\n').at(-1) ?? '';
  const linked = `${dirname(object)}/${program}`;
  await log.run('sh', ['-c', mutantLinking(last, object, linked)], { cwd: built });
  return linked;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
async function run(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: patienceMs });
  let output = '';
  child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
    output += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code, output };
}

/**
 * Whether its invariant, alone, catches the fault.
 * @param {Log} log
 * @param {Mutant} mutant
 * @returns {Promise<Verdict>}
 */
async function judge(log, mutant) {
  let object = '';
  try {
    object = await compile(log, mutant);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const how = `its patch no longer applies to ${mutant.source}, or does not compile`;
    return { mutant, killed: false, how };
  }
  for (const { name, args } of programs) {
    const program = await link(log, name, object);
    const { code, output } = await run(program, [...args, '--only', mutant.invariant]);
    log.write(output);
    if (code === 0) continue;
    const [, sentence] =
      new RegExp(`^${literally(mutant.invariant)}: (.*?) \\[`, 'm').exec(output) ?? [];
    if (code !== 1 || sentence === undefined) {
      return { mutant, killed: false, how: `${name} ended with ${code} and named no problem` };
    }
    const [, acts] = /^shrunk from \d+ acts to (\d+)/m.exec(output) ?? [];
    return { mutant, killed: true, how: `"${sentence}", shown by ${acts} acts (${name})` };
  }
  return { mutant, killed: false, how: 'nothing was noticed' };
}

/** @param {string} text */
const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Tries them all, as many at a time as there are processors, and tells each verdict when it is had.
 * @param {Log} log
 * @param {readonly Mutant[]} mutants
 * @param {(verdict: Verdict) => void} tell
 */
export async function tryMutants(log, mutants, tell) {
  for (const name of [unasserted, ...programs.map((program) => program.name)]) {
    await buildPreset(log, 'dev', name);
  }
  const todo = [...mutants];
  const worker = async () => {
    for (let mutant = todo.shift(); mutant !== undefined; mutant = todo.shift()) {
      tell(await judge(log, mutant));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
