// What can go wrong, as errors that say what happened and what to do next.
//
// A connection's sentences are generated from the core's own table. What to do next is for developers
// and long: but for what goes wrong before anything can be loaded, it is loaded when the first error is
// made.
import { type ErrorKind, earlyRemedies, errorMessages } from '../generated/errors.js';
import type { SendOutcome } from '../generated/status.js';

export type ConnectionErrorKind = ErrorKind;

/** What happened to a message: in the order of the core's outcomes, of which the first is that it was sent. */
const sendMessages = {
  queue_full: 'The queue is full.',
  expired: 'No usable link came within the time to live.',
  too_big: 'The message is larger than `maxMessageBytes`, or `queue.maxBytes`, allows.',
  not_serialisable: 'The message cannot be written as JSON.',
  disconnected: 'The connection was closed or nobody is signed in.',
  identity_changed: 'Another user signed in before the message went out.',
  reserved_type: 'The type is a word of the protocol that the server speaks.',
  rejected: 'The server rejected the message.',
  unconfirmed: 'The message was sent and not answered in time: it may have been applied.',
  unsupported: 'This server answers no messages.',
} as const satisfies Readonly<Record<Exclude<SendOutcome, 'sent' | 'done' | 'repeated'>, string>>;

export type SendErrorKind = keyof typeof sendMessages;

/** What to do next, by the name of the error's class and its kind. */
export interface Remedies {
  readonly ConnectionError: Readonly<Record<ErrorKind, string>>;
  readonly SendError: Readonly<Record<SendErrorKind, string>>;
}

let remedies: { readonly [Name in keyof Remedies]: Readonly<Record<string, string>> } = {
  ConnectionError: earlyRemedies,
  SendError: {},
};
/** The network may be what has failed: it is asked no more often. */
const askAgainMs = 60_000;
let askedAt = -askAgainMs;

/** From now on errors say what to do next, those made before as well. */
export function learnRemedies(all: Remedies): void {
  remedies = all;
}

function loadRemedies(): void {
  const now = Date.now();
  if (now - askedAt < askAgainMs) return;
  askedAt = now;
  import('./remedies.js').then(
    (loaded) => learnRemedies(loaded.remedies),
    () => undefined,
  );
}

/** What the errors of this package have in common. */
class ExplainedError<Kind extends string> extends Error {
  readonly kind: Kind;

  constructor(name: keyof Remedies, kind: Kind, message: string) {
    super(message);
    this.name = name;
    this.kind = kind;
    if (!(kind in remedies[name])) loadRemedies();
  }

  /**
   * What a developer does next; empty where there is nothing to do, as while a server restarts, and for
   * the moment in which the texts are loaded.
   */
  get remedy(): string {
    return remedies[this.name as keyof Remedies][this.kind] ?? '';
  }

  /** An Error's own message is not enumerable: without this, JSON would lose it. */
  toJSON(): Record<string, unknown> {
    const { kind, message, remedy } = this;
    return { kind, message, remedy };
  }
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
export class ConnectionError extends ExplainedError<ConnectionErrorKind> {
  readonly code?: number | undefined;
  override readonly cause?: ConnectionErrorKind | undefined;
  /** What is special about this one, for developers: which option, what a server or a browser said. */
  readonly detail?: string | undefined;

  constructor(kind: ConnectionErrorKind, { code, cause, detail }: ConnectionErrorDetail = {}) {
    const message = errorMessages[kind];
    // An option that is refused is thrown, and a console shows nothing but the message: whoever reads
    // it there writes code. All other messages are read by people at their desks.
    const isThrown = kind === 'option_invalid' && detail;
    super('ConnectionError', kind, isThrown ? `${message} (${detail})` : message);
    this.code = code;
    this.cause = cause;
    this.detail = detail || undefined;
  }

  override toJSON(): Record<string, unknown> {
    const { code, cause, detail } = this;
    return { ...super.toJSON(), code, cause, detail };
  }
}

/** Throws `option_invalid` at whoever gave a wrong option or argument. */
export function refuseOption(name: string, problem: string): never {
  throw new ConnectionError('option_invalid', { detail: `${name} ${problem}` });
}

/** Why a message was not sent, was rejected, or nobody knows what became of it. */
export class SendError extends ExplainedError<SendErrorKind> {
  /** The id that it bore on the wire, where it waited for the server's word. */
  readonly id?: string | undefined;
  /** `rejected`: what the server said. */
  readonly rejection?: Rejection | undefined;
  /** `unconfirmed`: when it was sent first, wall-clock ms. */
  readonly sentAt?: number | undefined;

  constructor(
    kind: SendErrorKind,
    detail?: string,
    id?: string,
    rejection?: Rejection,
    sentAt?: number,
  ) {
    const message = sendMessages[kind];
    super('SendError', kind, detail ? `${message} (${detail})` : message);
    this.id = id || undefined;
    this.rejection = rejection;
    this.sentAt = sentAt || undefined;
  }
}

/** What the server said of a message that it rejected, as far as it did. */
export interface Rejection {
  readonly code?: string;
  readonly message?: string;
  /** Whether the same may succeed later; then after how long. */
  readonly retry?: boolean;
  readonly retryAfterMs?: number;
}
