// When the module is asked for again: by a person, by the page's return, and by time.
//
// Knows neither files nor statuses; it is told what a try is, and tells how it goes.
import { reasonText } from '../engine/own-words.js';
import { firstLimitMs, LoadError, type Try } from './module.js';

/** A load that takes longer is no longer "connecting" to a person. */
const patienceMs = 10_000;
/** After the first failure, give or take half: many pages lose one server together. Doubles. */
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** A person who presses Retry again and again begins one try a second at most. */
const retryPauseMs = 1000;
/** A line on which a file takes longer loads nothing else either. */
const longestLimitMs = 60_000;

/** How it goes, as far as a person may know. */
export interface Progress {
  readonly beganAt: number;
  /** Since when it takes longer than "connecting" may; null where it does not. */
  readonly overdueAt: number | null;
  /** Why the last try failed; null where none has. */
  readonly failure: string | null;
  /** No further try can mend it. */
  readonly final: boolean;
  readonly nextTryAt: number | null;
}

export interface TriesListener {
  /** Resolves once all that needed the module runs. */
  attempt(how: Try): Promise<unknown>;
  changed(progress: Progress): void;
}

/** The network, or the person, is back: worth another look. A page and a worker have them, Node has not. */
function onReturn(look: () => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const { addEventListener, document }: Partial<typeof globalThis> = globalThis;
  addEventListener?.('online', look, { signal });
  document?.addEventListener('visibilitychange', () => document.hidden || look(), { signal });
  return () => controller.abort();
}

export class Tries {
  readonly #listener: TriesListener;
  #progress: Progress = {
    beganAt: Date.now(),
    overdueAt: null,
    failure: null,
    final: false,
    nextTryAt: null,
  };
  #triedAt = 0;
  #pauseMs = firstPauseMs;
  #limitMs = firstLimitMs;
  #running = 0;
  #stopListening: (() => void) | undefined;
  #listening: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;
  #done = false;

  constructor(listener: TriesListener) {
    this.#listener = listener;
  }

  get progress(): Progress {
    return this.#progress;
  }

  begin(): void {
    this.#try(false);
    this.#patience = setTimeout(() => this.#change(this.#overdue()), patienceMs);
    // Earlier it would be no new try, and most pages have everything by then.
    this.#listening = setTimeout(() => {
      this.#stopListening = onReturn(() => this.retry());
    }, retryPauseMs);
  }

  /** Tries anew, also beside a try that hangs: at once, or a second after the last. */
  retry(): void {
    if (this.#done || this.#progress.final) return;
    const wait = this.#triedAt + retryPauseMs - Date.now();
    clearTimeout(this.#next);
    if (wait <= 0) this.#try(true);
    else this.#next = setTimeout(() => this.#try(true), wait);
  }

  stop(): void {
    this.#done = true;
    this.#stopListening?.();
    clearTimeout(this.#listening);
    clearTimeout(this.#patience);
    clearTimeout(this.#next);
  }

  #try(afresh: boolean): void {
    clearTimeout(this.#next);
    this.#triedAt = Date.now();
    this.#running += 1;
    const limitMs = this.#limitMs;
    this.#listener
      .attempt({ afresh, limitMs })
      .then(
        () => this.stop(),
        (reason) => this.#fail(reason, limitMs),
      )
      .finally(() => {
        this.#running -= 1;
      });
    if (afresh) this.#change({ nextTryAt: null });
  }

  #fail(reason: unknown, limitMs: number): void {
    if (this.#done) return;
    const final = reason instanceof LoadError;
    const failure = reasonText(reason);
    const hung = Date.now() - this.#triedAt >= limitMs;
    if (hung) this.#limitMs = Math.min(2 * limitMs, longestLimitMs);
    // Another try is under way, and will say how it went.
    if (this.#running > 1 && !final) {
      this.#change({ failure });
      return;
    }
    const delay = this.#pauseMs * (0.5 + Math.random());
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
    clearTimeout(this.#next);
    if (!final) this.#next = setTimeout(() => this.#try(true), delay);
    const nextTryAt = final ? null : Date.now() + delay;
    this.#change({ failure, final, nextTryAt, ...(final && this.#overdue()) });
  }

  /** Since the first time that it was said. */
  #overdue(): Pick<Progress, 'overdueAt'> {
    return { overdueAt: this.#progress.overdueAt ?? Date.now() };
  }

  #change(change: Partial<Progress>): void {
    if (this.#done) return;
    this.#progress = { ...this.#progress, ...change };
    this.#listener.changed(this.#progress);
  }
}
