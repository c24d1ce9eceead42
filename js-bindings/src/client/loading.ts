// The way of the module, and of all that goes with it, to the page: tried until it is there, and said
// honestly meanwhile.
//
// This is the one phase that the core cannot know. It decides when to try again, and nothing else.

import { reasonText } from '../engine/reason-text.js';
import { ConnectionError } from './errors.js';
import type { Status, Unsubscribe } from './types.js';

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
  /** Resolves once the connection runs. `afresh`: beside an earlier try, which may hang. */
  load(afresh: boolean): Promise<unknown>;
  changed(status: Status): void;
  failed(message: string): void;
}

/** The network, or the person, is back: worth another look. A page and a worker have them, Node has not. */
function onReturn(look: () => void): Unsubscribe {
  const controller = new AbortController();
  const { signal } = controller;
  const { addEventListener, document }: Partial<typeof globalThis> = globalThis;
  addEventListener?.('online', look, { signal });
  document?.addEventListener('visibilitychange', () => document.hidden || look(), { signal });
  return () => controller.abort();
}

export class Loading {
  readonly #maxAttempts: number;
  readonly #listener: LoadingListener;
  readonly #patience: ReturnType<typeof setTimeout>;
  readonly #looking: ReturnType<typeof setTimeout>;
  readonly #beganAt = Date.now();
  #stopLooking: Unsubscribe | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #triedAt = 0;
  #overdueAt: number | null = null;
  #nextRetryAt: number | null = null;
  #failure: ConnectionError | null = null;
  #done = false;

  constructor(maxAttempts: number, listener: LoadingListener) {
    this.#maxAttempts = maxAttempts;
    this.#listener = listener;
    this.#try(false);
    this.#patience = setTimeout(() => {
      this.#overdueAt = Date.now();
      this.#tell();
    }, patienceMs);
    // Earlier it would be no new try: most pages have everything by then.
    this.#looking = setTimeout(() => {
      this.#stopLooking = onReturn(() => this.retry());
    }, pauseMs);
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
      unproven: false,
    });
  }

  /** Tries anew, also beside a try that hangs. */
  retry(): void {
    if (!this.#done && Date.now() - this.#triedAt >= pauseMs) this.#try(true);
  }

  stop(): void {
    this.#done = true;
    this.#stopLooking?.();
    clearTimeout(this.#looking);
    clearTimeout(this.#patience);
    clearTimeout(this.#retry);
  }

  #try(afresh: boolean): void {
    clearTimeout(this.#retry);
    this.#triedAt = Date.now();
    this.#nextRetryAt = null;
    this.#listener.load(afresh).then(
      () => this.stop(),
      (reason) => this.#fail(reason),
    );
    if (afresh) this.#tell();
  }

  #fail(reason: unknown): void {
    if (this.#done) return;
    if (reason instanceof ConnectionError) {
      // No file will mend it: said at once.
      this.#failure = reason;
      this.#overdueAt ??= Date.now();
    } else {
      this.#failure = unavailable(reasonText(reason));
    }
    const delay = retryMs * (0.5 + Math.random());
    this.#nextRetryAt = Date.now() + delay;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#try(true), delay);
    this.#listener.failed(`${this.#failure.message} (${this.#failure.detail})`);
    this.#tell();
  }

  #tell(): void {
    if (!this.#done) this.#listener.changed(this.status());
  }
}
