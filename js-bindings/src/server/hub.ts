// Who is connected. Everything is keyed by tenant and user: an event reaches the links of its users, or of its
// tenant, all tabs of them, and nobody else's. Knows no token and no link.
import { type UserKey, UserMap } from './user-map.js';

/** What the hub needs of a session. */
export interface Member {
  readonly principal: UserKey;
  readonly connectionId: string;
}

/** Which links: all of them where nothing is said. */
export interface ConnectionFilter {
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
  readonly connectionId?: string | undefined;
}

const none: ReadonlySet<never> = new Set();

export class Hub<Session extends Member> {
  readonly #members = new UserMap<Set<Session>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(session: Session): void {
    const members = this.#members.getOrCreate(session.principal, () => new Set());
    if (members.has(session)) return;
    members.add(session);
    this.#size += 1;
  }

  remove(session: Session): void {
    const members = this.#members.get(session.principal);
    if (!members?.delete(session)) return;
    this.#size -= 1;
    if (members.size === 0) this.#members.delete(session.principal);
  }

  /** A copy: what the caller does with one may remove others. */
  of(user: UserKey): Session[] {
    return [...(this.#members.get(user) ?? [])];
  }

  ofTenant(tenant: string): Session[] {
    return [...this.#members.ofTenant(tenant).values()].flatMap((members) => [...members]);
  }

  all(): Session[] {
    return [...this.#members.entries()].flatMap(([, members]) => [...members]);
  }

  select({ tenant, user, connectionId }: ConnectionFilter): Session[] {
    const sessions =
      tenant === undefined
        ? this.all()
        : user === undefined
          ? this.ofTenant(tenant)
          : this.of({ tenant, user });
    return sessions.filter(
      (session) =>
        (user === undefined || session.principal.user === user) &&
        (connectionId === undefined || session.connectionId === connectionId),
    );
  }

  users(): UserKey[] {
    return [...this.#members.entries()].map(([user]) => user);
  }

  /** Calls for each link that an event is addressed to. What it does with one may remove others. */
  forEach(
    tenant: string,
    to: 'tenant' | { readonly users: readonly string[] },
    call: (session: Session) => void,
  ): void {
    const users = this.#members.ofTenant(tenant);
    const groups =
      to === 'tenant'
        ? [...users.values()]
        : [...new Set(to.users)].map((user) => users.get(user) ?? none);
    for (const members of groups) for (const session of [...members]) call(session);
  }
}
