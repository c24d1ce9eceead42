// Who takes part in a run: users of tenants, and what they are told.
import { SeededRandom } from '../../web-demo/server/prng.js';

export const tenants = ['acme', 'birch', 'cobalt', 'dune'] as const;
const usersPerTenant = 15;
/** Few, so that the log of a tenant is often shorter than an outage. */
export const retainEvents = 400;

export interface User {
  readonly tenant: string;
  readonly user: string;
}

/** One user's name is one in every tenant: only both together are somebody. */
export const users: readonly User[] = tenants.flatMap((tenant) =>
  Array.from({ length: usersPerTenant }, (_, index) => ({ tenant, user: `agent-${index}` })),
);

export interface Addressed {
  readonly n: number;
  readonly tenant: string;
  readonly to: 'tenant' | { readonly users: readonly string[] };
  readonly type: string;
  readonly coalesce?: string;
  readonly text: string;
}

const types = ['new_call', 'call_update', 'call_transferred', 'note'] as const;

/** A share of them for everybody, the others for a few, some twice in the list. */
export function drawEvent(random: SeededRandom, n: number, forAll: number): Addressed {
  const tenant = random.pick(tenants);
  const some = Array.from(
    { length: random.integer(1, 4) },
    () => `agent-${random.integer(0, usersPerTenant - 1)}`,
  );
  return {
    n,
    tenant,
    to: random.chance(forAll) ? 'tenant' : { users: some },
    type: random.pick(types),
    text: 'x'.repeat(random.integer(0, 400)),
  };
}

/** A share of all, the same ones for the same seed. */
export interface Some {
  readonly seed: number;
  readonly share: number;
}

export function someOf<Item>(all: Iterable<Item>, { seed, share }: Some): Item[] {
  const random = new SeededRandom(seed);
  return [...all].filter(() => random.chance(share));
}
