// What became of messages, known to all nodes of a log: a message that comes again over another node was done
// where it came first. Types only.
import type { UserKey } from '../user-map.js';

export interface MessageKey extends UserKey {
  readonly type: string;
  readonly id: string;
}

/** Its result as JSON, empty where it has none; `'working'`: somebody else is at it. */
export type Answer = { readonly json: string } | 'working';

export interface Answers {
  /**
   * Null where it is new: it is the caller's to do now, for so long. A caller that dies leaves it to whoever
   * asks after that. Rejects where nobody can say.
   */
  claim(key: MessageKey, ms: number): Promise<Answer | null>;
  /** It is done; or of one whose end nobody expects any more, `'working'`: it is not to be done again. */
  keep(key: MessageKey, answer: Answer, ms: number): Promise<void>;
  /** The caller has failed: it is to be done again by whoever asks next. */
  release(key: MessageKey): Promise<void>;
}
