/**
 * Decides whether a token names somebody. Knows JWTs and the issuer's keys; knows nothing of
 * sockets.
 *
 * Keys come over HTTP from the issuer's JWKS, are cached, and an unknown `kid` causes at most one
 * fetch in a cooldown, so that a flood of invented tokens does not become a flood at the issuer.
 */

import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import type { Metrics, Refusal, Principal as SocketPrincipal, Verify } from 'keepline/server';
import type { JwksOptions } from './options.js';
import type { Principal } from './principal.js';

export type Verdict =
  | { readonly kind: 'accepted'; readonly principal: Principal; readonly expiresAtMs: number }
  /** The token is at fault: expired, forged, for somebody else. */
  | { readonly kind: 'rejected'; readonly why: string }
  /** The token is genuine but opens nothing here. */
  | { readonly kind: 'forbidden'; readonly why: string }
  /** The issuer is at fault; the same token may be good in a minute. */
  | { readonly kind: 'unavailable'; readonly why: string };

export interface VerifierOptions {
  readonly audience: string;
  readonly tenantClaim: string;
  readonly algorithms: readonly string[];
  readonly jwks: JwksOptions;
  readonly metrics?: Metrics | undefined;
  /** A development issuer's way to take tokens back; a real deployment lets them expire. */
  readonly isRevoked?: ((principal: Principal, payload: JWTPayload) => boolean) | undefined;
}

/** Longer than any JWT a browser can offer beside the other headers of a request. */
const TOKEN_CHARACTERS_MAX = 8192;
/**
 * Above the time a socket may stay unverified, so that a slow issuer shows as 4408 and not as two
 * different codes.
 */
const ISSUER_TIMEOUT_MS = 10_000;

interface IssuerKeys {
  readonly issuer: string;
  readonly signInOrigins: readonly string[];
  readonly getKey: ReturnType<typeof createRemoteJWKSet>;
}

export class TokenVerifier {
  readonly #options: VerifierOptions;
  #keys: IssuerKeys | null = null;
  #askAgainAtMs = 0;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** Asks the issuer where its keys are. Throws with the remedy when it does not say. */
  async initialize(configuredIssuer: string): Promise<void> {
    const { issuer, jwksUri, signInOrigins } = await discover(configuredIssuer);
    const getKey = createRemoteJWKSet(jwksUri, {
      cooldownDuration: this.#options.jwks.cooldownMs,
      cacheMaxAge: this.#options.jwks.cacheMs,
      timeoutDuration: ISSUER_TIMEOUT_MS,
      [customFetch]: (url, options) => this.#fetchKeys(url, options),
    });
    this.#keys = { issuer, signInOrigins, getKey };
  }

  /** As the issuer spells itself, final slash or not. */
  get issuer(): string {
    return this.#initialized().issuer;
  }

  /** Where a page has to go to sign in and to renew; its policy must allow them. */
  get signInOrigins(): readonly string[] {
    return this.#keys?.signInOrigins ?? [];
  }

  /** Whether the key of this token is here. */
  knows(token: string): boolean {
    const { kid } = decodeProtectedHeader(token);
    return this.#keys?.getKey.jwks()?.keys.some((key) => key.kid === kid) ?? false;
  }

  async verify(token: string): Promise<Verdict> {
    const keys = this.#initialized();
    return this.#verify(token, keys);
  }

  async #verify(token: string, keys: IssuerKeys): Promise<Verdict> {
    if (token.length > TOKEN_CHARACTERS_MAX) return { kind: 'rejected', why: 'token too long' };
    try {
      const { payload } = await jwtVerify(token, keys.getKey, {
        issuer: keys.issuer,
        audience: this.#options.audience,
        algorithms: [...this.#options.algorithms],
        requiredClaims: ['sub', 'exp'],
      });
      return this.#judge(payload);
    } catch (error) {
      return judgeFailure(error);
    }
  }

