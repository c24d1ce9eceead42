// The package's own worker.js, in this thread: what it and the page say to each other crosses when the
// test says so, one message at a time, and anything may happen in between.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
// Loaded on demand otherwise, which takes as long as it takes.
import '../../../js-bindings/dist/wasm/inline-worker.js';
import '../../../js-bindings/dist/worker/worker-host.js';
import type { FromWorker, ToWorker } from '../../../js-bindings/dist/worker/worker.js';

const script = new vm.Script(
  readFileSync(new URL('../../../js-bindings/dist/worker/worker.js', import.meta.url), 'utf8'),
);

interface Scope {
  onmessage?: (event: { data: ToWorker }) => void;
}

/** What worker.js finds around it. Getters, so that clocks and sockets are those of the moment. */
const surroundings = (worker: WorkerByHand): object => ({
  get WebSocket() {
    return class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        worker.sockets.push(this);
      }
    };
  },
  get Date() {
    return Date;
  },
  get performance() {
    return performance;
  },
  setTimeout: (run: () => void, ms: number) => {
    const timer = setTimeout(run, ms);
    worker.timers.add(timer);
    return timer;
  },
  get clearTimeout() {
    return clearTimeout;
  },
  TextEncoder,
  TextDecoder,
  addEventListener: () => undefined,
  postMessage: (word: FromWorker) => worker.say(word),
  close: () => undefined,
});

export class WorkerByHand extends EventTarget {
  /** The one that was made last. */
  static last: WorkerByHand;

  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: unknown = null;
  onmessageerror: (() => void) | null = null;
  /** Whether messages wait for the test. */
  held = false;
  gone = false;
  readonly timers = new Set<ReturnType<typeof setTimeout>>();
  readonly sockets: WebSocket[] = [];
  readonly #scope: Scope;
  readonly #toWorker: ToWorker[] = [];
  readonly #toPage: FromWorker[] = [];

  constructor() {
    super();
    WorkerByHand.last = this;
    this.#scope = vm.createContext(surroundings(this)) as Scope;
    script.runInContext(this.#scope as vm.Context);
  }

  postMessage(word: ToWorker): void {
    if (this.gone) return;
    this.#toWorker.push('start' in word ? word : structuredClone(word));
    this.#crossSoon();
  }

  say(word: FromWorker): void {
    if (this.gone) return;
    this.#toPage.push(structuredClone(word));
    this.#crossSoon();
  }

  /** The page's next message reaches the worker; false where there is none. */
  crossToWorker(): boolean {
    const data = this.#toWorker.shift();
    if (data) this.#scope.onmessage?.({ data });
    return data !== undefined;
  }

  /** The worker's next message reaches the page; false where there is none. */
  crossToPage(): boolean {
    const data = this.#toPage.shift();
    if (!data) return false;
    const event = new MessageEvent('message', { data });
    this.dispatchEvent(event);
    this.onmessage?.(event);
    return true;
  }

  /** It is gone: nothing that is under way arrives any more, and nothing is answered. */
  terminate(): void {
    this.gone = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const socket of this.sockets) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onerror = null;
      socket.onclose = null;
    }
    this.#toWorker.length = 0;
    this.#toPage.length = 0;
  }

  /** What waits crosses, and what comes of it. */
  crossAll(): void {
    while (this.crossToWorker() || this.crossToPage());
  }

  #crossSoon(): void {
    setImmediate(() => {
      if (!this.held) this.crossAll();
    });
  }
}
