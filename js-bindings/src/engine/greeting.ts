// Holds a server's greeting back until the page has looked up where its stream is to go on for the user whom
// the greeting names. A server with a log sends no event before it is asked, for two seconds at most.
//
// Only where the page keeps positions beyond its own life, and only for a user of whom none is known.
import type { Members } from './envelope.js';
import type { FrameData, Runner } from './runner.js';

const waitMsMax = 1500;
/** What a server may say meanwhile: more would not wait for anybody. */
const heldMax = 100;

/** Of the runner, what this needs. */
type Engine = Pick<Runner, 'ask' | 'tell' | 'drained'>;

export class HeldGreeting {
  readonly #greetingIn: (data: FrameData) => Members | null;
  readonly #engine: Engine;
  readonly #read: (socket: number, data: FrameData) => void;
  /** The socket whose greeting is still to come. */
  #awaited = 0;
  #held: { readonly socket: number; readonly frames: FrameData[] } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `read` goes on with what was held. */
  constructor(
    greetingIn: (data: FrameData) => Members | null,
    engine: Engine,
    read: (socket: number, data: FrameData) => void,
  ) {
    this.#greetingIn = greetingIn;
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
    if (this.#awaited !== socket) return false;
    // A greeting comes first, or not at all.
    this.#awaited = 0;
    const greeting = this.#greetingIn(data);
    if (!greeting) return false;
    const { features, position, tenantId, userId } = greeting;
    // A server without a log; and where a position is known already, it counts.
    if (!(Array.isArray(features) && features.includes('resume') && position)) return false;
    if (this.#engine.ask('position')[0] !== '') return false;
    this.#held = { socket, frames: [data] };
    this.#timer = setTimeout(() => this.release(), waitMsMax);
    this.#engine.tell('positionWanted', String(tenantId ?? ''), String(userId ?? ''));
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
