// The processes of the benchmark's server half, and the cores that they run on: the servers have one, and
// everybody who uses or attacks them another, so that no client's work looks like a server's.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { root } from '../bundle.js';
import { within } from '../within.js';
import type { Answer, Answers, Question } from './answering.js';

/** The slowest answer is that of ten thousand links that are opened. */
const answerMsMax = 180_000;
const serverCore = '0';
const clientCore = '1';

export interface Cores {
  /** For the report. */
  readonly how: string;
  readonly apart: boolean;
  /** This process may run anywhere again. */
  release(): void;
}

/** Puts this process, and what it starts from now on, on the clients' core. */
export function takeClientCore(): Cores {
  const count = availableParallelism();
  const set = (cores: string) =>
    execFileSync('taskset', ['-acp', cores, String(process.pid)], { stdio: 'ignore' });
  if (count < 2) return shared('one core for all: the machine has no other');
  try {
    set(clientCore);
  } catch {
    return shared('no core of their own: there is no `taskset` here');
  }
  return {
    how: 'servers on core 0, clients, attackers and bystander on core 1 (`taskset`)',
    apart: true,
    release: () => void set(`0-${count - 1}`),
  };
}

const shared = (how: string): Cores => ({ how, apart: false, release: () => undefined });

/** How many files a process may have open. */
export function descriptorsMax(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const soft = Number(userLimits?.open_files?.soft ?? Number.NaN);
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft;
}

export interface Start {
  /** Of a module of this folder; or what Node is to run, from another folder. */
  readonly script: string;
  readonly words?: readonly string[];
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** For Node. */
  readonly flags?: readonly string[];
}

export const fileOf = (module: string): string =>
  fileURLToPath(new URL(`${module}.ts`, import.meta.url));

type Asked<Told extends Answers, Name extends keyof Told> = Parameters<Told[Name]>;

/** A process that answers, as `Told` says. */
export class Remote<Told extends Answers> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  /** Resolves when it has ended, by whatever. */
  readonly ended: Promise<unknown>;
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, 'exit');
    child.on('message', (answer: Answer) => this.#waiting.get(answer.number)?.(answer));
    child.once('exit', (code, signal) => {
      const failure = `the process ended (${signal ?? code})`;
      for (const tell of this.#waiting.values()) tell({ number: 0, failure });
    });
  }

  static start<Told extends Answers>(start: Start): Promise<Remote<Told>> {
    return Remote.#start(start, []);
  }

  /** On the servers' core, with a collector that can be called. */
  static startServer<Told extends Answers>(start: Start, { apart }: Cores): Promise<Remote<Told>> {
    return Remote.#start(
      { ...start, flags: ['--expose-gc', ...(start.flags ?? [])] },
      apart ? ['taskset', '-c', serverCore] : [],
    );
  }

  static async #start<Told extends Answers>(
    { script, words = [], folder = root, environment = {}, flags = [] }: Start,
    before: readonly string[],
  ): Promise<Remote<Told>> {
    const [command = '', ...rest] = [
      ...before,
      process.execPath,
      '--import',
      'tsx',
      ...flags,
      script,
      ...words,
    ];
    const child = spawn(command, rest, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const remote = new Remote<Told>(child);
    await remote.#answered(0, 'a process to start');
    return remote;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get output(): Readable {
    const { stdout } = this.#child;
    if (!stdout) throw new Error('The process was started without an output.');
    return stdout;
  }

  async ask<Name extends keyof Told & string>(
    name: Name,
    ...[given]: Asked<Told, Name>
  ): Promise<Awaited<ReturnType<Told[Name]>>> {
    if (!this.#child.connected) throw new Error(`${name}: the process has ended`);
    this.#asked += 1;
    const answered = this.#answered(this.#asked, name);
    // One that ends just now answers by its end.
    this.#child.send({ number: this.#asked, name, given } satisfies Question, () => undefined);
    return (await answered) as Awaited<ReturnType<Told[Name]>>;
  }

  async #answered(number: number, what: string): Promise<unknown> {
    const coming = new Promise<Answer>((resolve) => this.#waiting.set(number, resolve));
    const { value, failure } = await within(answerMsMax, what, coming);
    this.#waiting.delete(number);
    if (failure !== undefined) throw new Error(`${what}: ${failure}`);
    return value;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
