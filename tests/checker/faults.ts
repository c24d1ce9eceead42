// What breaks in a run, and how often. Each is drawn by its weight.
import type { SeededRandom } from '../../web-demo/server/prng.js';
import type { Remote } from '../bench/server-half/processes.js';
import type { ClientAnswers } from './clients.js';
import type { Network } from './network.js';
import type { NodeAnswers } from './node.js';
import { tenants } from './population.js';

export interface Breakable {
  readonly random: SeededRandom;
  readonly network: Network;
  readonly clients: readonly Remote<ClientAnswers>[];
  readonly node: Remote<NodeAnswers>;
  /** Another takes its place. */
  replaceNode(isKilled: boolean): Promise<unknown>;
}

export interface Fault {
  readonly name: string;
  readonly weight: number;
  make(world: Breakable): unknown;
}

/** Each process draws its own seats, and the same ones for the same seed. */
const draw = (random: SeededRandom, share: number) => ({ seed: random.integer(1, 1e9), share });

export const faults: readonly Fault[] = [
  { name: 'links cut', weight: 10, make: ({ network, random }) => network.cut(random, 0.05) },
  { name: 'all links cut', weight: 1, make: ({ network, random }) => network.cut(random, 1) },
  {
    name: 'readers stalled',
    weight: 3,
    make: ({ network, random }) => network.stall(random, 0.05, random.integer(200, 8000)),
  },
  {
    name: 'readers slow',
    weight: 6,
    make: ({ node, random }) =>
      node.ask('hold', { ...draw(random, 0.1), ms: random.integer(500, 4000) }),
  },
  { name: 'links silent', weight: 3, make: ({ network, random }) => network.silence(random, 0.03) },
  {
    name: 'clients offline',
    weight: 5,
    make: ({ clients, random }) => {
      const away = { ...draw(random, 0.1), ms: random.integer(50, 9000) };
      return Promise.all(clients.map((client) => client.ask('offline', away)));
    },
  },
  {
    name: 'users switched',
    weight: 4,
    make: ({ clients, random }) => {
      const which = draw(random, 0.05);
      return Promise.all(clients.map((client) => client.ask('switchUsers', which)));
    },
  },
  {
    name: 'clients frozen',
    weight: 2,
    // As the thread of a page on a machine that sleeps. Nobody is asked anything meanwhile.
    make: async ({ clients, random }) => {
      const { pid } = clients[random.integer(0, clients.length - 1)] ?? {};
      if (pid === undefined) return;
      process.kill(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, random.integer(100, 2500)));
      process.kill(pid, 'SIGCONT');
    },
  },
  {
    name: 'log trimmed',
    weight: 1,
    // While some are away for a moment: what they have missed by then is gone.
    make: async ({ node, network, random }) => {
      network.cut(random, 0.2);
      await new Promise((resolve) => setTimeout(resolve, random.integer(20, 150)));
      for (const tenant of tenants) await node.ask('trim', tenant);
    },
  },
  { name: 'node killed', weight: 0.5, make: ({ replaceNode }) => replaceNode(true) },
  { name: 'node drained', weight: 0.5, make: ({ replaceNode }) => replaceNode(false) },
];

export function pickFault(random: SeededRandom): Fault {
  let left = random.next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  for (const fault of faults) {
    left -= fault.weight;
    if (left < 0) return fault;
  }
  return random.pick(faults as [Fault]);
}
