// What the application asks for while no engine runs, by the core's own rules: messages are bounded,
// keep their time to live and go with their user; of connect and disconnect the last word counts.
//
// Replayed once into the engine that comes.
import type { Command } from '../engine/engine.js';
import type { EffectiveOptions } from './effective-options.js';
import { SendError, type SendErrorKind } from './errors.js';
import type { OutgoingMessage } from './outgoing.js';
import type { SendReceipt } from './types.js';
import { utf8Length } from './utf8.js';

/** Where all of it goes in the end. */
export interface EngineSide {
  tell(...command: Command): void;
  send(message: OutgoingMessage): Promise<SendReceipt>;
}

interface Waiting {
  readonly message: OutgoingMessage;
  readonly bytes: number;
  readonly expiresAt: number;
  readonly resolve: (receipt: Promise<SendReceipt>) => void;
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
  #wish: 'connect' | 'disconnect' | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = 0;

  constructor(bounds: EffectiveOptions) {
    this.#bounds = bounds;
  }

  /** The last one counts: nothing was dialled yet that could be begun anew. */
  wish(wish: 'connect' | 'disconnect'): void {
    this.#wish = wish;
    if (wish === 'disconnect') this.end('disconnected');
  }

  send(message: OutgoingMessage): Promise<SendReceipt> {
    const { queueMessages, queueBytes, queueOverflow } = this.#bounds;
    const { type, id, data } = message;
    const bytes = utf8Length(type + id + data) + envelopeBytes;
    const isFull = () => this.#waiting.length >= queueMessages || this.#bytes + bytes > queueBytes;
    return new Promise((resolve, reject) => {
      const fits = bytes <= queueBytes;
      while (fits && queueOverflow !== 'reject' && this.#waiting.length > 0 && isFull()) {
        this.#take(0).reject(new SendError('queue_full'));
      }
      if (!fits || isFull()) {
        reject(new SendError(fits ? 'queue_full' : 'too_big'));
        return;
      }
      const expiresAt = Date.now() + message.ttlMs;
      this.#waiting.push({ message, bytes, expiresAt, resolve, reject });
      this.#bytes += bytes;
      if (this.#waiting.length === 1 || expiresAt < this.#wakesAt) this.#watch();
    });
  }

  replay(to: EngineSide): void {
    if (this.#wish) to.tell(this.#wish);
    this.#wish = null;
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

  /** One timer, for the message that expires first. */
  #watch(): void {
    clearTimeout(this.#timer);
    this.#wakesAt = Math.min(...this.#waiting.map(({ expiresAt }) => expiresAt));
    if (this.#wakesAt === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(timerMsMax, this.#wakesAt - Date.now());
    this.#timer = setTimeout(() => this.#expire(), waitMs);
  }

  #expire(): void {
    const now = Date.now();
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1) {
      if ((this.#waiting[at] as Waiting).expiresAt > now) continue;
      this.#take(at).reject(new SendError('expired'));
    }
    this.#watch();
  }
}
