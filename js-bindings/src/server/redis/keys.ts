// What the things of a tenant are called in Redis. All of a tenant lie in one slot, and a name that is made of
// others' words cannot be another one's.

const encode = (name: string): string => Buffer.from(name).toString('base64url');

export interface TenantKeys {
  readonly meta: string;
  readonly log: string;
  readonly channel: string;
  /** Where the position of an event with this id is kept. */
  id(id: string): string;
  /** What became of a user's message. */
  answer(user: string, type: string, id: string): string;
}

export function keysOf(prefix: string, tenant: string): TenantKeys {
  // Redis takes an empty tag for none.
  const base = `${prefix}:{${encode(tenant) || '-'}}`;
  return {
    meta: `${base}:m`,
    log: `${base}:log`,
    channel: `${base}:ch`,
    id: (id) => `${base}:i:${id}`,
    answer: (user, type, id) => `${base}:a:${encode(user)}:${encode(type)}:${id}`,
  };
}

/** Where nodes talk to each other. No tenant's: those are in braces. */
export function channelsOf(prefix: string) {
  const all = `${prefix}:nodes`;
  return { all, node: (id: string) => `${all}:${id}` } as const;
}
