#!/usr/bin/env node
/**
 * The command `keepline`: hands its arguments to a subcommand, and ends with what that answers. Knows no
 * subcommand's options, and loads only the one that was asked for, since each has packages of its own.
 */
import { readFileSync } from 'node:fs';
import { CouldNotRun } from './could-not-run.js';
import { requirePeers } from './peers.js';

/** The command could not do what was asked; 1 is left to subcommands that found something. */
const FAILED = 2;

interface Subcommand {
  readonly what: string;
  /** Answers with the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

const subcommands: ReadonlyMap<string, Subcommand> = new Map([
  [
    'check',
    {
      what: 'say, rule by rule, how well a server speaks the protocol',
      run: async (args) => {
        requirePeers(['ws']);
        return (await import('./check/command.js')).check(args);
      },
    },
  ],
  [
    'serve',
    {
      what: 'be a server by itself, for back ends in any language',
      run: async (args) => (await import('./serve/command.js')).serve(args),
    },
  ],
]);

function help(): string {
  const lines = [...subcommands].map(([name, { what }]) => `  ${name.padEnd(10)}${what}`);
  return `Usage: keepline <command> [options]\n\n${lines.join('\n')}\n\nkeepline <command> --help says more; keepline --version says which this is.\n`;
}

function version(): string {
  const manifest = new URL('../../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return `${version}\n`;
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(help());
    return name === undefined ? FAILED : 0;
  }
  if (name === '--version') {
    process.stdout.write(version());
    return 0;
  }
  const subcommand = subcommands.get(name);
  if (!subcommand) {
    throw new CouldNotRun(`there is no command "${name}"; keepline --help names them`);
  }
  return subcommand.run(args);
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof CouldNotRun ? message : `unexpected: ${message}`;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`keepline: ${explain(error)}\n`);
  process.exitCode = FAILED;
}
