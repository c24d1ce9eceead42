// One run: nodes, clients behind a network that breaks, events all the while, faults drawn from a seed, and at
// the end the books of all.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '../../web-demo/server/prng.js';
import { Remote } from '../bench/server-half/processes.js';
import type { ClientAnswers, Ends } from './clients.js';
import { Engine } from './engine.js';
import { pickFault } from './faults.js';
import { judge, type Logged, type Verdict } from './judge.js';
import { type Done, judgeSends, type SendVerdict } from './judge-sends.js';
import { Network } from './network.js';
import type { NodeAnswers } from './node.js';
import { type Addressed, drawEvent, tenants, users } from './population.js';

export interface Settings {
  readonly seconds: number;
  readonly seed: number;
  /** Events a second, of all tenants together. */
  readonly rate: number;
  /** One keeps the log in its memory; more have one Redis. */
  readonly nodes: number;
  /** Nothing breaks: each node is drained and replaced, one after the other. Then so many clients. */
  readonly deploys?: number | undefined;
  /** The node's script; another one has a fault in it. */
  readonly node?: string | undefined;
}

export interface Outcome {
  readonly verdict: Verdict;
  readonly sends: SendVerdict;
  /** How often each fault was made. */
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  /** Processes that were a node, one after the other. */
  readonly lives: number;
  /** Of a deploy. */
  readonly deploy: Deploy | null;
}

export interface Deploy {
  /** How long clients had no link that could be used, each time, ms. */
  readonly outagesMs: readonly number[];
  /** The most dials in any 100 ms. */
  readonly mostDials: number;
}

const script = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
/** Everybody has a second tab. */
const seatsOfAll = users.length * 2;
const clientProcesses = 2;
/** Of many fewer, a share. */
const askersAtOnce = 24;
const drainMs = { amidFaults: 500, inDeploy: 5000 } as const;
/** A balancer looks so often whether a node is ready. */
const balancerMs = 500;
const tickMs = 100;
/** How long everybody may take to come to the end once nothing breaks any more. */
const settleMsMax = 60_000;

export async function run(settings: Settings): Promise<Outcome> {
  const network = await Network.start();
  const engine = settings.nodes > 1 ? await Engine.start() : null;
  const world = new World(settings, network, engine);
  try {
    return await world.play();
  } finally {
    await world.close();
    await engine?.close();
    network.close();
  }
}

class World {
  readonly #settings: Settings;
  readonly #random: SeededRandom;
  readonly #network: Network;
  readonly #engine: Engine | null;
  readonly #logged: Logged[] = [];
  readonly #done: Done[] = [];
  readonly #completeLives = new Set<string>();
  readonly #faults: Record<string, number> = {};
  readonly #clients: Remote<ClientAnswers>[] = [];
  /** Each resolves with the node once there is one. */
  readonly #nodes: Promise<Remote<NodeAnswers>>[] = [];
  /** When nodes were killed, wall-clock ms. */
  readonly #kills: number[] = [];
  #lives = 0;
  #events = 0;

  constructor(settings: Settings, network: Network, engine: Engine | null) {
    this.#settings = settings;
    this.#random = new SeededRandom(settings.seed);
    this.#network = network;
    this.#engine = engine;
    for (let at = 0; at < settings.nodes; at += 1) this.#nodes.push(this.#startNode(at));
  }

  async play(): Promise<Outcome> {
    await Promise.all(this.#nodes);
    const seats = this.#seats;
    for (let each = 0; each < clientProcesses; each += 1) {
      const range = [each, each + 1].map((part) => String((seats / clientProcesses) * part));
      const words = [String(this.#network.port), ...range];
      this.#clients.push(await Remote.start<ClientAnswers>({ script: script('clients'), words }));
    }
    await this.#whenAllLive();
    const deploy = this.#settings.deploys ? await this.#amid(() => this.#deploy()) : null;
    if (!deploy) await this.#amid((until) => this.#breakUntil(until));
    await this.#settle();
    return this.#collect(deploy);
  }

  async close(): Promise<void> {
    const nodes = await Promise.allSettled(this.#nodes);
    for (const node of nodes) if (node.status === 'fulfilled') await node.value.stop();
    await Promise.all(this.#clients.map((client) => client.stop()));
  }

  // ---- the nodes

  async #startNode(at: number): Promise<Remote<NodeAnswers>> {
    const node = await Remote.start<NodeAnswers>({
      script: this.#settings.node ?? script('node'),
      environment: this.#engine ? { REDIS_URL: this.#engine.url } : {},
    });
    this.#lives += 1;
    this.#network.lead(at, await node.ask('port'));
    return node;
  }

  get #seats(): number {
    return this.#settings.deploys ?? seatsOfAll;
  }

  /** Each event for all goes to each of many. */
  get #forAll(): number {
    return this.#settings.deploys ? 0.02 : 0.5;
  }

  /** Another takes the place of one; what that kept in memory is gone. */
  async #replaceNode(at: number, isKilled: boolean): Promise<void> {
    const before = await this.#nodes[at];
    if (!before) return;
    const next = this.#follow(at, before, isKilled);
    this.#nodes[at] = next;
    await next;
  }

  async #follow(
    at: number,
    before: Remote<NodeAnswers>,
    isKilled: boolean,
  ): Promise<Remote<NodeAnswers>> {
    const elsewhere = this.#nodes.length > 1;
    if (!isKilled) {
      // A balancer leads nobody to one that says that it is not ready, once it has heard of it.
      if (elsewhere) setTimeout(() => this.#network.lead(at, null), balancerMs);
      const overMs = this.#settings.deploys ? drainMs.inDeploy : drainMs.amidFaults;
      await before.ask('drain', { overMs, elsewhere });
    }
    await this.#noteDone(before, !isKilled);
    this.#network.lead(at, null);
    if (isKilled) this.#kills.push(Date.now());
    await before.stop();
    return this.#startNode(at);
  }

  async #noteDone(node: Remote<NodeAnswers>, isComplete: boolean): Promise<void> {
    const life = await node.ask('life');
    if (isComplete) this.#completeLives.add(life);
    for (const [key, times] of await node.ask('applied')) this.#done.push({ life, key, times });
  }

