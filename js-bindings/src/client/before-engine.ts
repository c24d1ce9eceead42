// What the application asks for while no engine runs, by the core's own rules: messages are bounded,
// keep their time to live and go with their user; of the rest only the last word counts.
//
// Replayed once into the engine that comes.
import type { Command } from '../engine/engine.js';
import type { EffectiveOptions } from './effective-options.js';
import { SendError, type SendErrorKind } from './errors.js';
import { type OutgoingMessage, utf8Length } from './outgoing.js';
import type { SendReceipt } from './types.js';

/** Where all of it goes in the end. */
export interface EngineSide {
  tell(...command: Command): void;
  send(message: OutgoingMessage): Promise<SendReceipt>;
}

interface Waiting {
  readonly message: OutgoingMessage;
  readonly bytes: number;
  readonly expiresAt: number;
  readonly resolve: (receipt: SendReceipt | Promise<SendReceipt>) => void;
  readonly reject: (error: SendError) => void;
}

/** What a frame has around its type, id and data; the core counts to the byte. */
const envelopeBytes = 24;
/** Timers cannot wait longer. */
const timerMsMax = 2 ** 31 - 1;

export class BeforeEngine {
  readonly #bounds: EffectiveOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** At most one that says who is signed in, and one that says whether there is to be a link. */
  #commands: Command[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bounds: EffectiveOptions) {
    this.#bounds = bounds;
  }

  /**
   * Of `connect`, `disconnect` and `setIdentity`. `ends`: whether messages asked for before are not to go out after it, and why.
   */
  command(command: Command, ends: SendErrorKind | null): void {
    if (ends) this.end(ends);
    const identifies = command[0] === 'setIdentity';
    const others = this.#commands.filter(([name]) => (name === 'setIdentity') !== identifies);
    // Who it is for comes first, so that nothing is begun for somebody else.
    if (identifies && others[0]?.[0] === 'connect') this.#commands = [command, ...others];
    else this.#commands = [...others, command];
  }

  send(message: OutgoingMessage): Promise<SendReceipt> {
    const { queueMessages, queueBytes, queueOverflow } = this.#bounds;
    const { type, id, data } = message;
    const size = utf8Length(type + id + data) + envelopeBytes;
    const isFull = () => this.#waiting.length >= queueMessages || this.#bytes + size > queueBytes;
    return new Promise((resolve, reject) => {
      if (size > queueBytes) return reject(new SendError('too_big'));
      while (queueOverflow !== 'reject' && this.#waiting.length > 0 && isFull()) {
        this.#take(0).reject(new SendError('queue_full'));
      }
      if (isFull()) return reject(new SendError('queue_full'));
      const expiresAt = Date.now() + message.ttlMs;
      this.#waiting.push({ message, bytes: size, expiresAt, resolve, reject });
      this.#bytes += size;
      this.#watch();
    });
  }

  replay(to: EngineSide): void {
    for (const command of this.#commands) to.tell(...command);
    this.#commands = [];
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0) {
      const { message, expiresAt, resolve } = this.#take(0);
      resolve(to.send({ ...message, ttlMs: Math.max(0, expiresAt - Date.now()) }));
    }
  }

  /** Rejects all that waits. */
  end(why: SendErrorKind): void {
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0) this.#take(0).reject(new SendError(why));
  }

  #take(at: number): Waiting {
    const [taken] = this.#waiting.splice(at, 1) as [Waiting];
    this.#bytes -= taken.bytes;
    return taken;
  }

  /** One timer for the first that expires. */
  #watch(): void {
    clearTimeout(this.#timer);
    const first = Math.min(...this.#waiting.map(({ expiresAt }) => expiresAt));
    if (first === Number.POSITIVE_INFINITY) return;
    const expire = () => {
      const now = Date.now();
      for (let at = this.#waiting.length - 1; at >= 0; at -= 1) {
        if ((this.#waiting[at] as Waiting).expiresAt > now) continue;
        this.#take(at).reject(new SendError('expired'));
      }
      this.#watch();
    };
    this.#timer = setTimeout(expire, Math.min(timerMsMax, first - Date.now()));
  }
}
