/**
 * Laws of many nodes, over whatever may happen to them: what each one knows of the others becomes true, and of each
 * user who was reachable and is no longer one of them tells, once. A run that fails names its seed.
 */
import { expect, test } from 'vitest';
import { dial, type FakeLink } from '../support/link.js';
import {
  beatMs,
  type Node,
  pass,
  randomOf,
  startNode,
  toldOf,
  Wire,
  withMadeUpTime,
} from './support.js';

const users = ['ada', 'bruno', 'chiara', 'dragan'].map((user) => ({ tenant: 'harbour', user }));

class World {
  readonly random: (below: number) => number;
  readonly wire = new Wire();
  living: Node[] = [];
  readonly links = new Map<Node, { user: string; link: FakeLink }[]>();
  #started = 0;
  readonly #lost: { readonly user: string }[] = [];

  constructor(seed: number) {
    this.random = randomOf(seed);
  }

  start(): void {
    this.#started += 1;
    // In no order of their names.
    const node = startNode(this.wire, `${this.random(1000)}-${this.#started}`);
    // A node without a bus that has lost its users, too, is none any more.
    node.realtime.onUnreachable((user) => {
      if (this.living.includes(node)) this.#lost.push(user);
    });
    this.living.push(node);
    this.links.set(node, []);
  }

  any(): Node {
    const node = this.living[this.random(this.living.length)];
    if (!node) throw new Error('no node lives');
    return node;
  }

  reachable(user: string): boolean {
    return this.living.some((node) => this.links.get(node)?.some((each) => each.user === user));
  }

  tellings(user: string): number {
    return this.#lost.filter((each) => each.user === user).length;
  }

  /** One user comes to a node, or leaves it. */
  async move(node = this.any()): Promise<void> {
    const own = this.links.get(node) ?? [];
    if (own.length > 0 && this.random(5) < 3) {
      own.splice(this.random(own.length), 1)[0]?.link.gone();
    } else {
      const key = users[this.random(users.length)] ?? users[0];
      if (key) own.push({ user: key.user, link: await dial(node.realtime, key) });
    }
  }

  /** All who are somewhere leave from everywhere, as far as these nodes go, with up to so long in between. */
  async leaveTogether(nodes: readonly Node[], withinMs: number): Promise<void> {
    const user = users[this.random(users.length)]?.user;
    for (const node of nodes) {
      const own = this.links.get(node) ?? [];
      for (const each of own.filter((link) => link.user === user)) each.link.gone();
      this.links.set(
        node,
        own.filter((link) => link.user !== user),
      );
      await pass(this.random(withinMs + 1));
    }
  }

  /** Without a word. */
  kill(): void {
    if (this.living.length <= 2) return;
    const node = this.any();
    this.wire.cut(node.id);
    this.living = this.living.filter((other) => other !== node);
  }

  async step(): Promise<void> {
    const { random, wire } = this;
    for (const { link } of [...this.links.values()].flat()) link.say('ping');
    switch (random(7)) {
      case 0:
        if (this.living.length < 5) this.start();
        return;
      case 1:
        this.kill();
        if (random(2) === 0) this.kill();
        return;
      case 2: {
        const before = wire.loses;
        wire.loses = () => true;
        await pass(random(4 * beatMs));
        await this.leaveTogether(this.living, 30_000);
        await pass(random(60_000));
        wire.loses = before;
        return;
      }
      case 3:
        return this.leaveTogether(this.living, 300);
      case 4:
        return this.leaveTogether(this.living, 0);
      default:
        return this.move();
    }
  }
}

/** `SEEDS=200` for a longer look. */
const seeds = Array.from({ length: Number(process.env['SEEDS'] ?? 4) }, (_, seed) => seed + 1);

test.each(seeds)('seed %i', { timeout: 60_000 }, async (seed) => {
  withMadeUpTime(seed);
  const world = new World(seed);
  for (let node = 0; node < 3; node += 1) world.start();
  await toldOf();
  for (let step = 0; step < 40; step += 1) {
    const before = users.map(({ user }) => [world.reachable(user), world.tellings(user)] as const);
    await world.step();
    await pass(10 * beatMs);
    users.forEach(({ tenant, user }, index) => {
      const [wasReachable, tellings] = before[index] ?? [];
      const isReachable = world.reachable(user);
      const known = world.living.map(({ realtime }) => realtime.reachable(tenant, user));
      const told = world.tellings(user) - (tellings ?? 0);
      expect({ step, user, known, told }).toEqual({
        ...{ step, user, known: known.map(() => isReachable) },
        told: wasReachable && !isReachable ? 1 : 0,
      });
    });
  }
});
