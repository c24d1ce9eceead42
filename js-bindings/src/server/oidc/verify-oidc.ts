// `verifyOidc`: access tokens of an OpenID Connect issuer, as RFC 9068 and RFC 8725 have them.
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { safeLog } from '../log.js';
import type { Logger, Principal, Refusal, RefusalKind, Verify } from '../types.js';
import type { IssuerDocument } from './discovery.js';
import { IssuerKeys, KeysUnavailable } from './issuer-keys.js';
import { type OidcOptions, type ReadOptions, readOidcOptions } from './options.js';

export interface OidcVerify extends Verify {
  readonly knows: (token: string) => boolean;
  readonly trouble: () => string | null;
  readonly close: () => void;
  /** Settles when the issuer was asked for the first time, whatever it answered. */
  readonly tried: Promise<void>;
  /**
   * Fulfilled with the first keys, however long an outage lasts. Rejected with an Error that says what to
   * change where the issuer's answer shows that the configuration is wrong (it calls itself otherwise, or
   * keeps its keys at an address that is not `https:`), and where `close()` came first.
   */
  readonly ready: Promise<void>;
  /** What the issuer says of itself; null until it has. */
  readonly issuerDocument: () => IssuerDocument | null;
}

/** Longer than any JWT that a browser can offer beside the other headers of a request. */
const tokenCharactersMax = 8192;

/** A mistake of the application's is told of at most so often. */
const mistakeMs = 1000;

const refusal = (refused: RefusalKind, why: string): Refusal => ({ refused, why });

/**
 * A `verify` for `createRealtime`. Asks for the keys at once and goes on asking while it gets none, first after
 * 1 s, at last every 30 s; until it has them, tokens are `unavailable` and `trouble()` says why. Throws a
 * TypeError or a RangeError for an option that can never be right, and for nothing that an issuer does.
 *
 * Keys are a JWK Set (RFC 7517, 5), found by OpenID Connect Discovery 1.0; tokens are judged by RFC 7519, 7.2,
 * RFC 8725, 3 and RFC 9068, 4. Nothing of a token is in any log, error or reason.
 */
export function verifyOidc(given: OidcOptions): OidcVerify {
  const options = readOidcOptions(given);
  const keys = new IssuerKeys(options.issuer, options.keys, options.logger, options.metrics);
  const judge = new Judge(options, keys);
  return Object.assign((token: string) => judge.verify(token), {
    knows: (token: string) => keys.has(keyIdOf(token)),
    trouble: () => keys.trouble,
    close: () => keys.close(),
    tried: keys.tried,
    ready: keys.ready,
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
  readonly #options: ReadOptions;
  readonly #keys: IssuerKeys;
  readonly #types: ReadonlySet<string>;
  readonly #log: Logger;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReadOptions, keys: IssuerKeys) {
    this.#options = options;
    this.#keys = keys;
    this.#types = new Set(options.tokenTypes.map(typeName));
    this.#log = safeLog(options.logger);
  }

  async verify(token: string): Promise<Principal | Refusal> {
    if (!isPlausible(token)) return refusal('token', 'token is no JWT');
    try {
      const { audience, algorithms, toleranceSec } = this.#options;
      const { payload, protectedHeader } = await jwtVerify(token, this.#keys.find, {
        audience,
        algorithms,
        clockTolerance: toleranceSec,
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
    const { toleranceSec } = this.#options;
    const nowSec = Date.now() / 1000;
    if (typeof sub !== 'string' || sub === '') return refusal('token', 'token names nobody');
    if (iat !== undefined && iat > nowSec + toleranceSec) {
      return refusal('token', 'token was issued in the future');
    }
    // RFC 7800, 3: whoever shows such a token has to prove that the key is his, which no dial can.
    if (payload['cnf'] !== undefined) return refusal('token', 'token is bound to a key (cnf)');
    const missing = this.#missingScope(payload);
    if (missing) return refusal('forbidden', `token lacks the scope ${missing}`);
    const { tenantClaim, isRevoked } = this.#options;
    const tenant =
      typeof tenantClaim === 'string'
        ? payload[tenantClaim]
        : this.#ask('tenantClaim', () => tenantClaim({ ...payload }));
    if (typeof tenant !== 'string' || tenant === '') {
      const named = typeof tenantClaim === 'string' ? ` (${tenantClaim})` : '';
      return refusal('forbidden', `token has no tenant${named}`);
    }
    // One that is taken although its time has just come has what the clocks may differ by.
    const left = exp - nowSec;
    const expiresAt = (left > 0 ? exp : exp + toleranceSec) * 1000;
    const principal = { tenant, user: sub, expiresAt, claims: payload };
    const revoked = isRevoked && this.#ask('isRevoked', () => isRevoked(principal));
    return revoked ? refusal('token', 'token revoked') : principal;
  }

  /** The application's own function; what it throws may repeat the claims, and so its text is told to nobody. */
  #ask<Answer>(option: string, call: () => Answer): Answer {
    try {
      return call();
    } catch (reason) {
      if (performance.now() - this.#toldAt >= mistakeMs) {
        this.#toldAt = performance.now();
        const problem = reason instanceof Error ? reason.name : typeof reason;
        this.#log.error(
          { option, problem },
          'a function of verifyOidc threw: nobody gets in by it',
        );
      }
      throw reason;
    }
  }

  #missingScope({ scope, scp }: JWTPayload): string | undefined {
    const granted = [scope, scp].flatMap((value) =>
      Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : [],
    );
    return this.#options.requiredScopes.find((wanted) => !granted.includes(wanted));
  }
}

/** RFC 7515, 4.1.9: case does not count, and `application/` may be left out. */
const typeName = (type: unknown): string =>
  String(type)
    .toLowerCase()
    .replace(/^application\//, '');

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
