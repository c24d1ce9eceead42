// What the application asks for while the module is on its way: kept in order, bounded, and replayed
// once when the module is there. Messages keep their time to live meanwhile.

import type { Command } from '../engine/engine.js';
import type { CountingOptions } from './effective-options.js';
import { SendError } from './errors.js';
import type { Session } from './session.js';
import type { SendReceipt } from './types.js';

/** A message that was already written as JSON. */
export interface OutgoingMessage {
  readonly type: string;
  readonly data: string;
  readonly id: string;
  readonly ttlMs: number;
}

interface Entry {
  readonly run: (session: Session) => void;
  readonly cancel?: (error: SendError) => void;
}

/** More commands than this before the module is there can only repeat themselves. */
const commandsMax = 256;

export class Pending {
  readonly #bounds: CountingOptions;
  #entries: Entry[] = [];

  constructor(bounds: CountingOptions) {
    this.#bounds = bounds;
  }

  command(command: Command): void {
    const commands = this.#entries.filter((entry) => !entry.cancel);
    if (commands.length >= commandsMax) {
      this.#entries = this.#entries.filter((entry) => entry !== commands[0]);
    }
    this.#entries.push({ run: (session) => session.tell(...command) });
  }

  send(message: OutgoingMessage): Promise<SendReceipt> {
    const { queueMessages, queueBytes } = this.#bounds;
    if (message.data.length > queueBytes) return Promise.reject(new SendError('too_big'));
    if (this.#entries.filter((entry) => entry.cancel).length >= queueMessages) {
      return Promise.reject(new SendError('queue_full'));
    }
    return new Promise((resolve, reject) => {
      const expiresAt = Date.now() + message.ttlMs;
      const entry: Entry = {
        run: (session) => {
          clearTimeout(timer);
          const ttlMs = Math.max(0, expiresAt - Date.now());
          session.send({ ...message, ttlMs }).then(resolve, reject);
        },
        cancel: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#entries = this.#entries.filter((other) => other !== entry);
        reject(new SendError('expired'));
      }, message.ttlMs);
      this.#entries.push(entry);
    });
  }

  replay(session: Session): void {
    const entries = this.#entries;
    this.#entries = [];
    for (const entry of entries) entry.run(session);
  }

  clear(): void {
    const entries = this.#entries;
    this.#entries = [];
    for (const entry of entries) entry.cancel?.(new SendError('disconnected'));
  }
}
