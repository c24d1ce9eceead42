/**
 * Has files read by threads, a few at a time and one of each tenant: a file that takes a core for
 * seconds delays nobody's heartbeat, and no other tenant's file for long.
 */
import { RequestError } from 'keepline/server/standalone';
import type { Log } from '../log.js';
import type { ImportLimits } from '../options.js';
import { ReaderThreads } from './reader-threads.js';
import type { ReadSettings } from './reading/contact-file.js';
import { FileRefused } from './reading/refusal.js';
import type { PackedFile, ThreadAnswer } from './reading/thread-messages.js';

export interface FileToRead {
  readonly tenant: string;
  readonly bytes: Uint8Array;
  readonly settings: ReadSettings;
}

interface Waiting {
  readonly file: FileToRead;
  readonly begin: () => void;
}

export class FileReader {
  readonly #limits: ImportLimits;
  readonly #log: Log;
  readonly #threads: ReaderThreads;
  readonly #waiting = new Set<Waiting>();
  readonly #reading = new Set<string>();

  constructor(limits: ImportLimits, log: Log) {
    this.#limits = limits;
    this.#log = log;
    this.#threads = new ReaderThreads(limits);
  }

  /** Rejects with a `FileRefused` where the file is at fault, and with a `RequestError` where we are. */
  async read(file: FileToRead, signal: AbortSignal): Promise<PackedFile> {
    await this.#turn(file);
    try {
      signal.throwIfAborted();
      return settle(await this.#ask(file, signal));
    } finally {
      this.#reading.delete(file.tenant);
      this.#beginNext();
    }
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }

  #turn(file: FileToRead): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.add({ file, begin });
      this.#beginNext();
    });
  }

  /** The one that has waited longest, of a tenant that has none read now. */
  #beginNext(): void {
    for (const waiting of this.#waiting) {
      if (this.#reading.size >= this.#limits.readersMax) return;
      const { tenant } = waiting.file;
      if (this.#reading.has(tenant)) continue;
      this.#waiting.delete(waiting);
      this.#reading.add(tenant);
      waiting.begin();
    }
  }

  async #ask({ bytes, settings }: FileToRead, signal: AbortSignal): Promise<ThreadAnswer> {
    const { rowsMax, columnsMax, rowCharactersMax, cellsMax } = this.#limits;
    const limits = { rowsMax, columnsMax, rowCharactersMax, cellsMax };
    try {
      return await this.#threads.ask({ bytes, settings, limits }, signal);
    } catch (error) {
      signal.throwIfAborted();
      // Not the error's own words: they could quote what it choked on.
      this.#log.error({ problem: problemOf(error) }, 'contact list could not be read');
      throw new RequestError(500, 'The server could not read this file: cut it in two.', {
        details: { code: 'reader_failed' },
      });
    }
  }
}

function settle(answer: ThreadAnswer): PackedFile {
  if (answer.kind === 'read') return answer.file;
  throw new FileRefused(answer.code, answer.message, answer.details);
}

function problemOf(error: unknown): string {
  const { name = 'Error', code } = error as Partial<NodeJS.ErrnoException>;
  return code === undefined ? name : `${name} ${code}`;
}
