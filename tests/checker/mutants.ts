// Plants the faults of tests/checker/mutants, one at a time, each in a copy of the server half, and asks whether
// the checker finds what the fault names. The sources themselves are not touched.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { faultKinds, type Verdict } from './judge.js';
import { type SendVerdict, sendFaultKinds } from './judge-sends.js';
import { type Outcome, run } from './run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}/tests/checker/mutants`;
const serverHalf = 'js-bindings/src/server';
const kinds = [...faultKinds, ...sendFaultKinds] as const;
type Kind = (typeof kinds)[number];

export interface Mutant {
  readonly name: string;
  /** What it leads to. */
  readonly breaks: Kind;
  readonly fault: string;
  /** How many it takes to be found. */
  readonly nodes: number;
}

/** Throws where a patch does not say enough of itself. */
export function listMutants(): readonly Mutant[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => {
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      const [, said = ''] = /^Breaks: (\w+)$/m.exec(text) ?? [];
      const [, fault = ''] = /^Fault: (.+)$/m.exec(text) ?? [];
      const [, nodes = '1'] = /^Nodes: (\d)$/m.exec(text) ?? [];
      const breaks = kinds.find((kind) => kind === said);
      if (!breaks || fault === '') throw new Error(`${file}: says not what it breaks, or how`);
      return { name: basename(file, '.patch'), breaks, fault, nodes: Number(nodes) };
    });
}

export interface Trial {
  readonly killed: boolean;
  readonly outcome: Outcome;
}

/** Runs the checker against a server with this fault. */
export async function tryMutant(mutant: Mutant, seconds: number, seed: number): Promise<Trial> {
  const { nodes } = mutant;
  const outcome = await run({ seconds, seed, rate: 200, nodes }, await plant(mutant));
  const found: Verdict & SendVerdict = { ...outcome.sends, ...outcome.verdict };
  return { killed: found[mutant.breaks] > 0, outcome };
}

/** The node of the checker, with the fault bundled into it. */
async function plant({ name }: Mutant): Promise<string> {
  const place = `${root}/build/checker/${name}`;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(`${place}/${serverHalf}`, { recursive: true });
  cpSync(`${root}/${serverHalf}`, `${place}/${serverHalf}`, { recursive: true });
  execFileSync('patch', ['-p1', '--silent', '-i', `${folder}/${name}.patch`], { cwd: place });
  const outfile = `${place}/node.mjs`;
  await build({
    entryPoints: [`${root}/tests/checker/node.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['ws', 'redis'],
    alias: {
      'keepline/server': `${place}/${serverHalf}/index.ts`,
      'keepline/server/redis': `${place}/${serverHalf}/redis/index.ts`,
      'keepline/server/ws': `${place}/${serverHalf}/ws/index.ts`,
    },
    logLevel: 'error',
  });
  return outfile;
}