  /**
   * The library's cooldown begins with an answer; an issuer in trouble would be asked for every
   * token there is.
   */
  async #fetchKeys(url: string, options: RequestInit): Promise<Response> {
    if (Date.now() < this.#askAgainAtMs) throw new Error('The issuer failed a moment ago.');
    this.#options.metrics?.count('jwks_fetches_total');
    this.#askAgainAtMs = Date.now() + this.#options.jwks.failureCooldownMs;
    const response = await fetch(url, options);
    if (response.ok) this.#askAgainAtMs = 0;
    return response;
  }

  #initialized(): IssuerKeys {
    if (this.#keys !== null) return this.#keys;
    throw new Error('TokenVerifier was used before initialize(): await initialize() at start-up.');
  }

  #judge(payload: JWTPayload): Verdict {
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub === '' || exp === undefined) {
      return { kind: 'rejected', why: 'token names nobody' };
    }
    const tenantId = payload[this.#options.tenantClaim];
    if (typeof tenantId !== 'string' || tenantId === '') {
      return { kind: 'forbidden', why: `token has no tenant (${this.#options.tenantClaim})` };
    }
    const principal = { tenantId, userId: sub };
    if (this.#options.isRevoked?.(principal, payload)) {
      return { kind: 'rejected', why: 'token revoked' };
    }
    return { kind: 'accepted', principal, expiresAtMs: exp * 1000 };
  }
}

const refusals = { rejected: 'token', forbidden: 'forbidden', unavailable: 'unavailable' } as const;

/** As the real-time half asks it. */
export function verifyWith(verifier: TokenVerifier): Verify {
  const verify = async (token: string): Promise<SocketPrincipal | Refusal> => {
    const verdict = await verifier.verify(token);
    if (verdict.kind !== 'accepted') return { refused: refusals[verdict.kind], why: verdict.why };
    const { tenantId: tenant, userId: user } = verdict.principal;
    return { tenant, user, expiresAt: verdict.expiresAtMs, claims: {} };
  };
  return Object.assign(verify, { knows: (token: string) => verifier.knows(token) });
}

/**
 * Errors of the issuer, as opposed to errors of the token; everything else that jose throws is
 * about the token.
 */
const ISSUER_ERRORS: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JWKInvalid.code,
  errors.JOSEError.code,
]);

function judgeFailure(error: unknown): Verdict {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { kind: 'rejected', why: `token claim "${error.claim}" ${error.reason}` };
  }
  if (error instanceof errors.JOSEError && !ISSUER_ERRORS.has(error.code)) {
    return { kind: 'rejected', why: `token not valid (${error.code})` };
  }
  return { kind: 'unavailable', why: 'the issuer cannot be asked for its keys' };
}

interface Discovery {
  readonly issuer: string;
  readonly jwksUri: URL;
  readonly signInOrigins: readonly string[];
}

async function discover(configured: string): Promise<Discovery> {
  const address = `${configured.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const remedy = `Check AUTH0_DOMAIN, and that this machine can open ${address}.`;
  let document: unknown;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    document = await response.json();
  } catch (cause) {
    throw new Error(`The issuer did not give its configuration. ${remedy}`, { cause });
  }
  const { issuer, jwks_uri: jwksUri } = document as { issuer?: unknown; jwks_uri?: unknown };
  if (typeof issuer !== 'string' || typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) {
    throw new Error(`The issuer's configuration lacks "issuer" or "jwks_uri". ${remedy}`);
  }
  // Issuers differ in the final slash, and `iss` is compared exactly; anything else that differs is
  // another issuer.
  if (issuer.replace(/\/+$/, '') !== configured.replace(/\/+$/, '')) {
    throw new Error(`The issuer calls itself "${issuer}", not "${configured}". ${remedy}`);
  }
  const signInOrigins = originsOf(document as Readonly<Record<string, unknown>>);
  return { issuer, jwksUri: new URL(jwksUri), signInOrigins };
}

/** An issuer may keep its endpoints on hosts of their own; its configuration names them. */
function originsOf(document: Readonly<Record<string, unknown>>): string[] {
  const names = ['issuer', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'];
  const addresses = [...names, 'end_session_endpoint'].map((name) => document[name]);
  const known = addresses.filter(
    (address): address is string => typeof address === 'string' && URL.canParse(address),
  );
  return [...new Set(known.map((address) => new URL(address).origin))];
}
