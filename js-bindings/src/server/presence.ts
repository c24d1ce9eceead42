// Which users a page can be reached for right now: one of their pages said something within one and a half
// heartbeats. The browser's own answers do not count, since it gives them for a page that hangs.
import { type UserKey, UserMap } from './user-map.js';

/** Of the interval in which pages are asked to ping; what is later than this was missed. */
const heartbeatsMax = 1.5;

interface Entry {
  links: number;
  /** Monotonic ms. */
  heardAt: number;
  reachable: boolean;
  timer: NodeJS.Timeout | undefined;
}

export class Presence {
  readonly #entries = new UserMap<Entry>();
  readonly #patienceMs: number;
  readonly #lost: (user: UserKey) => void;

  /** `lost` is told once when a user who was reachable no longer is. */
  constructor(heartbeatMs: number, lost: (user: UserKey) => void) {
    this.#patienceMs = heartbeatMs * heartbeatsMax;
    this.#lost = lost;
  }

  /** A link of this user is usable: its page has just dialled. */
  join(user: UserKey): void {
    const entry = this.#entries.getOrCreate(user, () => ({
      links: 0,
      heardAt: 0,
      reachable: false,
      timer: undefined,
    }));
    entry.links += 1;
    this.#hear(user, entry);
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
    if (entry.links > 0) return;
    clearTimeout(entry.timer);
    this.#entries.delete(user);
    if (entry.reachable) this.#tell(user);
  }

  isReachable(user: UserKey): boolean {
    return this.#entries.get(user)?.reachable ?? false;
  }

  close(): void {
    for (const [, entry] of this.#entries.entries()) clearTimeout(entry.timer);
  }

  /** No more of whoever it is than the listener asked for. */
  #tell({ tenant, user }: UserKey): void {
    this.#lost({ tenant, user });
  }

  #hear(user: UserKey, entry: Entry): void {
    entry.heardAt = performance.now();
    if (entry.reachable) return;
    entry.reachable = true;
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
      entry.reachable = false;
      this.#tell(user);
    }, ms);
    entry.timer.unref();
  }
}
