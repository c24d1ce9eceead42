// The keys of one issuer: fetched at start, renewed before their time, and kept while the issuer is away.
//
// A key that is here is never waited for. One that is not is asked for at most once in a while, however many
// tokens name one, so that a flood of invented tokens is no flood at the issuer.
import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { safeLog, safeMetrics } from '../log.js';
import type { Logger, Metrics } from '../types.js';
import { discover, type IssuerDocument } from './discovery.js';
import { fetchJson, WrongConfiguration } from './fetch-json.js';
import type { KeyTimes } from './options.js';

/** Between two questions of our own after a failure: doubled from the first to the last. */
const retryMs = { first: 1000, last: 30_000 };
/** Of what is told of a problem: parts of it are the issuer's own words. */
const problemCharactersMax = 300;

interface KeySet {
  readonly ids: ReadonlySet<string>;
  readonly find: JWTVerifyGetKey;
  readonly askedAt: number;
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
  readonly #ready: Promise<void>;
  readonly #closing = new AbortController();
  #settleReady: (problem: Error | null) => void = () => undefined;
  #document: IssuerDocument | null = null;
  #set: KeySet | null = null;
  #problem: string | null = 'the issuer has not been asked for its keys yet';
  #failures = 0;
  #askAgainAt = 0;
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    issuer: string | Promise<string>,
    times: KeyTimes,
    logger: Logger | undefined,
    metrics: Metrics | undefined,
  ) {
    this.#configured = Promise.resolve(issuer);
    this.#times = times;
    this.#log = safeLog(logger);
    this.#metrics = metrics && safeMetrics(metrics);
    this.#metrics?.gauge('jwks_age_seconds', () => this.#ageMs / 1000);
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = (problem) => (problem ? reject(problem) : resolve());
    });
    // Whoever does not wait for it hears of the same by `trouble` and the log.
    this.#ready.catch(() => undefined);
    this.#tried = this.#ask();
  }

  /** Settles when the issuer was asked for the first time, whatever it answered. */
  get tried(): Promise<void> {
    return this.#tried;
  }

  /** Fulfilled with the first keys; rejected where somebody has to change the configuration, or has closed. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  get document(): IssuerDocument | null {
    return this.#document;
  }

  /** Why no key can be found; null where that is no matter of the issuer's. */
  get trouble(): string | null {
    return this.#fresh ? null : (this.#problem ?? 'the keys of the issuer have become too old');
  }

  has(kid: string | undefined): boolean {
    const set = this.#fresh;
    if (!set) return false;
    // A token that names none is judged by what is here: no answer of the issuer's could be asked for by it.
    return kid === undefined || (kid !== '' && set.ids.has(kid));
  }

  /** Throws `KeysUnavailable`, or jose's own error for a key that there is not. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { kid } = header;
    const cameAt = Date.now();
    if (!this.has(kid) && Date.now() >= this.#askAgainAt) await this.#ask();
    // One who comes while the question is under way waits for the same answer.
    else if (!this.has(kid)) await this.#asking;
    const set = this.#fresh;
    if (!set) throw new KeysUnavailable();
    // A timer that came late (a machine that slept) is made up for, and nobody waits for it.
    if (this.#ageMs >= this.#times.refreshMs && Date.now() >= this.#askAgainAt) void this.#ask();
    // Keys that were asked for since the token came know all that its issuer knew when it was made.
    const isUnsure = set.askedAt < cameAt && isNewer(token, set);
    if (!this.has(kid) && (this.#failures > 0 || isUnsure)) throw new KeysUnavailable();
    return set.find(header, token);
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
    this.#settleReady(new Error('the verifier was closed before the issuer gave its keys'));
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
    const { cooldownMs, refreshMs } = this.#times;
    try {
      const configured = await this.#configured;
      if (this.#closing.signal.aborted) return;
      // Until it is answered nobody asks again.
      this.#askAgainAt = Number.POSITIVE_INFINITY;
      this.#set = await this.#fetch(configured);
      if (this.#failures > 0) this.#log.info({}, 'the issuer gave its keys again');
      this.#problem = null;
      this.#failures = 0;
      this.#askAgainAt = Date.now() + cooldownMs;
      this.#settleReady(null);
      this.#plan(refreshMs);
    } catch (reason) {
      if (!this.#closing.signal.aborted) this.#handleFailed(reason);
    }
  }

  #handleFailed(reason: unknown): void {
    this.#failures += 1;
    const why = messageOf(reason);
    const fields = { problem: why, keysKept: this.#fresh !== null };
    this.#metrics?.count('jwks_failures_total');
    if (reason instanceof WrongConfiguration) {
      this.#problem = `the issuer is configured wrongly: ${why}`;
      this.#log.error(fields, 'the issuer is configured wrongly');
      this.#settleReady(new WrongConfiguration(this.#problem));
    } else {
      this.#problem = `the issuer cannot be asked for its keys: ${why}`;
      this.#log.warn(fields, 'no keys from the issuer');
    }
    this.#askAgainAt = Date.now() + this.#times.failureCooldownMs;
    this.#plan(Math.min(retryMs.last, retryMs.first * 2 ** Math.min(this.#failures - 1, 10)));
  }

  async #fetch(configured: string): Promise<KeySet> {
    const askedAt = Date.now();
    // Where its keys are may have changed with whatever was the matter.
    if (!this.#document || this.#failures > 0)
      this.#document = await discover(configured, this.#deadline());
    this.#metrics?.count('jwks_fetches_total');
    const answer = (await fetchJson(this.#document.jwksUri, this.#deadline())) as JSONWebKeySet;
    const find = createLocalJWKSet(answer);
    // A maintenance page of JSON, or a set that nobody filled, is no reason to forget the keys that are here.
    if (answer.keys.length === 0) throw new Error('the set has no key');
    const ids = answer.keys.flatMap(({ kid }) => (typeof kid === 'string' ? [kid] : ['']));
    return { ids: new Set(ids), find, askedAt, fetchedAt: Date.now() };
  }

  #deadline(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(this.#times.timeoutMs), this.#closing.signal]);
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#ask(), ms);
    this.#timer.unref();
  }
}

/**
 * Whether a token says that it was issued after these keys were fetched: its key may be one of tomorrow's, and
 * a page that is told "no" twice stops for good. Nobody has signed that yet: it decides between two refusals.
 */
function isNewer({ payload }: FlattenedJWSInput, { fetchedAt }: KeySet): boolean {
  try {
    const { iat } = JSON.parse(Buffer.from(String(payload), 'base64url').toString());
    // Whole seconds.
    return typeof iat === 'number' && iat >= Math.floor(fetchedAt / 1000);
  } catch {
    return false;
  }
}

function messageOf(reason: unknown): string {
  return sentenceOf(reason).slice(0, problemCharactersMax);
}

function sentenceOf(reason: unknown): string {
  if (reason instanceof errors.JWKSInvalid) return 'what it answered is no key set';
  if (reason instanceof SyntaxError) return 'what it answered is no JSON';
  if (!(reason instanceof Error)) return String(reason);
  const { cause } = reason;
  return cause instanceof Error ? `${reason.message}: ${cause.message}` : reason.message;
}
