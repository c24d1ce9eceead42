// What became of messages that have an id, for as long as their senders may ask again: a message that was done
// is done once, however often it comes. Senders are tenant and user: an id of one is nobody else's.
import type { Limits } from './limits.js';
import { type UserKey, UserMap } from './user-map.js';

/** How the application's work on a message ended. */
export interface Done {
  /** Its result, empty where it has none. */
  readonly json: string;
  /** Another node did it. */
  readonly isRepeat?: boolean;
}
export type Work = Promise<Done>;

interface Kept {
  readonly work: Work;
  readonly owner: UserKey;
  readonly key: string;
  bytes: number;
  /** Wall-clock ms; endless while it is being worked on. */
  until: number;
}

/** What one takes beside its id and its result, about. */
const entryBytes = 512;

type AckLimits = Pick<Limits, 'ackMs' | 'ackBytes' | 'ackBytesPerUser'>;

export class Acks {
  readonly #limits: AckLimits;
  readonly #kept = new UserMap<Map<string, Kept>>();
  readonly #bytesOf = new UserMap<number>();
  /** Those that are done, in the order in which they will be forgotten. */
  readonly #done = new Set<Kept>();
  #bytes = 0;

  constructor(limits: AckLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The work on this message, done or under way; null where it is new. */
  find(owner: UserKey, type: string, id: string): Work | null {
    this.#forget();
    return this.#kept.get(owner)?.get(keyOf(type, id))?.work ?? null;
  }

  /** Whether another one can be remembered. */
  hasRoom(owner: UserKey): boolean {
    const { ackBytes, ackBytesPerUser } = this.#limits;
    return this.#bytes < ackBytes && (this.#bytesOf.get(owner) ?? 0) < ackBytesPerUser;
  }

  /**
   * Remembers it from now on; one that fails is forgotten, and may be tried again. What it returns is called
   * for work of which nobody expects an end any more: it is remembered like one that is done.
   */
  keep(owner: UserKey, type: string, id: string, work: Work): () => void {
    const key = keyOf(type, id);
    const kept: Kept = { work, owner, key, bytes: 0, until: Number.POSITIVE_INFINITY };
    this.#kept.getOrCreate(owner, () => new Map()).set(key, kept);
    this.#weigh(kept, entryBytes + Buffer.byteLength(key));
    const end = (json: string) => {
      // One that ends after it was forgotten is not known again.
      if (this.find(owner, type, id) !== work) return;
      kept.until = Date.now() + this.#limits.ackMs;
      this.#weigh(kept, kept.bytes + Buffer.byteLength(json));
      // The newest is forgotten last.
      this.#done.delete(kept);
      this.#done.add(kept);
    };
    work.then(
      ({ json }) => end(json),
      () => this.find(owner, type, id) === work && this.#drop(kept),
    );
    return () => end('');
  }

  #forget(): void {
    const now = Date.now();
    for (const kept of this.#done) {
      if (kept.until > now) return;
      this.#drop(kept);
    }
  }

  #drop(kept: Kept): void {
    this.#weigh(kept, 0);
    this.#done.delete(kept);
    const own = this.#kept.get(kept.owner);
    own?.delete(kept.key);
    if (own?.size === 0) {
      this.#kept.delete(kept.owner);
      this.#bytesOf.delete(kept.owner);
    }
  }

  #weigh(kept: Kept, bytes: number): void {
    const more = bytes - kept.bytes;
    kept.bytes = bytes;
    this.#bytes += more;
    this.#bytesOf.set(kept.owner, (this.#bytesOf.get(kept.owner) ?? 0) + more);
  }
}

/** The same id of another type is another message. */
const keyOf = (type: string, id: string): string => `${type} ${id}`;
