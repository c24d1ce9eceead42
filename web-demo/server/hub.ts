/**
 * Who is connected, and delivery to them. Everything is keyed by (tenant, user): an event reaches
 * the sockets of its user, or of its tenant, all tabs of them, and nobody else's. Knows nothing of
 * tokens or of how a socket works.
 */
import { encodeEvent } from './frames.js';
import { type Principal, PrincipalMap } from './principal.js';

/** What the hub needs of a socket. */
export interface HubMember {
  readonly principal: Principal;
  wants(type: string): boolean;
  sendFrame(frame: string, type: string): void;
}

export class Hub<Member extends HubMember> {
  readonly #members = new PrincipalMap<Set<Member>>();
  /** The last `seq` of each user's stream; outlives the sockets, so that it only ever increases. */
  readonly #sequences = new PrincipalMap<number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(member: Member): void {
    const members = this.#members.getOrCreate(member.principal, () => new Set());
    if (members.has(member)) return;
    members.add(member);
    this.#size += 1;
  }

  remove(member: Member): void {
    const members = this.#members.get(member.principal);
    if (!members?.delete(member)) return;
    this.#size -= 1;
    if (members.size === 0) this.#members.delete(member.principal);
  }

  /** A copy: what the caller does with one may remove others. */
  membersOf(principal: Principal): Member[] {
    return [...(this.#members.get(principal) ?? [])];
  }

  all(): Member[] {
    return [...this.#members.entries()].flatMap(([, members]) => [...members]);
  }

  principals(): Principal[] {
    return [...this.#members.entries()].map(([principal]) => principal);
  }

  publishToUser(principal: Principal, type: string, data: unknown): void {
    const seq = (this.#sequences.get(principal) ?? 0) + 1;
    this.#sequences.set(principal, seq);
    const listening = this.membersOf(principal).filter((member) => member.wants(type));
    if (listening.length === 0) return;
    const frame = encodeEvent({ type, seq, ts: Date.now(), data });
    for (const member of listening) member.sendFrame(frame, type);
  }

  publishToTenant(tenantId: string, type: string, data: unknown): void {
    const users = [...this.#members.entriesOfTenant(tenantId)].map(([principal]) => principal);
    for (const principal of users) this.publishToUser(principal, type, data);
  }
}
