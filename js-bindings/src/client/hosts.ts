// Where a connection's module runs: in a worker where that was asked for and can be had, else in the
// page. A page without its worker works on, and its diagnostics say why.
import type { Engine, EngineListener, EngineSetup } from '../engine/engine.js';
import { readEnvelope } from '../engine/envelope.js';
import { reasonText } from '../engine/reason-text.js';
import { Runner, refusedRow } from '../engine/runner.js';
import { fileIsElsewhere } from '../load/wasm-file.js';
import type { Host, HostReport } from './types.js';

export interface HostChoice {
  readonly asked: Host;
  /** On its way: a worker is loaded meanwhile. */
  readonly module: Promise<WebAssembly.Module>;
  /** Called once the engine runs. */
  readonly chosen: (report: HostReport) => void;
}

const reasonCharactersMax = 200;

/** Rejects with a `SetupRefusal`, or where not even the page can run the module. */
export async function startEngine(
  { asked, module, chosen }: HostChoice,
  setup: EngineSetup,
  listener: EngineListener,
): Promise<Engine> {
  let why = '';
  if (asked === 'worker' && setup.WebSocket) {
    why = 'a WebSocket of your own cannot cross to a worker';
  } else if (asked === 'worker') {
    try {
      const { startInWorker } = await import('../worker/worker-host.js');
      const tools = { fileIsElsewhere, readEnvelope };
      const engine = await startInWorker(module, setup, listener, tools);
      chosen({ asked, runsIn: 'worker', why });
      return engine;
    } catch (reason) {
      if (refusedRow(reason) !== null) throw reason;
      why = reasonText(reason).slice(0, reasonCharactersMax);
    }
  }
  const engine = await Runner.start(await module, setup, listener);
  chosen({ asked, runsIn: 'page', why });
  return engine;
}
