// What goes on in every run, whoever is checked: nodes, clients behind a network that breaks, events all the while,
// and faults drawn from a seed. It knows neither what its processes are made of nor what is right.
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../web-demo/server/prng.js';
import type { Answers } from '../bench/server-half/answering.js';
import { Remote } from '../bench/server-half/processes.js';
import { Engine } from './engine.js';
import { type Breakable, type BreakableClients, type BreakableNode, pickFault } from './faults.js';
import { Network } from './network.js';
import { type Addressed, drawEvent, users } from './population.js';

export interface Settings {
  readonly seconds: number;
  readonly seed: number;
  /** Events a second, of all tenants together. */
  readonly rate: number;
  /** One keeps the log in its memory; more have one Redis. */
  readonly nodes: number;
  /** Nothing breaks: each node is drained and replaced, one after the other. Then so many clients. */
  readonly deploys?: number | undefined;
}

export interface Course {
  /** How often each fault was made. */
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  /** Processes that were a node, one after the other. */
  readonly lives: number;
  /** Of these, those that ended by themselves. */
  readonly crashes: number;
}

/** Files that a process is started with. */
export interface Scripts {
  readonly node: string;
  readonly clients: string;
}

export type AnyNode = Answers &
  BreakableNode & {
    readonly port: () => number;
    readonly drain: (how: { overMs: number; elsewhere: boolean }) => unknown;
  };

export type AnyClients = Answers & BreakableClients & { readonly live: () => number };

export interface Surroundings {
  readonly network: Network;
  readonly engine: Engine | null;
}

/** Everybody has a second tab. */
const seatsOfAll = users.length * 2;
const clientProcesses = 2;
const drainMs = { amidFaults: 500, inDeploy: 5000 } as const;
/** A balancer looks so often whether a node is ready. */
const balancerMs = 500;
export const tickMs = 100;
/** How long everybody may take to come to the end once nothing breaks any more. */
export const settleMsMax = 60_000;

/** Plays in surroundings that are gone afterwards. */
export async function playIn<Outcome>(
  settings: Settings,
  build: (surroundings: Surroundings) => { play(): Promise<Outcome>; close(): Promise<void> },
): Promise<Outcome> {
  const network = await Network.start();
  const engine = settings.nodes > 1 ? await Engine.start() : null;
  const world = build({ network, engine });
  try {
    return await world.play();
  } finally {
    await world.close();
    await engine?.close();
    network.close();
  }
}

export abstract class World<Node extends AnyNode, Clients extends AnyClients> {
  protected readonly settings: Settings;
  protected readonly random: SeededRandom;
  protected readonly network: Network;
  protected readonly engine: Engine | null;
  protected readonly clients: Remote<Clients>[] = [];
  /** Each resolves with the node once there is one. */
  protected readonly nodes: Promise<Remote<Node>>[] = [];
  /** When nodes were killed, wall-clock ms. */
  protected readonly kills: number[] = [];
  readonly #scripts: Scripts;
  /** Of its own: which faults there are, and in which order, is the seed's alone. */
  readonly #faultSeeds: SeededRandom;
  /** Those that end because they are to. */
  readonly #leaving = new Set<Remote<Node>>();
  readonly #faults: Record<string, number> = {};
  #lives = 0;
  #crashes = 0;
  #events = 0;

  constructor(settings: Settings, { network, engine }: Surroundings, scripts: Scripts) {
    this.settings = settings;
    this.random = new SeededRandom(settings.seed);
    this.network = network;
    this.engine = engine;
    this.#scripts = scripts;
    this.#faultSeeds = new SeededRandom(settings.seed);
  }

  /** Whether a node that ended by itself is started again; otherwise its end is the end of the run. */
  protected abstract readonly isSupervised: boolean;

  /** Resolves once it stands in the log, or will not. */
  protected abstract publish(event: Addressed): Promise<unknown>;

  /** Goes on while things break, beside what is published. */
  protected abstract accompany(end: { readonly isOver: boolean }): Promise<unknown>;

  protected abstract trimLog(): Promise<unknown>;

  /** The last that a node may be asked; `isComplete`: it does nothing more. */
  protected abstract noteEnd(node: Remote<Node>, isComplete: boolean): Promise<unknown>;

  async close(): Promise<void> {
    const nodes = await Promise.allSettled(this.nodes);
    for (const node of nodes) {
      if (node.status === 'rejected') continue;
      this.#leaving.add(node.value);
      await node.value.stop();
    }
    await Promise.all(this.clients.map((client) => client.stop()));
  }

