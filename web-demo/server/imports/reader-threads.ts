/**
 * Threads that read one file after another. One takes as long to start as a small file to read, so it
 * waits a while for the next; then it goes, and with it all that the last file left.
 */
import { Worker } from 'node:worker_threads';
import type { ThreadAnswer, ThreadTask } from './reading/thread-messages.js';

const THREAD = new URL('./reading/start-thread.mjs', import.meta.url);

export interface ThreadLimits {
  /** What reading one file may take. */
  readonly readMs: number;
  readonly readerHeapMebibytes: number;
  /** How long a thread waits for another file. */
  readonly readerIdleMs: number;
}

export class ReaderThreads {
  readonly #limits: ThreadLimits;
  /** Each with the timer that ends it. */
  readonly #idle = new Map<Worker, NodeJS.Timeout>();

  constructor(limits: ThreadLimits) {
    this.#limits = limits;
  }

  /** Rejects with what the thread died of, or with the signal's reason; the thread is gone then. */
  async ask(task: ThreadTask, signal: AbortSignal): Promise<ThreadAnswer> {
    const thread = this.#take();
    try {
      const ended = AbortSignal.any([signal, AbortSignal.timeout(this.#limits.readMs)]);
      const answer = await answerOf(thread, task, ended);
      this.#keep(thread);
      return answer;
    } catch (error) {
      await thread.terminate();
      throw error;
    }
  }

  async close(): Promise<void> {
    const idle = [...this.#idle.keys()];
    await Promise.all(idle.map((thread) => this.#end(thread)));
  }

  #take(): Worker {
    const [waiting] = this.#idle.keys();
    if (waiting === undefined) return this.#start();
    clearTimeout(this.#idle.get(waiting));
    this.#idle.delete(waiting);
    waiting.ref();
    return waiting;
  }

  #start(): Worker {
    return new Worker(THREAD, {
      // Those of this process may load what the thread has no use for.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.readerHeapMebibytes },
    });
  }

  #keep(thread: Worker): void {
    thread.unref();
    const timer = setTimeout(() => void this.#end(thread), this.#limits.readerIdleMs).unref();
    this.#idle.set(thread, timer);
    // One that dies while nobody asks it has nobody to tell.
    thread.once('error', () => void this.#end(thread));
  }

  async #end(thread: Worker): Promise<void> {
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
    await thread.terminate();
  }
}

async function answerOf(
  thread: Worker,
  task: ThreadTask,
  signal: AbortSignal,
): Promise<ThreadAnswer> {
  thread.removeAllListeners();
  let abort = () => {};
  try {
    return await new Promise<ThreadAnswer>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort);
      signal.throwIfAborted();
      thread.postMessage(task, [task.bytes.buffer as ArrayBuffer]);
    });
  } finally {
    thread.removeAllListeners();
    // Node keeps a signal made of others as long as somebody listens to it, and with it the answer.
    signal.removeEventListener('abort', abort);
  }
}
