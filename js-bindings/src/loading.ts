// The module's own way to the page: tried until it is there, and said honestly meanwhile.
//
// This is the one phase that the core cannot know. It decides when to try again, and nothing else.
import { ConnectionError } from './errors.js';
import { compileModule, type WasmSource } from './load.js';
import type { Status } from './types.js';

/** A load that takes longer is no longer "connecting" to a person. */
const patienceMs = 10_000;
/** Between tries, give or take half: many pages lose one server together. */
const retryMs = 30_000;
/** A person who presses Retry again and again begins one try a second at most. */
const pauseMs = 1000;

const detailCharactersMax = 200;

const unavailable = (detail: string) =>
  new ConnectionError('wasm_unavailable', { detail: detail.slice(0, detailCharactersMax) });

export interface LoadingListener {
  loaded(module: WebAssembly.Module): void;
  changed(status: Status): void;
  failed(message: string): void;
}

export class Loading {
  readonly #source: WasmSource;
  readonly #maxAttempts: number;
  readonly #listener: LoadingListener;
  readonly #patience: ReturnType<typeof setTimeout>;
  readonly #beganAt = Date.now();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #triedAt = 0;
  #overdueAt: number | null = null;
  #nextRetryAt: number | null = null;
  #failure: ConnectionError | null = null;
  #done = false;

  constructor(source: WasmSource, maxAttempts: number, listener: LoadingListener) {
    this.#source = source;
    this.#maxAttempts = maxAttempts;
    this.#listener = listener;
    this.#patience = setTimeout(() => {
      this.#overdueAt = Date.now();
      this.#tell();
    }, patienceMs);
    this.#try(false);
  }

  status(): Status {
    const troubled = this.#overdueAt !== null || this.#failure !== null;
    return Object.freeze({
      state: this.#overdueAt === null ? 'connecting' : 'disconnected',
      phase: 'loading',
      reason: null,
      attempt: 0,
      maxAttempts: this.#maxAttempts,
      nextRetryAt: this.#nextRetryAt,
      since: this.#overdueAt ?? this.#beganAt,
      error: troubled ? (this.#failure ?? unavailable('still loading')) : null,
      canRetry: troubled,
      endpoint: null,
      environment: null,
    });
  }

  /** Tries anew, also beside a try that hangs. */
  retry(): void {
    if (!this.#done && Date.now() - this.#triedAt >= pauseMs) this.#try(true);
  }

  /** The module came, but there was no instance to be had. */
  unusable(reason: unknown): void {
    this.#done = false;
    this.#fail(reason);
  }

  stop(): void {
    this.#done = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#retry);
  }

  #try(afresh: boolean): void {
    clearTimeout(this.#retry);
    this.#triedAt = Date.now();
    this.#nextRetryAt = null;
    this.#load(afresh).then(
      (module) => {
        if (this.#done) return;
        this.#done = true;
        clearTimeout(this.#retry);
        this.#listener.loaded(module);
      },
      (reason) => this.#fail(reason),
    );
    if (afresh) this.#tell();
  }

  async #load(afresh: boolean): Promise<WebAssembly.Module> {
    if (typeof WebSocket !== 'function') throw new Error('there is no WebSocket here');
    return compileModule(this.#source, afresh);
  }

  #fail(reason: unknown): void {
    if (this.#done) return;
    if (reason instanceof ConnectionError) {
      // No file will mend it: said at once.
      this.#failure = reason;
      this.#overdueAt ??= Date.now();
    } else {
      this.#failure = unavailable(String(reason instanceof Error ? reason.message : reason));
    }
    const delay = retryMs * (0.5 + Math.random());
    this.#nextRetryAt = Date.now() + delay;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#try(true), delay);
    this.#listener.failed(this.#failure.message);
    this.#tell();
  }

  #tell(): void {
    if (!this.#done) this.#listener.changed(this.status());
  }
}
