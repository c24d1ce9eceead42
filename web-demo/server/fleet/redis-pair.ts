/**
 * A Redis of the demo's own: one that is written to, and a replica that can take over. Both are reached by one
 * address. Nothing of it outlives it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestError } from 'keepline/server/standalone';
import { Lead } from './lead.js';
import { RedisProcess } from './redis-process.js';
import type { RedisState } from './view.js';

export class RedisPair {
  readonly #folder: string;
  readonly #lead: Lead;
  #main: RedisProcess;
  #replica: RedisProcess;
  #state: RedisState = 'up';
  /** One that is being started just then is ended, too. */
  #hasStopped = false;
  #thawing: NodeJS.Timeout | undefined;

  private constructor(folder: string, lead: Lead, main: RedisProcess, replica: RedisProcess) {
    this.#folder = folder;
    this.#lead = lead;
    this.#main = main;
    this.#replica = replica;
    lead.leadTo(main.port);
  }

  /** Throws a ConfigurationError where there is no `redis-server`. */
  static async start(): Promise<RedisPair> {
    const folder = await mkdtemp(join(tmpdir(), 'keepline-demo-'));
    let main: RedisProcess | undefined;
    try {
      main = await RedisProcess.start(folder);
      const replica = await RedisProcess.start(folder, main.port);
      return new RedisPair(folder, await Lead.start(), main, replica);
    } catch (reason) {
      await main?.kill();
      await rm(folder, { recursive: true, force: true });
      throw reason;
    }
  }

  get url(): string {
    return this.#lead.url;
  }

  get state(): RedisState {
    return this.#state;
  }

  /** Frozen for so long, with all its connections cut: it comes back with what it had. */
  stopFor(ms: number): void {
    this.#requireUp();
    this.#state = 'stopped';
    this.#main.setFrozen(true);
    this.#lead.leadTo(null);
    this.#thawing = setTimeout(() => {
      this.#main.setFrozen(false);
      this.#lead.leadTo(this.#main.port);
      this.#state = 'up';
    }, ms);
  }

  /** The one that was written to ends without a word; what it had not passed on is gone with it. */
  async promote(): Promise<void> {
    this.#requireUp();
    this.#state = 'taking over';
    try {
      if (!(await this.#replica.isCopying())) throw notYet();
      this.#lead.leadTo(null);
      await this.#main.kill();
      await this.#replica.ask('REPLICAOF NO ONE');
      this.#main = this.#replica;
      this.#lead.leadTo(this.#main.port);
      this.#replica = await RedisProcess.start(this.#folder, this.#main.port);
      if (this.#hasStopped) await this.#replica.kill();
    } finally {
      this.#state = 'up';
    }
  }

  async stop(): Promise<void> {
    this.#hasStopped = true;
    clearTimeout(this.#thawing);
    this.#lead.close();
    await Promise.all([this.#main.kill(), this.#replica.kill()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #requireUp(): void {
    if (this.#state !== 'up') throw notYet();
  }
}

const notYet = () => new RequestError(409, 'Redis is not whole again: wait until it is up.');
