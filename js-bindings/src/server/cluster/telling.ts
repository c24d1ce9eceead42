// What this node has to tell the others, message by message: whatever changed since it was last told, and answers
// to whoever missed something. Sends nothing itself: it is asked for the next message.
import type { PresentUser } from '../presence.js';
import { type UserKey, UserMap } from '../user-map.js';
import { encodeNodeMessage, encodeUsers, type Kick, type UserState } from './wire.js';

/** Users whose change may wait while nobody is heard: beyond them the others ask for all there is. */
const changesMax = 200_000;
/** Kicks that whoever missed them is told again, and for how long. */
const kicksMax = 256;
const kickMs = 60_000;
/** So many beats after a user was lost here every other node knows it, where the bus works. */
const deferredBeats = 5;

/** This node's users, as they are now. */
export interface Here {
  isReachable(user: UserKey): boolean;
  of(user: UserKey): PresentUser | undefined;
  users(): Iterable<UserKey>;
}

interface Answer {
  users: Iterator<UserState>;
  part: number;
  hasMore: boolean;
}

export interface Outgoing {
  readonly text: string;
  readonly to?: string | undefined;
}

export class Telling {
  readonly #here: Here;
  readonly #deferredMs: number;
  readonly #changed = new UserMap<true>();
  readonly #deferred = new UserMap<number>();
  readonly #answers = new Map<string, Answer>();
  #kicks: { readonly n: number; readonly at: number; readonly kick: Kick }[] = [];
  #changes = 0;
  /** Changes and kicks so far. */
  #n = 0;

  constructor(here: Here, beatMs: number) {
    this.#here = here;
    this.#deferredMs = deferredBeats * beatMs;
  }

  get n(): number {
    return this.#n;
  }

  get isDone(): boolean {
    return this.#changes === 0 && this.#answers.size === 0;
  }

  /** The links of this user here, or whether a page of his is reachable. */
  changed(user: UserKey): void {
    if (this.#changed.get(user)) return;
    if (this.#changes >= changesMax) {
      for (const [known] of [...this.#changed.entries()]) this.#changed.delete(known);
      this.#changes = 0;
      // A number that nobody is told of is missed by everybody.
      this.#n += 1;
    }
    this.#changed.set({ tenant: user.tenant, user: user.user }, true);
    this.#changes += 1;
  }

  /** Nobody was told that this user is lost here: another node is believed to reach him. */
  defer({ tenant, user }: UserKey, now: number): void {
    this.#deferred.set({ tenant, user }, now);
  }

  /** Every so often, while the bus works. */
  forget(now: number): void {
    for (const [user, at] of [...this.#deferred.entries()]) {
      if (now - at > this.#deferredMs) this.#deferred.delete(user);
    }
    this.#forgetKicks(now);
  }

  /** The bus works again: from now on the others get to know what they missed. */
  resume(now: number): void {
    for (const [user] of [...this.#deferred.entries()]) this.#deferred.set(user, now);
  }

  /** The message; it is told again to whoever missed it. */
  kick(kick: Kick, at: number): string {
    this.#n += 1;
    this.#kicks.push({ n: this.#n, at, kick });
    if (this.#kicks.length > kicksMax) this.#kicks.shift();
    return encodeNodeMessage({ kind: 'kick', n: this.#n, isAgain: false, ageMs: 0, kick });
  }

  /** Somebody missed something; one who asks again is answered from the beginning. Returns what goes first. */
  answer(node: string, now: number): string[] {
    const answer: Answer = { users: none(), part: 0, hasMore: true };
    answer.users = this.#all(answer);
    this.#answers.set(node, answer);
    this.#forgetKicks(now);
    return this.#kicks.map(({ n, at, kick }) =>
      encodeNodeMessage({ kind: 'kick', n, isAgain: true, ageMs: Math.ceil(now - at), kick }),
    );
  }

  /** The next message, as things are at this moment: it must be sent before anything else is told. */
  next(): Outgoing | null {
    if (this.#changes > 0) {
      this.#n += 1;
      return { text: encodeUsers({ kind: 'change', n: this.#n }, this.#takeChanged()) };
    }
    const [entry] = this.#answers;
    if (!entry) return null;
    const [to, answer] = entry;
    // Each gets a part in turn.
    this.#answers.delete(to);
    const { part } = answer;
    answer.part += 1;
    const head = { kind: 'snapshot', n: this.#n, part } as const;
    if (!answer.hasMore) return { to, text: encodeUsers({ ...head, isLast: true }, none()) };
    this.#answers.set(to, answer);
    return { to, text: encodeUsers({ ...head, isLast: false }, answer.users) };
  }

  // ---- inside

  #forgetKicks(now: number): void {
    this.#kicks = this.#kicks.filter(({ at }) => now - at <= kickMs);
  }

  *#takeChanged(): Generator<UserState> {
    for (const [user] of this.#changed.entries()) {
      this.#changed.delete(user);
      this.#changes -= 1;
      yield this.#stateOf(user);
    }
  }

  /** The map is read as it is when each part is sent: what comes to it meanwhile is told as a change. */
  *#all(answer: Answer): Generator<UserState> {
    for (const user of this.#here.users()) yield this.#stateOf(user);
    for (const [user] of this.#deferred.entries()) {
      if (!this.#here.of(user)) yield this.#stateOf(user);
    }
    answer.hasMore = false;
  }

  #stateOf({ tenant, user }: UserKey): UserState {
    const { links, isReachable } = this.#here.of({ tenant, user }) ?? {
      links: 0,
      isReachable: false,
    };
    const standing = isReachable
      ? 'reachable'
      : this.#deferred.get({ tenant, user }) !== undefined
        ? 'deferred'
        : 'lost';
    return { tenant, user, links, standing };
  }
}

function* none(): Generator<UserState> {}
