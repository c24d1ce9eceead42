// What can go wrong, as errors that say what happened and what to do next.
//
// The sentences are generated from the core's own table. What to do next is for developers and long: but
// for what goes wrong before anything can be loaded, it is loaded when the first error is made.
import { type ErrorKind, earlyRemedies, errorMessages } from '../generated/errors.js';
import { type SendErrorKind, sendTexts } from './send-texts.js';

export type ConnectionErrorKind = ErrorKind;
export type { SendErrorKind };

let remedies = earlyRemedies;
/** The network may be what has failed: it is asked no more often. */
const askAgainMs = 60_000;
let askedAt = Number.NEGATIVE_INFINITY;

/** From now on errors say what to do next, those made before as well. */
export function learnRemedies(all: Readonly<Record<ErrorKind, string>>): void {
  askedAt = Number.POSITIVE_INFINITY;
  remedies = all;
}

function loadRemedies(): void {
  const now = Date.now();
  if (now - askedAt < askAgainMs) return;
  askedAt = now;
  import('../generated/remedies.js').then(
    (loaded) => learnRemedies(loaded.remedies),
    () => undefined,
  );
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
  readonly code?: number;
  override readonly cause?: ConnectionErrorKind;
  /** What is special about this one, for developers: which option, what a server or a browser said. */
  readonly detail?: string;

  constructor(kind: ConnectionErrorKind, { code, cause, detail }: ConnectionErrorDetail = {}) {
    const message = errorMessages[kind];
    // An option that is refused is thrown, and a console shows nothing but the message: whoever reads
    // it there writes code. All other messages are read by people at their desks.
    const isThrown = kind === 'option_invalid' && detail;
    super(isThrown ? `${message} (${detail})` : message);
    if (!(kind in remedies)) loadRemedies();
    this.name = 'ConnectionError';
    this.kind = kind;
    if (code !== undefined) this.code = code;
    if (cause !== undefined) this.cause = cause;
    if (detail) this.detail = detail;
  }

  /**
   * What a developer does next; empty where there is nothing to do, as while a server restarts, and for
   * the moment in which the texts are loaded.
   */
  get remedy(): string {
    return remedies[this.kind] ?? '';
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
  /** What to do next. */
  readonly remedy: string;

  constructor(kind: SendErrorKind, detail?: string) {
    const { message, remedy } = sendTexts[kind];
    super(detail ? `${message} (${detail})` : message);
    this.name = 'SendError';
    this.kind = kind;
    this.remedy = remedy;
  }

  /** As a ConnectionError's. */
  toJSON(): Record<string, unknown> {
    const { kind, message, remedy } = this;
    return { kind, message, remedy };
  }
}
