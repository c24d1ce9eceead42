// Runs other programs for the verbs and keeps what they print. Knows nothing of what they do.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The project's root folder, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A program that failed; the message is for people, the log has everything. */
export class CommandFailure extends Error {
  /**
   * @param {string} command
   * @param {string} output
   */
  constructor(command, output) {
    super(`${command} failed`);
    this.output = output;
  }
}

/** What one stage or build step prints, in one file of build/logs. */
export class Log {
  /** @param {string} name */
  constructor(name) {
    mkdirSync(`${root}/build/logs`, { recursive: true });
    this.path = `build/logs/${name}.log`;
    this.stream = createWriteStream(`${root}/${this.path}`);
    /** The last lines, for a failure's report. */
    this.tail = '';
  }

  /** @param {string | Buffer} text */
  write(text) {
    this.stream.write(text);
    this.tail = (this.tail + String(text)).slice(-6000);
  }

  /** @returns {Promise<void>} */
  close() {
    return new Promise((resolve) => this.stream.end(resolve));
  }

  /**
   * Runs a program in the root folder; resolves with what it printed, rejects where it failed.
   * @param {string} command
   * @param {readonly string[]} args
   * @param {{ env?: Record<string, string>, cwd?: string }} [options]
   * @returns {Promise<string>}
   */
  run(command, args, options = {}) {
    const line = [command, ...args].join(' ');
    this.write(`$ ${line}\n`);
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: options.cwd ?? root,
        env: { ...process.env, NO_COLOR: '1', ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      /** @param {Buffer} chunk */
      const keep = (chunk) => {
        output += chunk.toString();
        this.write(chunk);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.on('error', (error) => {
        this.write(`${error.message}\n`);
        reject(new CommandFailure(line, output));
      });
      child.on('close', (code) => {
        if (code === 0) resolve(output);
        else reject(new CommandFailure(line, output));
      });
    });
  }
}

/**
 * Does `work` for each item, as many at once as there are processors.
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => Promise<void>} work
 */
export async function inParallel(items, work) {
  const todo = [...items];
  const worker = async () => {
    for (let item = todo.shift(); item !== undefined; item = todo.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/**
 * A tool of package-lock.json, called without npx: that would look a missing one up online.
 * @param {string} name
 */
export const bin = (name) => `${root}/node_modules/.bin/${name}`;
