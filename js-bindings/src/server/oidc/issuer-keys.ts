// The keys of one issuer: fetched at start, renewed before their time, and kept while the issuer is away.
//
// A key that is here is never waited for. One that is not is asked for at most once in a while, however many
// tokens name one, so that a flood of invented tokens is no flood at the issuer.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { safeLog } from '../log.js';
import type { Logger, Metrics } from '../types.js';
import { discover, type IssuerDocument } from './discovery.js';
import { fetchJson } from './fetch-json.js';

export interface KeyTimes {
  /** Keys are fetched again after so long: a key that the issuer withdrew is good no longer. Default 10 min. */
  readonly refreshMs: number;
  /** While the issuer cannot be asked, its last keys are good for so long. Default 24 h. */
  readonly staleMs: number;
  /** An unknown key is asked for at most once in this time. Default 30,000 ms. */
  readonly cooldownMs: number;
  /** The same after an answer that was none. Default 5,000 ms. */
  readonly failureCooldownMs: number;
  /** What an issuer may take for an answer. Default 10,000 ms. */
  readonly timeoutMs: number;
}

export const defaultTimes: KeyTimes = {
  refreshMs: 10 * 60_000,
  staleMs: 24 * 60 * 60_000,
  cooldownMs: 30_000,
  failureCooldownMs: 5000,
  timeoutMs: 10_000,
};

/** Between two questions of our own after a failure: doubled from the first to the last. */
const retryMs = { first: 1000, last: 30_000 };

interface KeySet {
  readonly ids: ReadonlySet<string>;
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/** Nobody can say at the moment whether there is such a key. */
export class KeysUnavailable extends Error {}

export class IssuerKeys {
  readonly #configured: Promise<string>;
  readonly #times: KeyTimes;
  readonly #log: Logger;
  readonly #metrics: Metrics | undefined;
  readonly #tried: Promise<void>;
  #document: IssuerDocument | null = null;
  #set: KeySet | null = null;
  #problem: string | null = 'the issuer has not been asked for its keys yet';
  #failures = 0;
  #askAgainAt = 0;
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    issuer: string | Promise<string>,
    times: KeyTimes,
    logger: Logger | undefined,
    metrics: Metrics | undefined,
  ) {
    this.#configured = Promise.resolve(issuer);
    this.#times = times;
    this.#log = safeLog(logger);
    this.#metrics = metrics;
    metrics?.gauge('jwks_age_seconds', () => this.#ageMs / 1000);
    this.#tried = this.#ask();
  }

  /** Settles when the issuer was asked for the first time, whatever it answered. */
  get tried(): Promise<void> {
    return this.#tried;
  }

  get document(): IssuerDocument | null {
    return this.#document;
  }

  /** Why no key can be found; null where that is no matter of the issuer's. */
  get trouble(): string | null {
    return this.#fresh ? null : this.#problem;
  }

  has(kid: string | undefined): boolean {
    const set = this.#fresh;
    if (!set) return false;
    return kid === undefined ? set.ids.size === 1 : kid !== '' && set.ids.has(kid);
  }

  /** Throws `KeysUnavailable`, or jose's own error for a key that there is not. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { kid } = header;
    if (!this.has(kid) && Date.now() >= this.#askAgainAt) await this.#ask();
    // One who comes while the question is under way waits for the same answer.
    else if (!this.has(kid)) await this.#asking;
    const set = this.#fresh;
    if (!set) throw new KeysUnavailable();
    // A timer that came late (a machine that slept) is made up for, and nobody waits for it.
    if (this.#ageMs >= this.#times.refreshMs && Date.now() >= this.#askAgainAt) void this.#ask();
    if (!this.has(kid) && this.#failures > 0) throw new KeysUnavailable();
    return set.find(header, token);
  };

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  get #ageMs(): number {
    return this.#set ? Date.now() - this.#set.fetchedAt : 0;
  }

  /** Those that may be used, however old they have become. */
  get #fresh(): KeySet | null {
    return this.#ageMs <= this.#times.staleMs ? this.#set : null;
  }

  /** One question at a time; never rejects. */
  #ask(): Promise<void> {
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askOnce(): Promise<void> {
    const { cooldownMs, failureCooldownMs, refreshMs } = this.#times;
    try {
      const configured = await this.#configured;
      if (this.#closed) return;
      // Until it is answered nobody asks again.
      this.#askAgainAt = Number.POSITIVE_INFINITY;
      this.#set = await this.#fetch(configured);
      this.#problem = null;
      this.#failures = 0;
      this.#askAgainAt = Date.now() + cooldownMs;
      this.#plan(refreshMs);
    } catch (reason) {
      this.#failures += 1;
      const why = messageOf(reason);
      this.#problem = `the issuer cannot be asked for its keys: ${why}`;
      this.#metrics?.count('jwks_failures_total');
      this.#log.warn({ problem: why, keysKept: this.#fresh !== null }, 'no keys from the issuer');
      this.#askAgainAt = Date.now() + failureCooldownMs;
      this.#plan(Math.min(retryMs.last, retryMs.first * 2 ** Math.min(this.#failures - 1, 10)));
    }
  }

  async #fetch(configured: string): Promise<KeySet> {
    const { timeoutMs } = this.#times;
    // Where its keys are may have changed with whatever was the matter.
    if (!this.#document || this.#failures > 0)
      this.#document = await discover(configured, timeoutMs);
    this.#metrics?.count('jwks_fetches_total');
    const answer = (await fetchJson(this.#document.jwksUri, timeoutMs)) as JSONWebKeySet;
    const find = createLocalJWKSet(answer);
    // A maintenance page of JSON, or a set that nobody filled, is no reason to forget the keys that are here.
    if (answer.keys.length === 0) throw new Error('the set has no key');
    const ids = answer.keys.flatMap(({ kid }) => (typeof kid === 'string' ? [kid] : ['']));
    return { ids: new Set(ids), find, fetchedAt: Date.now() };
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#ask(), ms);
    this.#timer.unref();
  }
}

function messageOf(reason: unknown): string {
  if (reason instanceof errors.JWKSInvalid) return 'what it answered is no key set';
  if (reason instanceof SyntaxError) return 'what it answered is no JSON';
  if (!(reason instanceof Error)) return String(reason);
  const { cause } = reason;
  return cause instanceof Error ? `${reason.message}: ${cause.message}` : reason.message;
}
