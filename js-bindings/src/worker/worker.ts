// The worker: the module, its sockets and its timers, off the page's thread. One to a connection.
//
// Tells the page what outlet.ts lets through, and does what the page commands. It has no token but the
// one it is handed for a dial, and decides nothing that the page's own host would not.
import type { Command, EngineSetup } from '../engine/engine.js';
import { isOfThisBuild } from '../engine/instantiate.js';
import { reasonText } from '../engine/own-words.js';
import { Runner, refusedRow } from '../engine/runner.js';
import { type Delivery, Outlet } from './outlet.js';

/** What the page says. */
export type ToWorker =
  | { readonly start: EngineSetup; readonly module: WebAssembly.Module }
  /** What crosses from now on bears this number; a new one: nothing of what came before is wanted. */
  | { readonly epoch: number; readonly commands: readonly Command[] }
  /** So many events were handed over, and their handlers took so long. */
  | { readonly events: number; readonly spentMs: number }
  | { readonly figures: true }
  | { readonly end: true };

/** What it is told: that it may begin, or why not, and then deliveries. */
export type FromWorker =
  | { readonly started: true }
  | { readonly refusedRow: number }
  | { readonly failed: string }
  | Delivery;

interface Scope extends EventTarget {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(word: FromWorker): void;
  close(): void;
}

const scope = globalThis as unknown as Scope;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
let runner: Runner | null = null;

const outlet = new Outlet({
  position: () => (runner?.ask('position')[0] as string | undefined) ?? '',
  post: (delivery) => scope.postMessage(delivery),
  figures: () => ({
    metrics: runner?.ask('metrics') ?? [],
    diagnostics: runner?.ask('diagnostics') ?? [],
    ackWindow: runner?.ask('ackWindow') ?? [],
  }),
});

async function start(module: WebAssembly.Module, setup: EngineSetup): Promise<void> {
  try {
    // A script and a module of two builds may meet while a site is being replaced.
    if (!isOfThisBuild(module)) throw new Error('the worker is of another build of the package');
    runner = await Runner.start(module, setup, {
      told: (fact) => outlet.fact(fact),
      event: (event, data) => {
        outlet.event(event, typeof data === 'string' ? data : decoder.decode(data));
        outlet.figuresChanged();
      },
    });
    scope.postMessage({ started: true });
  } catch (reason) {
    const row = refusedRow(reason);
    scope.postMessage(row !== null ? { refusedRow: row } : { failed: reasonText(reason) });
  }
}

scope.onmessage = ({ data: word }) => {
  if ('start' in word) {
    void start(word.module, word.start);
  } else if ('commands' in word) {
    outlet.enter(word.epoch);
    runner?.handle(word.commands);
  } else if ('events' in word) {
    outlet.acknowledged(word.events, word.spentMs);
  } else if ('figures' in word) {
    outlet.figuresChanged();
  } else {
    runner?.dispose();
    outlet.stop();
    scope.close();
  }
};

// The policy that a dial must pass is the worker's own.
scope.addEventListener('securitypolicyviolation', (event) => {
  const { blockedURI, disposition, effectiveDirective } = event as SecurityPolicyViolationEvent;
  if (disposition === 'enforce' && effectiveDirective === 'connect-src') {
    runner?.handle([['blocked', blockedURI]]);
  }
});
