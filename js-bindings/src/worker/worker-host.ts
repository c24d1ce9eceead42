// The page's end of a worker that runs the module: starts it, passes commands and facts on, and hands
// over its batches of events.
//
// Where no worker can run it rejects, and says why: the page can run the module itself. It makes the
// worker from the file beside this one, or from the same text where that file cannot be had.
import type {
  BacklogFigures,
  Command,
  Engine,
  EngineListener,
  EngineSetup,
} from '../engine/engine.js';
import type { EnvelopeNames, readEnvelope } from '../engine/envelope.js';
import type { Said } from '../engine/reports.js';
import type { fileIsElsewhere } from '../load/wasm-file.js';
import type { Delivery, Figures } from './outlet.js';
import type { FromWorker, ToWorker } from './worker.js';

/** A worker that has said nothing for so long is not going to. */
const startMsMax = 10_000;

const noFigures: Figures = {
  metrics: [],
  diagnostics: [],
  backlog: { events: 0, coalesced: 0, lost: 0 },
};

/** A worker from the file, as bundlers look for it. */
const fromFile = () =>
  new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'keepline' });

/** The same where the file is elsewhere, or may not be fetched as a script. */
async function fromText(): Promise<Worker> {
  const { workerText } = await import('../wasm/inline-worker.js');
  const url = URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'keepline' });
  // The worker holds what it needs of it from its first word on.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  worker.addEventListener('error', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** Sends the first word once the module is there, and resolves with the worker when it is at work. */
function begin(
  worker: Worker,
  module: Promise<WebAssembly.Module>,
  setup: EngineSetup,
): Promise<Worker> {
  return new Promise((resolve, reject) => {
    let failed = false;
    const fail = (reason: Error) => {
      failed = true;
      clearTimeout(timer);
      worker.terminate();
      reject(reason);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    worker.onerror = (event) => {
      event.preventDefault(); // the browser's own line on the console would be read as ours
      fail(new Error(event.message || 'the worker could not be loaded'));
    };
    worker.onmessage = ({ data: word }: MessageEvent<FromWorker>) => {
      if ('refusedRow' in word) fail(Object.assign(new Error('refused'), { row: word.refusedRow }));
      else if ('failed' in word) fail(new Error(word.failed));
      else {
        clearTimeout(timer);
        resolve(worker);
      }
    };
    module.then((compiled) => {
      if (failed) return;
      timer = setTimeout(() => fail(new Error('the worker does not answer')), startMsMax);
      worker.postMessage({ start: setup, module: compiled } satisfies ToWorker);
    }, fail);
  });
}

/** What the page has loaded already: imported here, bundlers would make a file of its own of it. */
export interface Tools {
  readonly readEnvelope: typeof readEnvelope;
  readonly fileIsElsewhere: typeof fileIsElsewhere;
}

class WorkerEngine implements Engine {
  readonly #worker: Worker;
  readonly #listener: EngineListener;
  readonly #names: EnvelopeNames;
  readonly #readEnvelope: Tools['readEnvelope'];
  #figures = noFigures;
  #epoch = 0;
  #handled = { events: 0, spentMs: 0 };
  #disposed = false;

  constructor(
    worker: Worker,
    { names }: EngineSetup,
    listener: EngineListener,
    { readEnvelope }: Tools,
  ) {
    this.#worker = worker;
    this.#listener = listener;
    this.#names = names;
    this.#readEnvelope = readEnvelope;
    worker.onmessage = ({ data }: MessageEvent<Delivery>) => this.#take(data);
    // Nothing of ours throws in there; what does is the page's to know of, as it would be here.
    worker.onerror = null;
  }

  /** In one message: between two, the worker would take a frame of what was left for one of what follows. */
  handle(commands: readonly Command[], forgets = false): void {
    if (forgets) this.#epoch += 1;
    this.#say({ epoch: this.#epoch, commands });
  }

  /** As old as the last of them: whoever asks again, a second later, is told newer ones. */
  ask(report: 'metrics' | 'diagnostics'): Said {
    this.#say({ figures: true });
    return this.#figures[report];
  }

  backlog(): BacklogFigures {
    return this.#figures.backlog;
  }

  dispose(): void {
    this.#disposed = true;
    // It ends itself once its socket is closed: ended from here, the close frame might not go out.
    this.#say({ end: true });
    this.#worker.onmessage = null;
  }

  #say(word: ToWorker): void {
    this.#worker.postMessage(word);
  }

  #take({ facts, batch, figures }: Delivery): void {
    if (figures) this.#figures = figures;
    for (const fact of facts ?? []) {
      if (!this.#disposed) this.#listener.told(fact);
    }
    if (batch) this.#handOver(batch);
  }

  #handOver({ text, receivedAt, epoch, answer }: NonNullable<Delivery['batch']>): void {
    const beganAt = performance.now();
    const frames = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
    for (const [at, frame] of frames.entries()) {
      // A handler may have ended it all.
      if (this.#disposed || epoch !== this.#epoch) break;
      this.#listener.event(this.#readEnvelope(frame, this.#names, receivedAt[at] as number));
    }
    this.#handled.events += frames.length;
    this.#handled.spentMs += performance.now() - beganAt;
    if (!answer || this.#disposed) return;
    this.#say(this.#handled);
    this.#handled = { events: 0, spentMs: 0 };
  }
}

export async function startInWorker(
  module: Promise<WebAssembly.Module>,
  setup: EngineSetup,
  listener: EngineListener,
  tools: Tools,
): Promise<Engine> {
  if (typeof Worker !== 'function') throw new Error('there are no workers here');
  const file = async () => begin(fromFile(), module, setup);
  const text = async () => begin(await fromText(), module, setup);
  const worker = await (tools.fileIsElsewhere(import.meta.url)
    ? text()
    : file().catch((reason) => {
        if ('row' in reason) throw reason;
        return text().catch(() => Promise.reject(reason));
      }));
  return new WorkerEngine(worker, setup, listener, tools);
}
