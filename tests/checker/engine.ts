// The Redis of a run, and the way to it: a main one and a replica, which fail as they are told.
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisProcess, RedisProxy, startRedis } from '../server/support/redis.js';

/** All of it is on disk, within a second: what a restart forgets is at most that. */
const words = ['--appendonly', 'yes', '--appendfsync', 'everysec'];

export class Engine {
  #main: RedisProcess;
  #replica: RedisProcess;
  readonly #proxy: RedisProxy;
  /** When answers, ids and events may have been forgotten: wall-clock ms. */
  readonly #forgot: number[] = [];

  private constructor(main: RedisProcess, replica: RedisProcess, proxy: RedisProxy) {
    this.#main = main;
    this.#replica = replica;
    this.#proxy = proxy;
  }

  static async start(): Promise<Engine> {
    const [main, replica] = [await startRedis(words), await startRedis(words)];
    await follow(replica, main);
    return new Engine(main, replica, await RedisProxy.start(main.port));
  }

  /** Where nodes find it. */
  get url(): string {
    return this.#proxy.url;
  }

  get forgot(): readonly number[] {
    return this.#forgot;
  }

  async cutSubscriptions(): Promise<void> {
    await this.#main.ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
  }

  async cutCommands(): Promise<void> {
    await this.#main.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  }

  /** Subscriptions are lost, and nobody is told. */
  deafen(): void {
    this.#proxy.deafen();
  }

  async flush(): Promise<void> {
    await this.#forget(async () => {
      await this.#main.ask('FLUSHALL');
    });
  }

  async trim(streams: readonly string[]): Promise<void> {
    for (const stream of streams) await this.#main.ask('XTRIM', stream, 'MAXLEN', '0');
  }

  /** With what it has on its disk, or with nothing. */
  async restart(isEmpty: boolean, ms: number): Promise<void> {
    await this.#forget(async () => {
      await this.#main.kill();
      await sleep(ms);
      await this.#main.start({ isEmpty });
    });
  }

  async freeze(ms: number): Promise<void> {
    this.#main.signal('SIGSTOP');
    await sleep(ms);
    this.#main.signal('SIGCONT');
  }

  /** The replica takes over, without what was written in its last so many ms. */
  async promote(lagMs: number): Promise<void> {
    await this.#forget(async () => {
      const [before, next] = [this.#main, this.#replica];
      await next.ask('REPLICAOF', 'NO', 'ONE');
      await sleep(lagMs);
      await before.kill();
      this.#main = next;
      this.#replica = before;
      this.#proxy.leadTo(next.port);
      await before.start({ isEmpty: true });
      await follow(before, next);
    });
  }

  async close(): Promise<void> {
    this.#proxy.close();
    await Promise.all([this.#main.stop(), this.#replica.stop()]);
  }

  async #forget(fail: () => Promise<void>): Promise<void> {
    this.#forgot.push(Date.now());
    await fail();
    this.#forgot.push(Date.now());
  }
}

/** Resolves once it has all that the other has. */
async function follow(replica: RedisProcess, main: RedisProcess): Promise<void> {
  await replica.ask('REPLICAOF', '127.0.0.1', String(main.port));
  await main.ask('WAIT', '1', '0');
}
