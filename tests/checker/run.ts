// A run of Keepline: its nodes and its clients, messages whose answers are waited for, and the books of all.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Remote } from '../bench/server-half/processes.js';
import type { ClientAnswers, Ends } from './clients.js';
import { judge, type Logged, type Verdict } from './judge.js';
import { type Done, judgeSends, type SendVerdict } from './judge-sends.js';
import type { NodeAnswers } from './node.js';
import { type Addressed, tenants } from './population.js';
import {
  type Course,
  playIn,
  type Settings,
  type Surroundings,
  settleMsMax,
  tickMs,
  World,
} from './world.js';

export interface Outcome {
  readonly verdict: Verdict;
  readonly sends: SendVerdict;
  readonly course: Course;
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
/** Of many fewer, a share. */
const askersAtOnce = 24;

/** `node`: its script; another one has a fault in it. */
export const run = (settings: Settings, node = script('node')): Promise<Outcome> =>
  playIn(settings, (surroundings) => new KeeplineWorld(settings, surroundings, node));

class KeeplineWorld extends World<NodeAnswers, ClientAnswers> {
  protected readonly isSupervised = false;
  readonly #logged: Logged[] = [];
  readonly #done: Done[] = [];
  readonly #completeLives = new Set<string>();

  constructor(settings: Settings, surroundings: Surroundings, node: string) {
    super(settings, surroundings, { node, clients: script('clients') });
  }

  async play(): Promise<Outcome> {
    await this.begin();
    const deploy = this.settings.deploys ? await this.amid(() => this.#deploy()) : null;
    if (!deploy) await this.amid((until) => this.breakUntil(until));
    await this.#settle();
    return this.#collect(deploy);
  }

  protected async trimLog(): Promise<void> {
    const nameOf = (tenant: string) => Buffer.from(tenant).toString('base64url');
    if (this.engine) await this.engine.trim(tenants.map((tenant) => `kl:{${nameOf(tenant)}}:log`));
    else for (const tenant of tenants) await (await this.nodes[0])?.ask('trim', tenant);
  }

  protected async noteEnd(node: Remote<NodeAnswers>, isComplete: boolean): Promise<void> {
    const life = await node.ask('life');
    if (isComplete) this.#completeLives.add(life);
    for (const [key, times] of await node.ask('applied')) this.#done.push({ life, key, times });
  }

  async #deploy(): Promise<Deploy> {
    await Promise.all(this.clients.map((client) => client.ask('outages')));
    this.network.mostDials(tickMs);
    for (let at = 0; at < this.nodes.length; at += 1) await this.replaceNode(at, false);
    await this.whenAllLive();
    const outages = await Promise.all(this.clients.map((client) => client.ask('outages')));
    return { outagesMs: outages.flat(), mostDials: this.network.mostDials(tickMs) };
  }

  /** With the same id until somebody says where it stands; some are not content with one answer. */
  protected async publish(event: Addressed): Promise<string> {
    const asksAgain = this.random.chance(0.05);
    for (;;) {
      try {
        const node = await this.pick();
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

  /** Messages whose answers are waited for. */
  protected async accompany(end: { readonly isOver: boolean }): Promise<void> {
    while (!end.isOver) {
      const which = {
        seed: this.random.integer(1, 1e9),
        share: Math.min(0.2, askersAtOnce / this.seats),
      };
      await Promise.all(this.clients.map((client) => client.ask('notes', which)));
      await sleep(2 * tickMs);
    }
  }

  // ---- the end

  /** Everybody hears of the last event of his tenant, or of a gap that reaches so far. */
  async #settle(): Promise<void> {
    const ends: Record<string, string> = {};
    for (const tenant of tenants) {
      ends[tenant] = await this.publish(this.draw({ tenant, to: 'tenant' }));
    }
    const until = Date.now() + settleMsMax;
    while (Date.now() < until && (await this.#behind(ends)) > 0) await sleep(tickMs);
  }

  async #behind(ends: Ends): Promise<number> {
    const counts = await Promise.all(this.clients.map((client) => client.ask('behind', ends)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #collect(deploy: Deploy | null): Promise<Outcome> {
    for (const node of this.nodes) await this.noteEnd(await node, true);
    const books = await Promise.all(this.clients.map((client) => client.ask('books')));
    const sittings = books.flatMap((each) => each.sittings);
    const endings = books.flatMap((each) => each.endings);
    return {
      verdict: judge({ logged: this.#logged, sittings }),
      sends: judgeSends({
        endings,
        done: this.#done,
        complete: this.#completeLives,
        forgot: this.engine && [...this.engine.forgot, ...this.kills],
      }),
      course: this.course,
      deploy,
    };
  }
}
