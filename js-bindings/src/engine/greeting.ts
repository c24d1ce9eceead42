// Holds a server's greeting back until the page has looked up where its stream is to go on for the user whom
// the greeting names. A server with a log sends no event before it is asked, for two seconds at most.
//
// Only where the page keeps positions beyond its own life, and only for a user of whom none is known.
import type { EnvelopeNames } from './envelope.js';
import type { FrameData, Runner } from './runner.js';

const waitMsMax = 1500;
/** What a server may say meanwhile: more would not wait for anybody. */
const heldMax = 100;

interface Greeting {
  readonly tenant: string;
  readonly user: string;
}

/** Of the runner, what this needs. */
type Engine = Pick<Runner, 'ask' | 'tell' | 'drained'>;

export class HeldGreeting {
  readonly #names: EnvelopeNames;
  readonly #engine: Engine;
  readonly #read: (socket: number, data: FrameData) => void;
  /** The socket whose greeting is still to come. */
  #awaited = 0;
  #held: { readonly socket: number; readonly frames: FrameData[] } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `read` goes on with what was held. */
  constructor(
    names: EnvelopeNames,
    engine: Engine,
    read: (socket: number, data: FrameData) => void,
  ) {
    this.#names = names;
    this.#engine = engine;
    this.#read = read;
  }

  /** What a former socket said is of no use any more. */
  attached(socket: number): void {
    this.stop();
    this.#awaited = socket;
  }

  /** Whether it keeps the frame for later. */
  keeps(socket: number, data: FrameData): boolean {
    if (this.#held?.socket === socket) {
      this.#held.frames.push(data);
      if (this.#held.frames.length > heldMax) this.release();
      return true;
    }
    const greeting = this.#awaited === socket ? readGreeting(data, this.#names) : null;
    if (!greeting) return false;
    this.#awaited = 0;
    // Where one is known already, it counts.
    if (this.#engine.ask('position')[0] !== '') return false;
    this.#held = { socket, frames: [data] };
    this.#timer = setTimeout(() => this.release(), waitMsMax);
    this.#engine.tell('positionWanted', greeting.tenant, greeting.user);
    this.#engine.drained();
    return true;
  }

  release(): void {
    const held = this.#held;
    this.stop();
    for (const data of held?.frames ?? []) this.#read(held?.socket as number, data);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#held = null;
  }
}

/** Of a server that keeps a log; null for any other frame. */
function readGreeting(data: FrameData, names: EnvelopeNames): Greeting | null {
  if (typeof data !== 'string' || !data.includes('"connected"')) return null;
  try {
    const frame = JSON.parse(data);
    const { features, position, tenantId, userId } = frame[names.data];
    const isIt = frame[names.type] === 'connected' && features.includes('resume') && position;
    return isIt ? { tenant: String(tenantId ?? ''), user: String(userId ?? '') } : null;
  } catch {
    // The core says what is wrong with it.
    return null;
  }
}
