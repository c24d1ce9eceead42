// What an application gives `verifyOidc`, and what is made of it.
import type { JWTPayload } from 'jose';
import type { Logger, Metrics, Principal } from '../types.js';
import { discoveryAddress } from './discovery.js';
import { WrongConfiguration } from './fetch-json.js';

export interface KeyTimes {
  /**
   * Keys are fetched again after so long: a key that the issuer withdrew is good no longer.
   * 1 s to 24 h in ms; default 10 min.
   */
  readonly refreshMs: number;
  /**
   * While the issuer cannot be asked, its last keys are good for so long. From `refreshMs` to 30 days in ms;
   * default 24 h.
   */
  readonly staleMs: number;
  /** An unknown key is asked for at most once in this time. 0–600,000 ms, default 30,000. */
  readonly cooldownMs: number;
  /** The same after an answer that was none. 0–600,000 ms, default 5,000. */
  readonly failureCooldownMs: number;
  /** What an issuer may take for an answer. 100–60,000 ms, default 10,000. */
  readonly timeoutMs: number;
}

export interface OidcOptions {
  /**
   * The issuer's URL, with or without a final slash; a promise of it for one that is not up yet. `https:`,
   * but for loopback.
   */
  readonly issuer: string | Promise<string>;
  /** What the token must be for (`aud`: RFC 7519, 4.1.3); one of these where there are several. */
  readonly audience: string | readonly string[];
  /**
   * The claim that names the tenant, default `org_id`; or what finds it in the claims. A token without one
   * opens nothing (4403). A function that throws is told of in the log, and leaves the token `unavailable`.
   */
  readonly tenantClaim?: string | ((claims: JWTPayload) => unknown) | undefined;
  /**
   * All of them must be in `scope` (RFC 9068, 2.2.3) or `scp`; a token without one opens nothing (4403).
   * Default none.
   */
  readonly requiredScopes?: readonly string[] | undefined;
  /**
   * The header's `typ`; default `at+jwt` and `JWT`. RFC 9068, 4 asks for `at+jwt`, and RFC 8725, 3.11 for a
   * type that tells one kind of token from another; but Auth0, Entra ID and Keycloak write `JWT` for access
   * tokens unless told otherwise, and `typ` itself is optional (RFC 7519, 5.1), so that one who names none
   * counts as `JWT`. What keeps an ID token out then is its audience, which is the page and not this API.
   * Give `['at+jwt']` where your issuer writes it.
   */
  readonly tokenTypes?: readonly string[] | undefined;
  /**
   * Default all with a public key: RS, PS and ES of 256 to 512 bits, EdDSA and Ed25519. Those with a shared
   * secret, and `none`, cannot be had (RFC 8725, 3.1).
   */
  readonly algorithms?: readonly string[] | undefined;
  /** How far the issuer's clock may be from ours, for `exp`, `nbf` and `iat`. 0–60,000 ms, default 10,000. */
  readonly clockToleranceMs?: number | undefined;
  readonly keys?: Partial<KeyTimes> | undefined;
  /**
   * Whether a token is taken back before its time, by the principal and its claims; default no. One that
   * throws is told of in the log, and leaves the token `unavailable`.
   */
  readonly isRevoked?: ((principal: Principal) => boolean) | undefined;
  readonly logger?: Logger | undefined;
  /**
   * Counts `jwks_fetches_total` and `jwks_failures_total`, and shows `jwks_age_seconds`: an alarm on that one
   * hears of an outage while the last keys still serve.
   */
  readonly metrics?: Metrics | undefined;
}

const publicKeyAlgorithms =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

const day = 24 * 60 * 60_000;
/** Least, default, most. */
const times: Readonly<Record<keyof KeyTimes, readonly [number, number, number]>> = {
  // Below a day, since a timer of Node cannot wait for a month.
  refreshMs: [1000, 10 * 60_000, day],
  staleMs: [1000, day, 30 * day],
  cooldownMs: [0, 30_000, 600_000],
  failureCooldownMs: [0, 5000, 600_000],
  timeoutMs: [100, 10_000, 60_000],
};

/** Throws a TypeError or a RangeError that names the option. */
export function readOidcOptions(given: OidcOptions) {
  const tolerance = readMs('clockToleranceMs', given.clockToleranceMs, [0, 10_000, 60_000]);
  return {
    ...given,
    issuer: readIssuer(given.issuer),
    audience: readNames('audience', [given.audience].flat()),
    tenantClaim: readTenantClaim(given.tenantClaim ?? 'org_id'),
    requiredScopes: [...(given.requiredScopes ?? [])],
    tokenTypes: readNames('tokenTypes', given.tokenTypes ?? ['at+jwt', 'JWT']),
    algorithms: readAlgorithms(given.algorithms ?? publicKeyAlgorithms),
    toleranceSec: tolerance / 1000,
    keys: readTimes(given.keys ?? {}),
  };
}

export type ReadOptions = ReturnType<typeof readOidcOptions>;

function readIssuer(issuer: string | Promise<string>): string | Promise<string> {
  if (typeof issuer === 'string') {
    try {
      discoveryAddress(issuer);
    } catch (reason) {
      if (reason instanceof WrongConfiguration) throw new TypeError(`issuer: ${reason.message}`);
      throw reason;
    }
  } else if (typeof issuer?.then !== 'function') {
    throw new TypeError('issuer must be a URL such as https://id.example.com/, or a promise of it');
  }
  return issuer;
}

function readNames(option: string, names: readonly unknown[]): string[] {
  const good = names.filter((name): name is string => typeof name === 'string' && name !== '');
  if (good.length > 0 && good.length === names.length) return good;
  throw new TypeError(`${option} must be one name or more, none of them empty`);
}

function readTenantClaim(claim: NonNullable<OidcOptions['tenantClaim']>) {
  if (typeof claim === 'function' || (typeof claim === 'string' && claim !== '')) return claim;
  throw new TypeError('tenantClaim must be the name of a claim, or a function of the claims');
}

function readAlgorithms(names: readonly string[]): string[] {
  const wrong = names.find((name) => !publicKeyAlgorithms.includes(name));
  if (wrong === undefined) return readNames('algorithms', names);
  throw new RangeError(`algorithms: ${wrong} is none of ${publicKeyAlgorithms.join(', ')}`);
}

function readTimes(given: Partial<KeyTimes>): KeyTimes {
  const unknown = Object.keys(given).find((name) => !(name in times));
  if (unknown !== undefined) throw new RangeError(`keys.${unknown} is no time of theirs`);
  const read = (name: keyof KeyTimes) => readMs(`keys.${name}`, given[name], times[name]);
  const refreshMs = read('refreshMs');
  const staleMs = read('staleMs');
  if (staleMs < refreshMs) throw new RangeError('keys.staleMs must be keys.refreshMs or more');
  return {
    refreshMs,
    staleMs,
    cooldownMs: read('cooldownMs'),
    failureCooldownMs: read('failureCooldownMs'),
    timeoutMs: read('timeoutMs'),
  };
}

function readMs(
  option: string,
  given: number | undefined,
  [least, fallback, most]: readonly [number, number, number],
): number {
  const value = given ?? fallback;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new RangeError(`${option} must be ${least} to ${most} ms`);
}
