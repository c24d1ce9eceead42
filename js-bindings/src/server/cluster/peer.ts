// What a node knows of one other: which users have links there, and which of them are reachable. It notices what
// it missed, and is put right by a snapshot.
import { type UserKey, UserMap } from '../user-map.js';
import type { NodeMessage, Standing, UserState } from './wire.js';

/** More of one node are not known: 60 bytes each and their names, and a process holds no more sockets. */
const usersMax = 200_000;

interface Known {
  readonly links: number;
  readonly standing: Standing;
}

/** No longer reachable there. */
export interface Loss extends UserKey {
  /** Nobody was told: that node believed that another one reaches the user. */
  readonly isDeferred: boolean;
}

class Users {
  readonly #map = new UserMap<Known>();
  #size = 0;

  get(user: UserKey): Known | undefined {
    return this.#map.get(user);
  }

  set(user: UserKey, known: Known): void {
    if (!this.#map.get(user)) {
      if (this.#size >= usersMax) return;
      this.#size += 1;
    }
    this.#map.set(user, known);
  }

  delete(user: UserKey): void {
    if (!this.#map.get(user)) return;
    this.#map.delete(user);
    this.#size -= 1;
  }

  *reachable(): Generator<UserKey> {
    for (const [user, { standing }] of this.#map.entries()) {
      if (standing === 'reachable') yield user;
    }
  }
}

/** A snapshot of which parts are still to come. */
interface Coming {
  readonly users: Users;
  /** Those who have no link there any more, and were not told of. */
  readonly deferred: UserMap<true>;
  parts: number;
}

export class Peer {
  /** When it was last heard, on the clock of whoever keeps it. */
  heardAt: number;
  /** When it was last asked for a snapshot, or sent a part of one. */
  askedAt: number;
  #n = 0;
  #users = new Users();
  #coming: Coming | null = null;
  #isBehind = false;

  constructor(heardAt: number, askedAt: number) {
    this.heardAt = heardAt;
    this.askedAt = askedAt;
  }

  /** Something of it was missed: only a snapshot helps. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  isReachable(user: UserKey): boolean {
    return this.#users.get(user)?.standing === 'reachable';
  }

  linksOf(user: UserKey): number {
    return this.#users.get(user)?.links ?? 0;
  }

  reachable(): UserKey[] {
    return [...this.#users.reachable()];
  }

  /** Returns who is reachable no longer. */
  take(message: NodeMessage): Loss[] {
    switch (message.kind) {
      case 'hello':
      case 'beat':
      case 'bye':
        this.#compare(message.n);
        return [];
      case 'kick':
        if (!message.isAgain) this.#follow(message.n);
        return [];
      case 'change':
        // What is told is how things are, and not by how much they changed: whatever was missed, it holds.
        return this.#follow(message.n) ? this.#change(message.users) : [];
      case 'snapshot':
        return this.#takePart(message);
      case 'ask':
      case 'settled':
        return [];
    }
  }

  #compare(n: number): void {
    if (n > this.#n) this.#miss();
  }

  /** False for what was heard before. */
  #follow(n: number): boolean {
    if (n <= this.#n) return false;
    if (n > this.#n + 1) this.#miss();
    this.#n = n;
    return true;
  }

  #miss(): void {
    this.#isBehind = true;
    this.#coming = null;
  }

  #change(states: readonly UserState[]): Loss[] {
    const losses: Loss[] = [];
    for (const { tenant, user, links, standing } of states) {
      const key = { tenant, user };
      const wasReachable = this.isReachable(key);
      if (links > 0) {
        this.#users.set(key, { links, standing });
        this.#coming?.users.set(key, { links, standing });
      } else {
        this.#users.delete(key);
        this.#coming?.users.delete(key);
      }
      if (wasReachable && !this.isReachable(key)) {
        losses.push({ ...key, isDeferred: standing === 'deferred' });
      }
    }
    return losses;
  }

  #takePart(message: NodeMessage & { readonly kind: 'snapshot' }): Loss[] {
    if (message.part === 0) {
      if (message.n < this.#n) return [];
      this.#n = message.n;
      this.#coming = { users: new Users(), deferred: new UserMap(), parts: 0 };
    }
    const coming = this.#coming;
    if (!coming) return [];
    if (coming.parts !== message.part) {
      this.#miss();
      return [];
    }
    coming.parts += 1;
    for (const { tenant, user, links, standing } of message.users) {
      if (links > 0) coming.users.set({ tenant, user }, { links, standing });
      else if (standing === 'deferred') coming.deferred.set({ tenant, user }, true);
    }
    if (!message.isLast) return [];
    this.#coming = null;
    this.#isBehind = false;
    return this.#replaceBy(coming);
  }

  #replaceBy({ users, deferred }: Coming): Loss[] {
    const losses: Loss[] = [];
    for (const key of this.#users.reachable()) {
      const standing = users.get(key)?.standing ?? (deferred.get(key) && 'deferred');
      if (standing !== 'reachable') losses.push({ ...key, isDeferred: standing === 'deferred' });
    }
    this.#users = users;
    return losses;
  }
}
