// What breaks in a run, and how often. Each is drawn by its weight.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../web-demo/server/prng.js';
import type { Remote } from '../bench/server-half/processes.js';
import type { Engine } from './engine.js';
import type { Network } from './network.js';
import type { Some } from './population.js';

/** What a fault asks of any node. */
export type BreakableNode = {
  readonly hold: (which: Some & { readonly ms: number }) => void;
};

/** What a fault asks of any process of clients. */
export type BreakableClients = {
  readonly switchUsers: (which: Some) => void;
  readonly offline: (which: Some & { readonly ms: number }) => void;
};

export interface Breakable {
  readonly random: SeededRandom;
  readonly network: Network;
  readonly clients: readonly Remote<BreakableClients>[];
  readonly nodes: readonly Remote<BreakableNode>[];
  /** Null where one node keeps the log in its memory. */
  readonly engine: Engine | null;
  /** All that the log has by now is gone. */
  trimLog(): Promise<unknown>;
  /** Another takes the place of one of them. */
  replaceNode(isKilled: boolean): Promise<unknown>;
}

export interface Fault {
  readonly name: string;
  readonly weight: number;
  /** Made only where there is an engine. */
  readonly ofEngine?: true;
  make(world: Breakable): unknown;
}

/** Each process draws its own seats, and the same ones for the same seed. */
const draw = (random: SeededRandom, share: number) => ({ seed: random.integer(1, 1e9), share });

const allFaults: readonly Fault[] = [
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
    make: ({ nodes, random }) => {
      const which = { ...draw(random, 0.1), ms: random.integer(500, 4000) };
      return Promise.all(nodes.map((node) => node.ask('hold', which)));
    },
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
      await sleep(random.integer(100, 2500));
      process.kill(pid, 'SIGCONT');
    },
  },
  {
    name: 'log trimmed',
    weight: 1,
    // While some are away for a moment: what they have missed by then is gone.
    make: async ({ trimLog, network, random }) => {
      network.cut(random, 0.2);
      await sleep(random.integer(20, 150));
      await trimLog();
    },
  },
  { name: 'node killed', weight: 0.5, make: ({ replaceNode }) => replaceNode(true) },
  { name: 'node drained', weight: 0.5, make: ({ replaceNode }) => replaceNode(false) },
  {
    ...{ name: 'subscriptions cut', weight: 4, ofEngine: true },
    make: ({ engine }) => engine?.cutSubscriptions(),
  },
  {
    ...{ name: 'commands cut', weight: 4, ofEngine: true },
    make: ({ engine }) => engine?.cutCommands(),
  },
  {
    ...{ name: 'subscriptions lost in silence', weight: 2, ofEngine: true },
    make: ({ engine }) => engine?.deafen(),
  },
  {
    ...{ name: 'Redis emptied', weight: 0.7, ofEngine: true },
    make: ({ engine }) => engine?.flush(),
  },
  {
    ...{ name: 'Redis restarted', weight: 0.7, ofEngine: true },
    make: ({ engine, random }) => engine?.restart(random.chance(0.5), random.integer(0, 1500)),
  },
  {
    ...{ name: 'Redis stopped', weight: 0.7, ofEngine: true },
    make: ({ engine, random }) =>
      engine?.freeze(random.chance(0.5) ? 4000 : random.integer(50, 2000)),
  },
  {
    ...{ name: 'replica promoted', weight: 0.7, ofEngine: true },
    make: ({ engine, random }) => engine?.promote(random.integer(0, 1000)),
  },
];

/** Of those that can be made here. */
export function pickFault(random: SeededRandom, hasEngine: boolean): Fault {
  const faults = allFaults.filter(({ ofEngine }) => hasEngine || !ofEngine);
  let left = random.next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  for (const fault of faults) {
    left -= fault.weight;
    if (left < 0) return fault;
  }
  return random.pick(faults as [Fault]);
}
