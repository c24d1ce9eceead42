// Who is connected, and delivery to them. Everything is keyed by tenant and user: an event reaches the links
// of its users, or of its tenant, all tabs of them, and nobody else's. Knows no token and no link.
import { encodeEvent } from './frames.js';
import { type UserKey, UserMap } from './user-map.js';

/** What the hub needs of a session. */
export interface Member {
  readonly principal: UserKey;
  wants(type: string): boolean;
  /** False where nothing can be sent. */
  sendEvent(frame: string): boolean;
}

export interface HubEvent {
  readonly tenant: string;
  readonly to: 'tenant' | { readonly users: readonly string[] };
  readonly type: string;
  /** The payload as JSON; empty where there is none. */
  readonly json: string;
  readonly trace?: string | undefined;
}

const none: ReadonlySet<never> = new Set();

export class Hub<Session extends Member> {
  readonly #members = new UserMap<Set<Session>>();
  /** The last `seq` of each tenant; outlives the links, so that it only ever increases. */
  readonly #sequences = new Map<string, number>();
  /** Above what an earlier process can have reached at an event a millisecond. */
  readonly #firstSeq = Date.now();
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

  users(): UserKey[] {
    return [...this.#members.entries()].map(([user]) => user);
  }

  /** Returns how many links it was sent to. */
  deliver({ tenant, to, type, json, trace }: HubEvent): number {
    const seq = (this.#sequences.get(tenant) ?? this.#firstSeq) + 1;
    this.#sequences.set(tenant, seq);
    const users = this.#members.ofTenant(tenant);
    const groups =
      to === 'tenant'
        ? [...users.values()]
        : [...new Set(to.users)].map((user) => users.get(user) ?? none);
    let frame: string | null = null;
    let count = 0;
    for (const members of groups) {
      for (const session of [...members]) {
        if (!session.wants(type)) continue;
        // Written once for all, and for nobody where nobody listens.
        frame ??= encodeEvent({ type, seq, ts: Date.now(), trace, json });
        if (session.sendEvent(frame)) count += 1;
      }
    }
    return count;
  }
}
