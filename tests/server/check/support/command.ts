/** The command as it is installed, run as a process; its report is read as programs read it. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(
  new URL('../../../../js-bindings/dist/server/cli/main.js', import.meta.url),
);

export interface Line {
  readonly id: string;
  readonly level: 'must' | 'should';
  readonly result: 'pass' | 'fail' | 'skipped';
  readonly seen: string;
}

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly complaint: string;
}

export function keepline(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return runCommand(main, args, environment);
}

/** The same, from wherever it lies. */
export async function runCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const child = spawn(process.execPath, [command, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, complaint, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  return { code, output, complaint };
}

export interface Checked extends Outcome {
  readonly rules: readonly Line[];
  /** What was not kept, whatever its level. */
  readonly broken: readonly string[];
  readonly skipped: readonly string[];
  readonly seen: (id: string) => string;
}

/** The token goes by the environment, as the help recommends. */
export async function check(
  url: string,
  token: string | undefined,
  ...args: readonly string[]
): Promise<Checked> {
  const environment: Record<string, string> = token === undefined ? {} : { KEEPLINE_TOKEN: token };
  const outcome = await keepline(['check', url, '--json', ...args], environment);
  if (outcome.output === '') throw new Error(`nothing was checked: ${outcome.complaint}`);
  const { rules } = JSON.parse(outcome.output) as { rules: readonly Line[] };
  const having = (result: Line['result']) =>
    rules.filter((rule) => rule.result === result).map(({ id }) => id);
  return {
    ...outcome,
    rules,
    broken: having('fail'),
    skipped: having('skipped'),
    seen: (id) => rules.find((rule) => rule.id === id)?.seen ?? '',
  };
}
