// A map keyed by tenant and user. Two levels, not a joined string: no separator can be forged inside a name.

export interface UserKey {
  readonly tenant: string;
  readonly user: string;
}

export const sameUser = (a: UserKey, b: UserKey): boolean =>
  a.tenant === b.tenant && a.user === b.user;

export class UserMap<Value> {
  readonly #tenants = new Map<string, Map<string, Value>>();

  get({ tenant, user }: UserKey): Value | undefined {
    return this.#tenants.get(tenant)?.get(user);
  }

  getOrCreate(key: UserKey, create: () => Value): Value {
    const existing = this.get(key);
    if (existing !== undefined) return existing;
    const created = create();
    this.set(key, created);
    return created;
  }

  set({ tenant, user }: UserKey, value: Value): void {
    const users = this.#tenants.get(tenant);
    if (users) users.set(user, value);
    else this.#tenants.set(tenant, new Map([[user, value]]));
  }

  delete({ tenant, user }: UserKey): void {
    const users = this.#tenants.get(tenant);
    if (!users) return;
    users.delete(user);
    if (users.size === 0) this.#tenants.delete(tenant);
  }

  ofTenant(tenant: string): ReadonlyMap<string, Value> {
    return this.#tenants.get(tenant) ?? new Map();
  }

  *entries(): Generator<[UserKey, Value]> {
    for (const [tenant, users] of this.#tenants) {
      for (const [user, value] of users) yield [{ tenant, user }, value];
    }
  }
}
