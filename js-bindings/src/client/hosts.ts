// Where a connection's module runs: in a worker where that was asked for and can be had, else in the
// page. A page without its worker works on, and its diagnostics say why.
import type { Engine, EngineListener, EngineSetup } from '../engine/engine.js';
import { readEnvelope } from '../engine/envelope.js';
import { reasonText } from '../engine/own-words.js';
import { Runner, refusedRow } from '../engine/runner.js';
import { moduleAddress } from '../files.js';
import { visibleSignal } from '../generated/status.js';
import type { Copies } from '../load/copies.js';
import { type Try, within } from '../load/module.js';
import type { Host, HostReport } from './types.js';

export interface HostChoice {
  readonly asked: Host;
  /** On its way: a worker is loaded meanwhile. */
  readonly module: Promise<WebAssembly.Module>;
  /** Called once the engine runs. */
  readonly chosen: (report: HostReport) => void;
  readonly workerUrl: string | URL | undefined;
  readonly workerCopy: Copies['worker'] | undefined;
  readonly how: Try;
}

const reasonCharactersMax = 200;
/** Whoever pressed Retry is better served by the page than by a worker that hangs. */
const afreshLimitMs = 1000;

/** Rejects with a `SetupRefusal`, or where not even the page can run the module. */
export async function startEngine(
  { asked, module, chosen, workerUrl, workerCopy, how }: HostChoice,
  setup: EngineSetup,
  listener: EngineListener,
): Promise<Engine> {
  let why = '';
  let engine: Engine | undefined;
  if (asked === 'worker') {
    try {
      // By itself, since most pages never need it.
      const limitMs = how.afresh ? afreshLimitMs : how.limitMs;
      const { startInWorker } = await within(import('../worker/worker-host.js'), limitMs);
      engine = await startInWorker(module, setup, listener, {
        ...how,
        limitMs,
        workerUrl,
        workerCopy,
        // The files lie together: where one cannot be, none is.
        hasFiles: moduleAddress('lean') !== null,
        readEnvelope,
        visible: visibleSignal,
        within,
      });
    } catch (reason) {
      if (refusedRow(reason) !== null) throw reason;
      why = reasonText(reason).slice(0, reasonCharactersMax);
    }
  }
  const runsIn = engine ? 'worker' : 'page';
  engine ??= await Runner.start(await module, setup, listener);
  chosen({ asked, runsIn, why });
  return engine;
}
