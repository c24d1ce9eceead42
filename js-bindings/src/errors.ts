// What can go wrong, as errors that say what happened and what to do next.
//
// The sentences are generated from the core's own table; this file only puts them together.
import { type ErrorKind, errorTexts } from './generated/errors.js';

export type ConnectionErrorKind = ErrorKind;

export interface ConnectionErrorDetail {
  /** The close code, where there was one. */
  readonly code?: number | undefined;
  /** `exhausted`: what used the attempts up. */
  readonly cause?: ConnectionErrorKind | undefined;
  /** What is special about this one; already redacted. */
  readonly detail?: string | undefined;
}

/** Why the connection is not what it should be: `status().error`, or thrown for a bad option. */
export class ConnectionError extends Error {
  readonly kind: ConnectionErrorKind;
  readonly remedy: string;
  readonly code?: number;
  override readonly cause?: ConnectionErrorKind;

  constructor(kind: ConnectionErrorKind, { code, cause, detail }: ConnectionErrorDetail = {}) {
    const text = errorTexts[kind];
    super(detail ? `${text.message} (${detail})` : text.message);
    this.name = 'ConnectionError';
    this.kind = kind;
    this.remedy = text.remedy;
    if (code !== undefined) this.code = code;
    if (cause !== undefined) this.cause = cause;
  }

  /** An Error's own message is not enumerable: without this, JSON would lose it. */
  toJSON(): Record<string, unknown> {
    const { kind, message, remedy, code, cause } = this;
    return { kind, message, remedy, code, cause };
  }
}

const sendTexts = {
  queue_full: 'The queue is full. Send less while the link is down, or raise `queue`.',
  expired: 'No usable link came within the time to live. Send again, or raise `ttlMs`.',
  too_big: 'The message is larger than `queue.maxBytes` allows. Send less at once.',
  not_serialisable:
    'The message cannot be written as JSON. Send a type of 1 to 64 bytes and data without ' +
    'functions, BigInt, cycles or a bare undefined.',
  disconnected: 'The connection was closed or nobody is signed in. Connect first, then send.',
  identity_changed: 'Another user signed in before the message went out.',
} as const;

export type SendErrorKind = keyof typeof sendTexts;

/** Why a message was not sent. */
export class SendError extends Error {
  readonly kind: SendErrorKind;

  constructor(kind: SendErrorKind, detail?: string) {
    super(detail ? `${sendTexts[kind]} (${detail})` : sendTexts[kind]);
    this.name = 'SendError';
    this.kind = kind;
  }
}
