// Which users a page can be reached for right now: one of their pages said something within one and a half
// heartbeats. The browser's own answers do not count, since it gives them for a page that hangs.
import { type UserKey, UserMap } from './user-map.js';

/** Of the interval in which pages are asked to ping; what is later than this was missed. */
const heartbeatsMax = 1.5;

/** A user who has links here. */
export interface PresentUser {
  readonly links: number;
  readonly isReachable: boolean;
}

export interface PresenceListener {
  /** The number of a user's links, or whether he is reachable. */
  changed(user: UserKey): void;
  /** Told once when a user who was reachable no longer is, after `changed`. */
  lost(user: UserKey): void;
}

interface Entry {
  links: number;
  /** Monotonic ms. */
  heardAt: number;
  isReachable: boolean;
  timer: NodeJS.Timeout | undefined;
}

export class Presence {
  readonly #entries = new UserMap<Entry>();
  readonly #patienceMs: number;
  readonly #told: PresenceListener;

  constructor(heartbeatMs: number, told: PresenceListener) {
    this.#patienceMs = heartbeatMs * heartbeatsMax;
    this.#told = told;
  }

  /** A link of this user is usable: its page has just dialled. */
  join(user: UserKey): void {
    const entry = this.#entries.getOrCreate(user, () => ({
      links: 0,
      heardAt: 0,
      isReachable: false,
      timer: undefined,
    }));
    entry.links += 1;
    this.#hear(user, entry);
    this.#told.changed(user);
  }

  /** A page of this user said something. */
  heard(user: UserKey): void {
    const entry = this.#entries.get(user);
    if (entry) this.#hear(user, entry);
  }

  leave(user: UserKey): void {
    const entry = this.#entries.get(user);
    if (!entry) return;
    entry.links -= 1;
    if (entry.links === 0) {
      clearTimeout(entry.timer);
      this.#entries.delete(user);
    }
    this.#told.changed(user);
    if (entry.links === 0 && entry.isReachable) this.#lose(user);
  }

  isReachable(user: UserKey): boolean {
    return this.#entries.get(user)?.isReachable ?? false;
  }

  of(user: UserKey): PresentUser | undefined {
    return this.#entries.get(user);
  }

  *users(): Generator<UserKey> {
    for (const [user] of this.#entries.entries()) yield user;
  }

  close(): void {
    for (const [, entry] of this.#entries.entries()) clearTimeout(entry.timer);
  }

  /** No more of whoever it is than the listener asked for. */
  #lose({ tenant, user }: UserKey): void {
    this.#told.lost({ tenant, user });
  }

  #hear(user: UserKey, entry: Entry): void {
    entry.heardAt = performance.now();
    if (entry.isReachable) return;
    entry.isReachable = true;
    this.#told.changed(user);
    this.#wait(user, entry, this.#patienceMs);
  }

  /** One timer a user, which looks again as late as it can: a frame moves nothing but a number. */
  #wait(user: UserKey, entry: Entry, ms: number): void {
    entry.timer = setTimeout(() => {
      const leftMs = entry.heardAt + this.#patienceMs - performance.now();
      if (leftMs > 0) {
        this.#wait(user, entry, leftMs);
        return;
      }
      entry.isReachable = false;
      this.#told.changed(user);
      this.#lose(user);
    }, ms);
    entry.timer.unref();
  }
}
