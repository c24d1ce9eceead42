// The public shapes of sending: what a message is given along, and what becomes of it.
//
// Types only.
import type { SendError } from './errors.js';
import type { RegisteredResults } from './register.js';

export interface SendOptions {
  /** How long the message may wait for a usable link; `queue.ttlMs` where absent. */
  readonly ttlMs?: number | undefined;
  /** The `id` member of the envelope, at most 64 bytes. */
  readonly id?: string | undefined;
  /**
   * Wait for the server's word: it is sent again on the next link until that comes, with the same id, and
   * applied once. Without an `id` of yours it has one that no other message has.
   */
  readonly ack?: boolean | undefined;
}

/** What follows the type of a message: its data, which may be left out where undefined is data, and options. */
export type SendArguments<Messages, Type> = undefined extends Messages[Type & keyof Messages]
  ? [data?: Messages[Type & keyof Messages], options?: SendOptions]
  : [data: Messages[Type & keyof Messages], options?: SendOptions];

export interface RequestOptions extends Omit<SendOptions, 'ttlMs' | 'ack'> {
  /** How long the answer may take, waits for a usable link included; `queue.ttlMs` where absent. */
  readonly timeoutMs?: number | undefined;
}

export interface OutcomeOptions {
  /** How long the answer may take; `queue.ttlMs` where absent. */
  readonly timeoutMs?: number | undefined;
}

/** What the server makes of a message, where `results` is registered; unknown elsewhere. */
export type ResultOf<Type> = Type extends keyof RegisteredResults
  ? RegisteredResults[Type]
  : unknown;

/** A message that waits for the server's word, or has ended without success. Never changes: another is told. */
export interface PendingSend<Type = string, Data = unknown> {
  /** The same for one message, whatever becomes of it. */
  readonly key: number;
  readonly type: Type;
  /** As it was given to `send`. */
  readonly data: Data;
  /**
   * `sending`: it waits for a link, or for the answer. `unconfirmed`: it was sent, and may have been applied.
   * `failed`: it was not applied.
   */
  readonly state: 'sending' | 'unconfirmed' | 'failed';
  /** Why it has ended; null while it is sending. */
  readonly error: SendError | null;
  /**
   * Sends one that has failed again; asks what became of one that is unconfirmed, as `outcome` does. Settles as
   * `send` does.
   */
  retry(): Promise<SendReceipt>;
  /** Takes it off the list; one that is sending goes on. */
  dismiss(): void;
}

/** One of the messages that a map knows, or any. */
export type PendingSendOf<Messages> = string extends keyof Messages
  ? PendingSend
  : { [Type in keyof Messages]: PendingSend<Type, Messages[Type]> }[keyof Messages];

/** The same for a request. */
export type RequestArguments<Messages, Type> = undefined extends Messages[Type & keyof Messages]
  ? [data?: Messages[Type & keyof Messages], options?: RequestOptions]
  : [data: Messages[Type & keyof Messages], options?: RequestOptions];

export interface SendReceipt {
  /** When the frame was handed to the socket, wall-clock ms. Says nothing of delivery. */
  readonly sentAt: number;
  /** With `ack`: when the server's word came. */
  readonly ackedAt?: number | undefined;
  /** With `ack`: it had been applied before, and this is what came of it then. */
  readonly repeat?: boolean | undefined;
  /** With `ack`: what the server made of it. */
  readonly result?: unknown;
}
