// What `redisLog` and `redisPublisher` are given, and what is made of it.
import type { Logger } from '../types.js';

export interface RedisOptions {
  /** `redis://` or `rediss://`, with user and password where Redis wants them; required. */
  readonly url: string;
  /** What all keys and channels begin with; default `kl`. Two applications on one Redis need two. */
  readonly prefix?: string | undefined;
  /**
   * `'volatile'`: each restart of Redis, and each replica that takes over, begins a new epoch, and every page is
   * told of a gap. `'durable'`: for an engine that loses nothing that it has confirmed. Default `'volatile'`.
   */
  readonly engine?: 'volatile' | 'durable' | undefined;
  /** Events kept of each tenant, about; default 2,000. */
  readonly retainEvents?: number | undefined;
  /** How long the events of a tenant are kept after its last one; default 600,000 ms. */
  readonly retainMs?: number | undefined;
  /** For how long an id is known; default 600,000 ms. */
  readonly idMs?: number | undefined;
  /** What is asked of a Redis that does not answer waits so long, and rejects; default 5,000 ms. */
  readonly waitMs?: number | undefined;
  /**
   * What becomes of events while Redis is away. `'reject'`: `publish` rejects after `waitMs`. `'local'`: the pages of
   * this node have them at once, without a place in the stream, and maybe twice; once Redis is back the tenant's
   * stream begins anew, so that all pages are told of a gap. Default `'reject'`.
   */
  readonly whenLogDown?: 'reject' | 'local' | undefined;
  /** How often each tenant that is watched is compared with what was heard of it; default 60,000 ms. */
  readonly checkMs?: number | undefined;
  /** Any logger that takes fields and a message; default none. Never given the URL. */
  readonly logger?: Logger | undefined;
}

export type RedisSettings = {
  readonly [Name in Exclude<keyof RedisOptions, 'logger'>]-?: NonNullable<RedisOptions[Name]>;
} & { readonly logger: Logger | undefined };

const numbers = {
  retainEvents: 2000,
  retainMs: 600_000,
  idMs: 600_000,
  waitMs: 5000,
  checkMs: 60_000,
} as const;
const choices = { engine: ['volatile', 'durable'], whenLogDown: ['reject', 'local'] } as const;
const names = ['url', 'prefix', 'logger', ...Object.keys(choices), ...Object.keys(numbers)];

/** Throws a TypeError or a RangeError that names the option, and never the URL. */
export function readRedisOptions(caller: string, given: RedisOptions): RedisSettings {
  const unknown = Object.keys(given ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new RangeError(`${caller}: ${unknown} is no option`);
  const { url, prefix = 'kl', logger } = given ?? {};
  if (!isRedisUrl(url)) {
    throw new TypeError(`${caller}: url must be redis://host:port or rediss://host:port`);
  }
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,64}$/.test(prefix)) {
    throw new RangeError(`${caller}: prefix must be 1 to 64 of A-Z a-z 0-9 _ . : -`);
  }
  const choose = <Name extends keyof typeof choices>(name: Name) => {
    const known: readonly unknown[] = choices[name];
    const chosen = given[name] ?? known[0];
    if (known.includes(chosen)) return chosen as (typeof choices)[Name][number];
    throw new RangeError(`${caller}: ${name} must be '${known.join("' or '")}'`);
  };
  const read = (name: keyof typeof numbers): number => {
    const value = given[name] ?? numbers[name];
    if (Number.isInteger(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
    throw new RangeError(`${caller}: ${name} must be a whole number from 1`);
  };
  return {
    ...{ url, prefix, logger },
    engine: choose('engine'),
    whenLogDown: choose('whenLogDown'),
    retainEvents: read('retainEvents'),
    retainMs: read('retainMs'),
    idMs: read('idMs'),
    waitMs: read('waitMs'),
    checkMs: read('checkMs'),
  };
}

const isRedisUrl = (url: unknown): url is string =>
  typeof url === 'string' && URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol);
