// What can go wrong, as errors that say what happened and what to do next.
//
// The sentences are generated from the core's own table; this file only puts them together. Those of
// what can go wrong before the module is there come with it, the others when it is loaded.
import { type ErrorKind, type ErrorText, errorTexts } from '../generated/errors.js';
import type { SendErrorKind } from './send-texts.js';

export type ConnectionErrorKind = ErrorKind;
export type { SendErrorKind };

const texts: Partial<Record<ErrorKind, ErrorText>> = { ...errorTexts };
const sendTexts: Partial<Record<SendErrorKind, string>> = {};

/** From now on these are known too. */
export function learnErrorTexts(more: typeof texts, ofSending: typeof sendTexts): void {
  Object.assign(texts, more);
  Object.assign(sendTexts, ofSending);
}

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
  /** What to do next; empty where there is nothing to do, as while a server restarts. */
  readonly remedy: string;
  readonly code?: number;
  override readonly cause?: ConnectionErrorKind;
  /** What is special about this one, for developers: which option, what a server or a browser said. */
  readonly detail?: string;

  constructor(kind: ConnectionErrorKind, { code, cause, detail }: ConnectionErrorDetail = {}) {
    const text = texts[kind] ?? { message: kind, remedy: '' };
    // An option that is refused is thrown, and a console shows nothing but the message: whoever reads
    // it there writes code. All other messages are read by people at their desks.
    const isThrown = kind === 'option_invalid' && detail;
    super(isThrown ? `${text.message} (${detail})` : text.message);
    this.name = 'ConnectionError';
    this.kind = kind;
    this.remedy = text.remedy;
    if (code !== undefined) this.code = code;
    if (cause !== undefined) this.cause = cause;
    if (detail) this.detail = detail;
  }

  /** An Error's own message is not enumerable: without this, JSON would lose it. */
  toJSON(): Record<string, unknown> {
    const { kind, message, remedy, code, cause, detail } = this;
    return { kind, message, remedy, code, cause, detail };
  }
}

/** Why a message was not sent. */
export class SendError extends Error {
  readonly kind: SendErrorKind;

  constructor(kind: SendErrorKind, detail?: string) {
    const text = sendTexts[kind] ?? kind;
    super(detail ? `${text} (${detail})` : text);
    this.name = 'SendError';
    this.kind = kind;
  }
}
