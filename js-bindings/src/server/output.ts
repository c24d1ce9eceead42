// Where a log goes, so that whoever reads it slowly, or not at all, holds up nobody.
//
// A write to a pipe whose reader has stopped blocks the whole process, and one that is left to a thread
// blocks its exit. A socket on the same descriptor does neither.
import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Lines that nobody has taken yet; what is more is dropped, and told of afterwards. */
const pendingBytesMax = 1024 * 1024;

/** A destination for pino, or whatever else writes lines. */
export interface LineOutput {
  write(line: string): void;
  /** Settles when all has been taken, or after so long. */
  flush(patienceMs: number): Promise<void>;
}

/** `fd`: 1 for standard output. Files and terminals are written to at once: they take what they are given. */
export function boundedOutput(fd = 1): LineOutput {
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket()) return new PipeOutput(fd);
  return { write: (line) => void writeSync(fd, line), flush: () => Promise.resolve() };
}

class PipeOutput implements LineOutput {
  readonly #pipe: Socket;
  #dropped = 0;

  constructor(fd: number) {
    this.#pipe = new Socket({ fd, readable: false, writable: true });
    // The reader has gone: there is nobody to tell.
    this.#pipe.on('error', () => this.#pipe.destroy());
    // A log alone keeps no process alive.
    this.#pipe.unref();
  }

  write(line: string): void {
    if (this.#pipe.destroyed) return;
    if (this.#pipe.writableLength > pendingBytesMax) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) {
      const told = { level: 'warn', time: new Date().toISOString(), dropped: this.#dropped };
      this.#pipe.write(`${JSON.stringify({ ...told, msg: 'log lines dropped' })}\n`);
      this.#dropped = 0;
    }
    this.#pipe.write(line);
  }

  async flush(patienceMs: number): Promise<void> {
    if (this.#pipe.destroyed || this.#pipe.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      // Written after all that is pending: it has gone when they have.
      this.#pipe.write('', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
