// A program that a test has started, and awaits by what it says.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Its lines as they come, and how it ended. */
export class Started {
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;
  #waiting: (() => void)[] = [];

  constructor(child: ChildProcess) {
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        for (const wake of this.#waiting.splice(0)) wake();
      });
    }
    this.ended = once(child, 'close').then(([code]) => {
      for (const wake of this.#waiting.splice(0)) wake();
      return code as number | null;
    });
  }

  get text() {
    return this.lines.join('\n');
  }

  /** Resolves when it has said this so many times; rejects where it ended without. */
  async says(what: RegExp, times = 1): Promise<string> {
    for (;;) {
      const line = this.lines.filter((each) => what.test(each))[times - 1];
      if (line !== undefined) return line;
      if (this.child.exitCode !== null) throw new Error(`${what} was not said:\n${this.text}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
