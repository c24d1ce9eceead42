// `verifyOidc`: access tokens of an OpenID Connect issuer, as RFC 9068 and RFC 8725 have them.
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Logger, Metrics, Principal, Refusal, RefusalKind, Verify } from '../types.js';
import type { IssuerDocument } from './discovery.js';
import { defaultTimes, IssuerKeys, KeysUnavailable, type KeyTimes } from './issuer-keys.js';

export interface OidcOptions {
  /** The issuer's URL, with or without a final slash; a promise of it for one that is not up yet. */
  readonly issuer: string | Promise<string>;
  /** What the token must be for (`aud`); one of these where there are several. */
  readonly audience: string | readonly string[];
  /** The claim that names the tenant, default `org_id`; or what finds it in the claims. */
  readonly tenantClaim?: string | ((claims: JWTPayload) => unknown) | undefined;
  /** All of them must be in `scope` (or `scp`); a token without one opens nothing (4403). Default none. */
  readonly requiredScopes?: readonly string[] | undefined;
  /** Default `at+jwt` (RFC 9068) and `JWT`; a token that names no type counts as `JWT` (RFC 7519, 5.1). */
  readonly tokenTypes?: readonly string[] | undefined;
  /** Default those with a public key: RS, PS and ES of 256 to 512 bits, and EdDSA. */
  readonly algorithms?: readonly string[] | undefined;
  /** How far the issuer's clock may be from ours, for `exp`, `nbf` and `iat`; default 10,000 ms. */
  readonly clockToleranceMs?: number | undefined;
  readonly keys?: Partial<KeyTimes> | undefined;
  /** Whether a token is taken back before its time; default no. One that throws leaves it `unavailable`. */
  readonly isRevoked?: ((principal: Principal) => boolean) | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
}

export interface OidcVerify extends Verify {
  readonly knows: (token: string) => boolean;
  readonly trouble: () => string | null;
  readonly close: () => void;
  /** Settles when the issuer was asked for the first time, whatever it answered. */
  readonly tried: Promise<void>;
  /** What the issuer says of itself; null until it has. */
  readonly issuerDocument: () => IssuerDocument | null;
}

const publicKeyAlgorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA'.split(
  ' ',
);
const tokenCharactersMax = 8192;

const refusal = (refused: RefusalKind, why: string): Refusal => ({ refused, why });

/**
 * A `verify` for `createRealtime`. Asks for the keys at once and goes on asking while it gets none; until it
 * has them, tokens are `unavailable` and `trouble()` says why.
 */
export function verifyOidc(options: OidcOptions): OidcVerify {
  const { issuer, logger, metrics } = options;
  const times = { ...defaultTimes, ...options.keys };
  const keys = new IssuerKeys(issuer, times, logger, metrics);
  const judge = new Judge(options, keys);
  return Object.assign((token: string) => judge.verify(token), {
    knows: (token: string) => keys.has(keyIdOf(token)),
    trouble: () => keys.trouble,
    close: () => keys.close(),
    tried: keys.tried,
    issuerDocument: () => keys.document,
  });
}

/** Three parts, and not longer than any header: the rest is not looked at. */
const isPlausible = (token: string): boolean =>
  token.length <= tokenCharactersMax && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);

/** A name that no key has, where the token is none. */
function keyIdOf(token: string): string | undefined {
  if (!isPlausible(token)) return '';
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return '';
  }
}

class Judge {
  readonly #options: OidcOptions;
  readonly #keys: IssuerKeys;
  readonly #toleranceSec: number;
  readonly #types: ReadonlySet<string>;

  constructor(options: OidcOptions, keys: IssuerKeys) {
    this.#options = options;
    this.#keys = keys;
    this.#toleranceSec = (options.clockToleranceMs ?? 10_000) / 1000;
    this.#types = new Set((options.tokenTypes ?? ['at+jwt', 'JWT']).map(typeName));
  }

  async verify(token: string): Promise<Principal | Refusal> {
    if (!isPlausible(token)) return refusal('token', 'token is no JWT');
    try {
      const { audience, algorithms = publicKeyAlgorithms } = this.#options;
      const { payload, protectedHeader } = await jwtVerify(token, this.#keys.find, {
        audience: typeof audience === 'string' ? audience : [...audience],
        algorithms: [...algorithms],
        clockTolerance: this.#toleranceSec,
        requiredClaims: ['iss', 'sub', 'exp'],
      });
      if (payload.iss !== this.#keys.document?.issuer)
        return refusal('token', 'token of another issuer');
      if (!this.#types.has(typeName(protectedHeader.typ ?? 'JWT'))) {
        return refusal('token', 'token is of another type than an access token');
      }
      return this.#judge(payload);
    } catch (reason) {
      return judgeFailure(reason);
    }
  }

  #judge(payload: JWTPayload): Principal | Refusal {
    const { sub, exp = 0, iat } = payload;
    const nowSec = Date.now() / 1000;
    if (typeof sub !== 'string' || sub === '') return refusal('token', 'token names nobody');
    if (iat !== undefined && iat > nowSec + this.#toleranceSec) {
      return refusal('token', 'token was issued in the future');
    }
    // RFC 7800, 3: whoever shows such a token has to prove that the key is his, which no dial can.
    if (payload['cnf'] !== undefined) return refusal('token', 'token is bound to a key (cnf)');
    const missing = this.#missingScope(payload);
    if (missing) return refusal('forbidden', `token lacks the scope ${missing}`);
    const { tenantClaim = 'org_id', isRevoked } = this.#options;
    const tenant =
      typeof tenantClaim === 'string' ? payload[tenantClaim] : tenantClaim({ ...payload });
    if (typeof tenant !== 'string' || tenant === '') {
      const named = typeof tenantClaim === 'string' ? ` (${tenantClaim})` : '';
      return refusal('forbidden', `token has no tenant${named}`);
    }
    // One that is taken although its time has just come has what the clocks may differ by.
    const left = exp - nowSec;
    const expiresAt = (left > this.#toleranceSec ? exp : exp + this.#toleranceSec) * 1000;
    const principal = { tenant, user: sub, expiresAt, claims: payload };
    return isRevoked?.(principal) ? refusal('token', 'token revoked') : principal;
  }

  #missingScope({ scope, scp }: JWTPayload): string | undefined {
    const granted = [scope, scp].flatMap((value) =>
      Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : [],
    );
    return this.#options.requiredScopes?.find((wanted) => !granted.includes(wanted));
  }
}

/** RFC 7515, 4.1.9: case does not count, and `application/` may be left out. */
const typeName = (type: string): string => type.toLowerCase().replace(/^application\//, '');

function judgeFailure(reason: unknown): Refusal {
  if (reason instanceof errors.JWTClaimValidationFailed) {
    return refusal('token', `token claim "${reason.claim}" ${reason.reason}`);
  }
  if (reason instanceof errors.JOSEError)
    return refusal('token', `token not valid (${reason.code})`);
  if (reason instanceof KeysUnavailable) {
    return refusal('unavailable', 'the issuer cannot be asked for its keys');
  }
  return refusal('unavailable', 'the server cannot verify tokens yet');
}
