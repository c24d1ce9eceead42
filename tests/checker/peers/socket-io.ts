// A run of Socket.IO with its Redis Streams adapter: the same world, faults and events, its own nodes and clients.
//
// What differs. `emit` has no answer and no id, so that nothing is emitted twice, and no message waits for an answer:
// `emitWithAck` has no id either. The adapter has subscriptions only for what is not counted here. Nodes that end by
// themselves are started again.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Addressed, tenants } from '../population.js';
import {
  type Course,
  playIn,
  type Settings,
  type Surroundings,
  settleMsMax,
  tickMs,
  World,
} from '../world.js';
import { type Emitted, judgeMoments, type MomentVerdict, slackMs } from './judge-moments.js';
import type { FirstOfEnd, SocketIoClientAnswers } from './socket-io-clients.js';
import type { SocketIoNodeAnswers } from './socket-io-node.js';

export interface PeerOutcome {
  readonly verdict: MomentVerdict;
  readonly course: Course;
}

const script = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
/** The name that the adapter gives its stream. */
const stream = 'socket.io';
/** One that is lost says nothing of those who wait for the end: there is another so often. */
const lastWordMs = 2000;

export const runSocketIo = (settings: Settings): Promise<PeerOutcome> =>
  playIn(settings, (surroundings) => new SocketIoWorld(settings, surroundings));

class SocketIoWorld extends World<SocketIoNodeAnswers, SocketIoClientAnswers> {
  protected readonly isSupervised = true;
  readonly #emitted: Emitted[] = [];

  constructor(settings: Settings, surroundings: Surroundings) {
    super(settings, surroundings, {
      node: script('socket-io-node'),
      clients: script('socket-io-clients'),
    });
  }

  async play(): Promise<PeerOutcome> {
    await this.begin();
    await this.amid((until) => this.breakUntil(until));
    const first = await this.#settle();
    const books = await Promise.all(this.clients.map((client) => client.ask('books', first)));
    const verdict = judgeMoments({ emitted: this.#emitted, sittings: books.flat() });
    return { verdict, course: this.course };
  }

  protected async publish(event: Addressed): Promise<void> {
    const node = await this.pick();
    const written = await node.ask('publish', event).catch(() => null);
    const { n, tenant, to } = event;
    this.#emitted.push({ n, tenant, to, written });
  }

  protected async trimLog(): Promise<void> {
    await this.engine?.trim([stream]);
  }

  protected accompany(): Promise<void> {
    return Promise.resolve();
  }

  protected noteEnd(): Promise<void> {
    return Promise.resolve();
  }

  /** Everybody has a link, and hears one of the last events of his tenant. */
  async #settle(): Promise<FirstOfEnd> {
    const first: Record<string, number> = {};
    const until = Date.now() + settleMsMax;
    let saidAtMs = 0;
    do {
      if (Date.now() - saidAtMs >= lastWordMs) {
        saidAtMs = Date.now();
        for (const tenant of tenants) {
          const event = this.draw({ tenant, to: 'tenant' });
          first[tenant] ??= event.n;
          await this.publish(event);
        }
      }
      await sleep(tickMs);
    } while (Date.now() < until && (await this.#behind(first)) > 0);
    // What is on its way arrives.
    await sleep(slackMs);
    return first;
  }

  async #behind(first: FirstOfEnd): Promise<number> {
    const counts = await Promise.all(this.clients.map((client) => client.ask('behind', first)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}
