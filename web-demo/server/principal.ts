/**
 * Who a socket belongs to. Always tenant and user together: the same `sub` may exist in two
 * tenants, so a key made of the user alone would deliver one company's calls to another.
 */
export interface Principal {
  readonly tenantId: string;
  readonly userId: string;
}

export function samePrincipal(a: Principal, b: Principal): boolean {
  return a.tenantId === b.tenantId && a.userId === b.userId;
}

/**
 * A map keyed by (tenant, user). Two levels, not a joined string: no separator can be forged inside
 * an id.
 */
export class PrincipalMap<Value> {
  readonly #tenants = new Map<string, Map<string, Value>>();

  get(key: Principal): Value | undefined {
    return this.#tenants.get(key.tenantId)?.get(key.userId);
  }

  getOrCreate(key: Principal, create: () => Value): Value {
    const existing = this.get(key);
    if (existing !== undefined) return existing;
    const created = create();
    this.set(key, created);
    return created;
  }

  set(key: Principal, value: Value): void {
    const users = this.#tenants.get(key.tenantId);
    if (users) users.set(key.userId, value);
    else this.#tenants.set(key.tenantId, new Map([[key.userId, value]]));
  }

  delete(key: Principal): void {
    const users = this.#tenants.get(key.tenantId);
    if (!users) return;
    users.delete(key.userId);
    if (users.size === 0) this.#tenants.delete(key.tenantId);
  }

  *entries(): Generator<[Principal, Value]> {
    for (const tenantId of this.#tenants.keys()) yield* this.entriesOfTenant(tenantId);
  }

  *entriesOfTenant(tenantId: string): Generator<[Principal, Value]> {
    for (const [userId, value] of this.#tenants.get(tenantId) ?? []) {
      yield [{ tenantId, userId }, value];
    }
  }
}
