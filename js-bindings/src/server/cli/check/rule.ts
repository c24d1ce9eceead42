/** What a rule is, and what can be said of a server by it. Types and three words; knows no socket. */
import type { Target } from './target.js';

/** Headings of PROTOCOL.md. */
export type Section =
  | 'Handshake'
  | 'Frames'
  | 'Control messages'
  | 'The stream'
  | 'Answers'
  | 'Batches'
  | 'Close codes';

/** `must`: a client of this package, or a browser, fails without it. `should`: it does worse. */
export type Level = 'must' | 'should';

export interface Verdict {
  readonly result: 'pass' | 'fail' | 'skipped';
  /** What was observed, or why nothing was. */
  readonly seen: string;
}

/**
 * What has to be there for a rule to be judged: a served link, a token that may be good or expired, a
 * subprotocol that is selected, a `connected` that is sent, a command that restarts the server or makes it
 * publish, a message that it handles, or a feature that `connected` lists.
 */
export type Need =
  | 'link'
  | 'token'
  | 'expired'
  | 'connected'
  | 'selection'
  | 'restart-command'
  | 'publish-command'
  | 'message'
  | `feature ${string}`;

export interface Rule {
  readonly id: string;
  readonly sentence: string;
  readonly section: Section;
  /** Where the protocol leaves a point to one. */
  readonly rfc?: string;
  readonly level: Level;
  readonly needs: readonly Need[];
  /** Others must not feel it: somebody else's link lives on, and a new dial is served. */
  readonly attack?: boolean;
  readonly judge: (target: Target) => Promise<Verdict>;
}

export const pass = (seen: string): Verdict => ({ result: 'pass', seen });
export const fail = (seen: string): Verdict => ({ result: 'fail', seen });
export const skipped = (why: string): Verdict => ({ result: 'skipped', seen: why });
