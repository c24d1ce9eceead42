// What the parts of the server half tell each other, and what an application tells them. Types only.
import type { UserKey } from './user-map.js';

/** Who a socket belongs to: always tenant and user together, since one user's name may exist in two tenants. */
export interface Principal {
  readonly tenant: string;
  readonly user: string;
  /** Wall-clock ms; the link ends then, unless the token is renewed. `Infinity` for never. */
  readonly expiresAt: number;
  /** What else was said of the user; `authorise` and message handlers find it here. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * `token`: missing, forged, expired (4401). `forbidden`: genuine, and opens nothing here (4403).
 * `unavailable`: nobody can judge it now, and the same token may be good in a minute (1013).
 */
export type RefusalKind = 'token' | 'forbidden' | 'unavailable';

export interface Refusal {
  readonly refused: RefusalKind;
  /** For the client's developer, as the close reason: at most 123 bytes, and never a token. */
  readonly why: string;
}

/** What is known of a dial before anybody is. */
export interface DialRequest {
  /** The other end's address, or the one that a trusted proxy names. */
  readonly remoteAddress: string;
  /** Without the query. */
  readonly path: string;
  /** Whether the page's connection is encrypted; undefined where a proxy may have ended that before us. */
  readonly secure: boolean | undefined;
  /** As Node has them: lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface Verify {
  /** Decides whether a token names somebody. A rejection or a throw counts as `unavailable`. */
  (token: string, request: DialRequest): Promise<Principal | Refusal> | Principal | Refusal;
  /**
   * Whether this token is judged without asking anybody else. Such a one takes no place among those that
   * wait, so that a flood of others keeps nobody out whose key is known. Default: no token is.
   */
  readonly knows?: (token: string) => boolean;
  /** Why nobody can be verified at the moment; null where all is well. The server is not ready until then. */
  readonly trouble?: () => string | null;
  /** Lets go of timers and requests. */
  readonly close?: () => void;
}

/**
 * One connection of whichever transport, with whole text messages. What its adapter reads goes to the
 * `Incoming` that `accept` returns.
 */
export interface Link {
  readonly remoteAddress: string;
  /** Bytes that were sent and that nobody has taken yet. */
  readonly bufferedBytes: number;
  send(text: string): void;
  /**
   * Begins the closing handshake; ends the link by force where that is not answered within
   * `limits.closeMs`, or after `limits.bytesAfterClose` that the peer goes on saying.
   */
  close(code: number, reason: string): void;
  /** Ends the link at once; the other side sees 1006. */
  terminate(): void;
  /** What is written in there may go out together; where there is a way. */
  corked?(write: () => void): void;
  /** Calls once when what was sent has been taken; without it, it is asked how much still waits. */
  whenDrained?(then: () => void): void;
  /** A ping of the protocol's own, which browsers answer even while a page's timers sleep; where there is such. */
  ping?(): void;
}

/** What an adapter tells of its link. */
export interface Incoming {
  /** A whole message: text that is valid UTF-8, or the bytes of a binary one. `size`: in bytes, as it came. */
  message(message: string | Uint8Array, size: number): void;
  /** The protocol's own pong. */
  pong(): void;
  /** It has closed, with the code that the adapter knows (1006 where there is none). Said once. */
  closed(code: number): void;
}

/** An open link. */
export interface ConnectionInfo extends UserKey {
  readonly connectionId: string;
  readonly remoteAddress: string;
  /** When it was dialled; wall-clock ms. */
  readonly since: number;
  /** When its token ends; wall-clock ms. */
  readonly expiresAt: number;
  readonly bufferedBytes: number;
}

/** Fields first, as pino, bunyan and winston's adapters take them. Never given a token. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export type Labels = Readonly<Record<string, string>>;

/** What is counted, by whichever library. Names are without a prefix; labels come from lists made here. */
export interface Metrics {
  /** A counter goes up. */
  count(name: string, labels?: Labels, by?: number): void;
  /** A distribution gets a value, in the unit that the name ends with. */
  observe(name: string, value: number, labels?: Labels): void;
  /** A gauge is asked for when somebody looks. */
  gauge(name: string, read: () => number): void;
}