  /** Resolves once everybody has a link. */
  protected async begin(): Promise<void> {
    for (let at = 0; at < this.settings.nodes; at += 1) this.nodes.push(this.#startNode(at));
    await Promise.all(this.nodes);
    for (let each = 0; each < clientProcesses; each += 1) {
      const range = [each, each + 1].map((part) => String((this.seats / clientProcesses) * part));
      const words = [String(this.network.port), ...range];
      this.clients.push(await Remote.start<Clients>({ script: this.#scripts.clients, words }));
    }
    await this.whenAllLive();
  }

  protected get seats(): number {
    return this.settings.deploys ?? seatsOfAll;
  }

  protected get course(): Course {
    const [lives, crashes] = [this.#lives, this.#crashes];
    return { faults: this.#faults, events: this.#events, lives, crashes };
  }

  // ---- the nodes

  async #startNode(at: number): Promise<Remote<Node>> {
    const environment: Record<string, string> = this.engine ? { REDIS_URL: this.engine.url } : {};
    for (;;) {
      try {
        const node = await Remote.start<Node>({ script: this.#scripts.node, environment });
        this.#lives += 1;
        void node.ended.then(() => this.#replaceCrashed(at, node));
        const asked: Remote<AnyNode> = node;
        this.network.lead(at, await asked.ask('port'));
        return node;
      } catch (reason) {
        if (!this.isSupervised) throw reason;
      }
    }
  }

  #replaceCrashed(at: number, node: Remote<Node>): void {
    if (this.#leaving.has(node)) return;
    this.#crashes += 1;
    this.network.lead(at, null);
    if (this.isSupervised) this.nodes[at] = this.#startNode(at);
  }

  /** Another takes the place of one; what that kept in memory is gone. */
  protected async replaceNode(at: number, isKilled: boolean): Promise<void> {
    const before = await this.nodes[at];
    if (!before) return;
    const next = this.#follow(at, before, isKilled);
    this.nodes[at] = next;
    await next;
  }

  async #follow(at: number, before: Remote<Node>, isKilled: boolean): Promise<Remote<Node>> {
    this.#leaving.add(before);
    const elsewhere = this.nodes.length > 1;
    if (!isKilled) {
      // A balancer leads nobody to one that says that it is not ready, once it has heard of it.
      if (elsewhere) setTimeout(() => this.network.lead(at, null), balancerMs);
      const overMs = this.settings.deploys ? drainMs.inDeploy : drainMs.amidFaults;
      const asked: Remote<AnyNode> = before;
      await this.#ofMortals(asked.ask('drain', { overMs, elsewhere }));
    }
    await this.noteEnd(before, !isKilled);
    this.network.lead(at, null);
    if (isKilled) this.kills.push(Date.now());
    await before.stop();
    return this.#startNode(at);
  }

  /** What is asked of a node that is started again when it ends may fail for that. */
  async #ofMortals(asked: unknown): Promise<void> {
    try {
      await asked;
    } catch (reason) {
      if (!this.isSupervised) throw reason;
    }
  }

  protected async pick(): Promise<Remote<Node>> {
    const node = this.nodes[this.random.integer(0, this.nodes.length - 1)];
    if (!node) throw new Error('there are no nodes');
    return node;
  }

  // ---- what goes on meanwhile

  /** While this goes on events are published, and what else accompanies them. */
  protected async amid<Result>(go: (until: number) => Promise<Result>): Promise<Result> {
    const end = { isOver: false };
    const others = [this.#publishUntil(end), this.accompany(end)];
    try {
      return await go(Date.now() + this.settings.seconds * 1000);
    } finally {
      end.isOver = true;
      await Promise.all(others);
    }
  }

  protected async whenAllLive(): Promise<void> {
    for (;;) {
      const asked: readonly Remote<AnyClients>[] = this.clients;
      const live = await Promise.all(asked.map((client) => client.ask('live')));
      if (live.reduce((sum, count) => sum + count, 0) === this.seats) return;
      await sleep(tickMs);
    }
  }

  /** The next one; `more` where it is not all left to chance. */
  protected draw(more: Partial<Addressed> = {}): Addressed {
    // Each event for all goes to each of many.
    const forAll = this.settings.deploys ? 0.02 : 0.5;
    const event = drawEvent(this.random, this.#events, forAll);
    this.#events += 1;
    return { ...event, ...more };
  }

  async #publishUntil(end: { readonly isOver: boolean }): Promise<void> {
    const perTick = (this.settings.rate * tickMs) / 1000;
    const publishing: Promise<unknown>[] = [];
    for (let owed = 0; !end.isOver; owed += perTick) {
      for (; owed >= 1; owed -= 1) publishing.push(this.publish(this.draw()));
      await sleep(tickMs);
    }
    await Promise.all(publishing);
  }

  protected async breakUntil(until: number): Promise<void> {
    while (Date.now() < until) {
      const random = new SeededRandom(this.#faultSeeds.integer(1, 1e9));
      const restMs = random.integer(20, 250);
      const fault = pickFault(random, this.engine !== null);
      this.#faults[fault.name] = (this.#faults[fault.name] ?? 0) + 1;
      await this.#ofMortals(fault.make(await this.#breakable(random)));
      await sleep(restMs);
    }
  }

  async #breakable(random: SeededRandom): Promise<Breakable> {
    const { network, clients, engine } = this;
    return {
      ...{ random, network, clients, engine },
      nodes: await Promise.all(this.nodes),
      trimLog: () => this.trimLog(),
      replaceNode: (isKilled) =>
        this.replaceNode(random.integer(0, this.nodes.length - 1), isKilled),
    };
  }
}
