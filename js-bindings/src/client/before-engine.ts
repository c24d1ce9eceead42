// What the application asks for while no engine runs, by the core's own rules: messages are bounded,
// keep their time to live and go with their user; of connect and disconnect the last word counts.
//
// Replayed once into the engine that comes.
import type { Command } from '../engine/engine.js';
import { SendError, type SendErrorKind } from './errors.js';
import type { EffectiveOptions } from './options.js';
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
  timer?: ReturnType<typeof setTimeout>;
}

/** What a frame has around its type, id and data; the core counts to the byte. */
const envelopeBytes = 24;

export class BeforeEngine {
  readonly #bounds: EffectiveOptions['queue'];
  /** The oldest first. */
  readonly #waiting = new Set<Waiting>();
  #bytes = 0;
  #wish: 'connect' | 'disconnect' | null = null;

  constructor(bounds: EffectiveOptions['queue']) {
    this.#bounds = bounds;
  }

  /** The last one counts: nothing was dialled yet that could be begun anew. */
  wish(wish: 'connect' | 'disconnect'): void {
    this.#wish = wish;
    if (wish === 'disconnect') this.end('disconnected');
  }

  send(message: OutgoingMessage): Promise<SendReceipt> {
    const { maxMessages, maxBytes, overflow } = this.#bounds;
    const { type, id, data, ttlMs } = message;
    const bytes = utf8Length(type + id + data) + envelopeBytes;
    const isFull = () => this.#waiting.size >= maxMessages || this.#bytes + bytes > maxBytes;
    return new Promise((resolve, reject) => {
      const fits = bytes <= maxBytes;
      if (fits && overflow !== 'reject') {
        for (const oldest of this.#waiting) if (isFull()) this.#reject(oldest, 'queue_full');
      }
      if (!fits || isFull()) {
        reject(new SendError(fits ? 'queue_full' : 'too_big'));
        return;
      }
      const waiting: Waiting = { message, bytes, expiresAt: Date.now() + ttlMs, resolve, reject };
      this.#waiting.add(waiting);
      this.#bytes += bytes;
      // A time that no timer can wait for is none.
      if (ttlMs < 2 ** 31) {
        waiting.timer = setTimeout(() => this.#reject(waiting, 'expired'), ttlMs);
      }
    });
  }

  replay(to: EngineSide): void {
    if (this.#wish) to.tell(this.#wish);
    this.#wish = null;
    for (const waiting of this.#waiting) {
      const { message, expiresAt, resolve } = waiting;
      this.#take(waiting);
      resolve(to.send({ ...message, ttlMs: Math.max(0, expiresAt - Date.now()) }));
    }
  }

  /** Rejects all that waits. */
  end(why: SendErrorKind): void {
    for (const waiting of this.#waiting) this.#reject(waiting, why);
  }

  #take(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    this.#bytes -= waiting.bytes;
  }

  #reject(waiting: Waiting, why: SendErrorKind): void {
    this.#take(waiting);
    waiting.reject(new SendError(why));
  }
}
