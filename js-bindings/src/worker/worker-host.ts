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
  Report,
} from '../engine/engine.js';
import type { EnvelopeNames, readEnvelope } from '../engine/envelope.js';
import type { Said } from '../engine/reports.js';
import type { Copies } from '../load/copies.js';
import type { within } from '../load/module.js';
import { tellAfterLoss } from './loss.js';
import type { Delivery, Figures } from './outlet.js';
import type { FromWorker, ToWorker } from './worker.js';

/** Whether it still answers is looked at so often where nothing else asks. */
const lookEveryMs = 30_000;
/** One that does not answer for all of these steps is gone, or as good as gone. */
const answerSteps = 5;
const answerStepMs = 1000;
/** A close frame is out by then. */
const endMsMax = 3000;

/** Somebody waits for what comes of it. */
const isWaitedFor = ([name, value]: Command, visible: number): boolean =>
  name === 'send' || name === 'reconnect' || (name === 'pageSignal' && value === visible);

const noFigures: Figures = {
  metrics: [],
  diagnostics: [],
  position: [],
  ackWindow: [],
  backlog: { events: 0, coalesced: 0, lost: 0 },
};

/**
 * A worker from the file, as bundlers look for it. Without a name, which some of them would give to its
 * file, where an application may have one of that name.
 */
const ownFile = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });

/** The same from its text, where the file is elsewhere or may not be fetched as a script. */
async function fromText({ workerCopy, limitMs, within }: Place): Promise<Worker> {
  if (!workerCopy) throw new Error('there is no file of the worker here, and no copy');
  const { workerText } = await within(workerCopy(), limitMs);
  const url = URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
  const worker = new Worker(url);
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
  limitMs: number,
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
      timer = setTimeout(() => fail(new Error('the worker does not answer')), limitMs);
      worker.postMessage({ start: setup, module: compiled } satisfies ToWorker);
    }, fail);
  });
}

/**
 * Where the worker's script is, and what the page has loaded already: imported here, bundlers would make
 * a file of its own of it.
 */
export interface Place {
  readonly workerUrl: string | URL | undefined;
  /** Not the first try. */
  readonly afresh: boolean;
  /** Whether the package's files can be fetched. */
  readonly hasFiles: boolean;
  /** One that has said nothing for so long, once the module is there, is not going to. */
  readonly limitMs: number;
  /** Undefined for an entry that has none. */
  readonly workerCopy: Copies['worker'] | undefined;
  readonly within: typeof within;
  readonly readEnvelope: typeof readEnvelope;
  /** The number of the page signal that says so. */
  readonly visible: number;
}

class WorkerEngine implements Engine {
  readonly #worker: Worker;
  readonly #listener: EngineListener;
  readonly #names: EnvelopeNames;
  readonly #readEnvelope: Place['readEnvelope'];
  readonly #visible: number;
  #figures = noFigures;
  #epoch = 0;
  #handled = { events: 0, spentMs: 0 };
  #disposed = false;
  /** Counts the seconds of an answer that is awaited; undefined while none is. */
  #awaiting: ReturnType<typeof setInterval> | undefined;
  readonly #looking: ReturnType<typeof setInterval>;

  constructor(
    worker: Worker,
    { names }: EngineSetup,
    listener: EngineListener,
    { readEnvelope, visible }: Place,
  ) {
    this.#worker = worker;
    this.#listener = listener;
    this.#names = names;
    this.#readEnvelope = readEnvelope;
    this.#visible = visible;
    worker.onmessage = ({ data }: MessageEvent<Delivery>) => this.#take(data);
    // Nothing of ours throws in there; what does is the page's to know of, as it would be here.
    worker.onerror = null;
    worker.onmessageerror = () => this.#lose('what it said could not be read');
    this.#looking = setInterval(() => this.#expectAnswer(), lookEveryMs);
  }

  /** In one message: between two, the worker would take a frame of what was left for one of what follows. */
  handle(commands: readonly Command[], forgets = false): void {
    if (forgets) this.#epoch += 1;
    this.#say({ epoch: this.#epoch, commands });
    if (commands.some((command) => isWaitedFor(command, this.#visible))) this.#expectAnswer();
  }

  /** As old as the last of them: whoever asks again, a second later, is told newer ones. */
  ask(report: Report): Said {
    this.#say({ figures: true });
    return this.#figures[report];
  }

  backlog(): BacklogFigures {
    return this.#figures.backlog;
  }

  dispose(): void {
    this.#stop();
    // It ends itself once its socket is closed: ended from here at once, the close frame might not go
    // out. One that does not is ended all the same.
    this.#say({ end: true });
    setTimeout(() => this.#worker.terminate(), endMsMax);
  }

  #stop(): void {
    this.#disposed = true;
    clearInterval(this.#looking);
    clearInterval(this.#awaiting);
    this.#worker.onmessage = null;
    this.#worker.onmessageerror = null;
  }

  #say(word: ToWorker): void {
    this.#worker.postMessage(word);
  }

  /**
   * Figures are told within a second. In steps: a page that slept has not waited, and what came
   * meanwhile is heard between two of them.
   */
  #expectAnswer(): void {
    if (this.#awaiting !== undefined || this.#disposed) return;
    this.#say({ figures: true });
    let steps = 0;
    this.#awaiting = setInterval(() => {
      steps += 1;
      if (steps === answerSteps) this.#lose('it has not answered for five seconds');
    }, answerStepMs);
  }

  #lose(why: string): void {
    if (this.#disposed) return;
    this.#stop();
    this.#worker.terminate();
    this.#listener.lost(why, tellAfterLoss);
  }

  #take({ facts, batch, figures }: Delivery): void {
    clearInterval(this.#awaiting);
    this.#awaiting = undefined;
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
  place: Place,
): Promise<Engine> {
  if (setup.WebSocket) throw new Error('a WebSocket of your own cannot cross to a worker');
  if (typeof Worker !== 'function') throw new Error('there are no workers here');
  return new WorkerEngine(await openWorker(module, setup, place), setup, listener, place);
}

async function openWorker(
  module: Promise<WebAssembly.Module>,
  setup: EngineSetup,
  place: Place,
): Promise<Worker> {
  const { workerUrl, workerCopy, afresh, hasFiles, limitMs } = place;
  const fromCopy = async () => begin(await fromText(place), module, setup, limitMs);
  // A file that hangs would be waited for again: a second try does without it.
  if (!(workerUrl || hasFiles) || (afresh && workerCopy)) return fromCopy();
  try {
    const worker = workerUrl ? new Worker(workerUrl, { type: 'module' }) : ownFile();
    return await begin(worker, module, setup, limitMs);
  } catch (reason) {
    if (reason instanceof Error && 'row' in reason) throw reason;
    return fromCopy().catch(() => Promise.reject(reason));
  }
}