  async #pick(): Promise<Remote<NodeAnswers>> {
    const node = this.#nodes[this.#random.integer(0, this.#nodes.length - 1)];
    if (!node) throw new Error('there are no nodes');
    return node;
  }

  // ---- what goes on meanwhile

  /** While this goes on events are published, and messages sent. */
  async #amid<Result>(go: (until: number) => Promise<Result>): Promise<Result> {
    const end = { isOver: false };
    const others = [this.#publishUntil(end), this.#askUntil(end)];
    try {
      return await go(Date.now() + this.#settings.seconds * 1000);
    } finally {
      end.isOver = true;
      await Promise.all(others);
    }
  }

  async #whenAllLive(): Promise<void> {
    for (;;) {
      const live = await Promise.all(this.#clients.map((client) => client.ask('live')));
      if (live.reduce((sum, count) => sum + count, 0) === this.#seats) return;
      await sleep(tickMs);
    }
  }

  async #deploy(): Promise<Deploy> {
    await Promise.all(this.#clients.map((client) => client.ask('outages')));
    this.#network.mostDials(tickMs);
    for (let at = 0; at < this.#nodes.length; at += 1) await this.#replaceNode(at, false);
    await this.#whenAllLive();
    const outages = await Promise.all(this.#clients.map((client) => client.ask('outages')));
    return { outagesMs: outages.flat(), mostDials: this.#network.mostDials(tickMs) };
  }

  async #publishUntil(end: { readonly isOver: boolean }): Promise<void> {
    const perTick = (this.#settings.rate * tickMs) / 1000;
    const publishing: Promise<unknown>[] = [];
    for (let owed = 0; !end.isOver; owed += perTick) {
      for (; owed >= 1; owed -= 1) {
        publishing.push(this.#publish(drawEvent(this.#random, this.#events, this.#forAll)));
      }
      await sleep(tickMs);
    }
    await Promise.all(publishing);
  }

  /** With the same id until somebody says where it stands; some are not content with one answer. */
  async #publish(event: Addressed): Promise<string> {
    this.#events += 1;
    const asksAgain = this.#random.chance(0.05);
    for (;;) {
      try {
        const node = await this.#pick();
        if (asksAgain) this.#note(event, await node.ask('publish', event));
        return this.#note(event, await node.ask('publish', event));
      } catch {
        await sleep(tickMs);
      }
    }
  }

  /** Where it stands: one that was answered twice stands there once. */
  #note({ n, tenant, to }: Addressed, position: string | null): string {
    const written = { n, tenant, to, position: position ?? '' };
    const before = this.#logged.findLast((each) => each.n === n);
    if (before?.position !== written.position) this.#logged.push(written);
    return written.position;
  }

  async #breakUntil(until: number): Promise<void> {
    const world = {
      random: this.#random,
      network: this.#network,
      clients: this.#clients,
      engine: this.#engine,
      replaceNode: (isKilled: boolean) =>
        this.#replaceNode(this.#random.integer(0, this.#nodes.length - 1), isKilled),
    };
    while (Date.now() < until) {
      const fault = pickFault(this.#random, this.#engine !== null);
      this.#faults[fault.name] = (this.#faults[fault.name] ?? 0) + 1;
      await fault.make({ ...world, nodes: await Promise.all(this.#nodes) });
      await sleep(this.#random.integer(20, 250));
    }
  }

  /** Messages whose answers are waited for. */
  async #askUntil(end: { readonly isOver: boolean }): Promise<void> {
    while (!end.isOver) {
      const which = {
        seed: this.#random.integer(1, 1e9),
        share: Math.min(0.2, askersAtOnce / this.#seats),
      };
      await Promise.all(this.#clients.map((client) => client.ask('notes', which)));
      await sleep(2 * tickMs);
    }
  }

  // ---- the end

  /** Everybody hears of the last event of his tenant, or of a gap that reaches so far. */
  async #settle(): Promise<void> {
    const ends: Record<string, string> = {};
    for (const tenant of tenants) {
      const last = { ...drawEvent(this.#random, this.#events, 1), tenant, to: 'tenant' } as const;
      ends[tenant] = await this.#publish(last);
    }
    const until = Date.now() + settleMsMax;
    while (Date.now() < until && (await this.#behind(ends)) > 0) await sleep(tickMs);
  }

  async #behind(ends: Ends): Promise<number> {
    const counts = await Promise.all(this.#clients.map((client) => client.ask('behind', ends)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #collect(deploy: Deploy | null): Promise<Outcome> {
    for (const node of this.#nodes) await this.#noteDone(await node, true);
    const books = await Promise.all(this.#clients.map((client) => client.ask('books')));
    const sittings = books.flatMap((each) => each.sittings);
    const endings = books.flatMap((each) => each.endings);
    return {
      verdict: judge({ logged: this.#logged, sittings }),
      sends: judgeSends({
        endings,
        done: this.#done,
        complete: this.#completeLives,
        forgot: this.#engine && [...this.#engine.forgot, ...this.#kills],
      }),
      faults: this.#faults,
      events: this.#events,
      lives: this.#lives,
      deploy,
    };
  }
}
