// Messages that wait for the server's word. Of those that end without it, it keeps what was sent, so that they
// can be asked about by their ids for as long as the server knows these.
import { SendError } from './errors.js';
import { createListeners } from './listeners.js';
import type { OutgoingMessage } from './outgoing.js';
import type { RequestOptions, SendOptions, SendReceipt } from './types.js';

/** So many, in all of so many characters: the oldest give way. */
const keptMax = 50;
const keptCharactersMax = 256 * 1024;
/** That of the protocol. */
const windowMsByDefault = 600_000;
/** What is asked about must arrive before its id is forgotten. */
const windowMarginMs = 5000;

/** A message that has just been sent, for whoever watches. */
export interface AnsweredSend {
  readonly message: OutgoingMessage;
  /** As it was given. */
  readonly data: unknown;
  readonly sent: Promise<SendReceipt>;
}

interface Kept extends Omit<AnsweredSend, 'sent'> {
  readonly error: SendError;
}

export class AnsweredSends {
  readonly #deliver: (message: OutgoingMessage) => Promise<SendReceipt>;
  readonly #windowMs: () => number | null;
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<SendReceipt>>();
  /** Who watches hears of each message before anything has become of it. */
  readonly watched = createListeners<AnsweredSend>();

  /** `windowMs`: for so long the server knows an id; null where it has not said. */
  constructor(
    deliver: (message: OutgoingMessage) => Promise<SendReceipt>,
    windowMs: () => number | null,
  ) {
    this.#deliver = deliver;
    this.#windowMs = windowMs;
  }

  send(message: OutgoingMessage, data: unknown, former?: SendError): Promise<SendReceipt> {
    const sent = this.#deliver(message).catch((reason: SendError) => {
      const settled = reason.kind === 'rejected' || reason.kind === 'identity_changed';
      // It may have been applied, whatever kept it from being asked about once more.
      const error = former && !settled ? former : reason;
      if (error.kind === 'unconfirmed' && error.id) this.#keep(error.id, { message, data, error });
      throw error;
    });
    sent.catch(() => undefined);
    this.watched.emit({ message, data, sent });
    return sent;
  }

  /** Sends again what is kept under this id. */
  outcome(id: string, timeoutMs: number): Promise<SendReceipt> {
    const asked = this.#asked.get(id);
    if (asked) return asked;
    const { message, data, error } = this.#kept.get(id) ?? {};
    const leftMs =
      (error?.sentAt ?? 0) + (this.#windowMs() ?? windowMsByDefault) - windowMarginMs - Date.now();
    this.#kept.delete(id);
    if (!message || leftMs <= 0) {
      const unknown = Promise.reject(new SendError('unconfirmed', 'its id is no longer known', id));
      unknown.catch(() => undefined);
      return unknown;
    }
    const ttlMs = Math.min(timeoutMs, leftMs);
    const sent = this.send({ ...message, id, ttlMs }, data, error);
    this.#asked.set(id, sent);
    const forget = () => this.#asked.delete(id);
    sent.then(forget, forget);
    return sent;
  }

  /** Another user is there. */
  forget(): void {
    this.#kept.clear();
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.set(id, kept);
    let characters = 0;
    for (const { message } of this.#kept.values()) characters += message.data.length;
    for (const [oldest, { message }] of this.#kept) {
      if (this.#kept.size <= keptMax && characters <= keptCharactersMax) break;
      characters -= message.data.length;
      this.#kept.delete(oldest);
    }
  }
}

type Send = (type: string, data: unknown, options: SendOptions) => Promise<SendReceipt>;

/** A message that waits for its answer, and the result of that alone. */
export function requestBy(
  send: Send,
  type: string,
  data: unknown,
  { timeoutMs, ...options }: RequestOptions,
): Promise<unknown> {
  const sent = send(type, data, { ...options, ttlMs: timeoutMs, ack: true });
  const result = sent.then((receipt) => receipt.result);
  result.catch(() => undefined);
  return result;
}
