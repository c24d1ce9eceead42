/**
 * The built-in development issuer: a key pair made at start, a JWKS, and tokens for whoever asks.
 *
 * That last part is why it must not exist in production; `create-server` refuses to start with it
 * there. The server itself verifies these tokens exactly as it would another issuer's: over HTTP,
 * by the JWKS.
 */
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { type UserKey, UserMap } from 'keepline/server';
import type { DevelopmentUser } from './development-users.js';

export interface DevelopmentIssuerOptions {
  readonly audience: string;
  readonly tenantClaim: string;
  readonly tokenTtlSec: number;
  /** A new one unless given. */
  readonly signingKey?: SigningKey | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresInMs: number;
}

/** Counts up whenever a user's tokens are taken back; tokens of an earlier generation are void. */
const GENERATION_CLAIM = 'dev_generation';
const ALGORITHM = 'RS256';
/** More users than sit before a demonstration at a time. */
const KNOWN_MAX = 1000;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export class DevelopmentIssuer {
  readonly #options: DevelopmentIssuerOptions;
  readonly #generations = new UserMap<number>();
  readonly #revokedUsers = new UserMap<true>();
  /** Whoever was given a token last stands last. */
  readonly #known = new Map<string, DevelopmentUser>();
  #key: SigningKey;
  /** Of the key before, where tokens signed with it are to stay good. */
  #retired: JWK | undefined;
  #url: string | null = null;
  #issued = 0;

  private constructor(options: DevelopmentIssuerOptions, key: SigningKey) {
    this.#options = options;
    this.#key = key;
  }

  static async create(options: DevelopmentIssuerOptions): Promise<DevelopmentIssuer> {
    return new DevelopmentIssuer(options, options.signingKey ?? (await createSigningKey()));
  }

  /** The issuer's own address, known once the server listens; `iss` of every token. */
  get url(): string {
    if (this.#url === null)
      throw new Error('The development issuer has no address before the server listens.');
    return this.#url;
  }

  setUrl(url: string): void {
    this.#url = url;
  }

  jwks(): JSONWebKeySet {
    return { keys: [this.#key.publicJwk, ...(this.#retired ? [this.#retired] : [])] };
  }

  /**
   * Signs with a new key from now on. The old one stays in the JWKS if it is to be kept, which is
   * how a real issuer does it; otherwise its tokens fail as soon as somebody fetches the keys again.
   */
  async rotateKeys(keepOld: boolean): Promise<void> {
    const key = await createSigningKey();
    this.#retired = keepOld ? this.#key.publicJwk : undefined;
    this.#key = key;
  }

  configuration(): Record<string, unknown> {
    return {
      issuer: this.url,
      jwks_uri: `${this.url}.well-known/jwks.json`,
      id_token_signing_alg_values_supported: [ALGORITHM],
      subject_types_supported: ['public'],
      response_types_supported: ['token'],
    };
  }

  async issue(user: DevelopmentUser, ttlSec = this.#options.tokenTtlSec): Promise<IssuedToken> {
    const nowSec = Date.now() / 1000;
    this.#issued += 1;
    this.#know(user);
    const token = await new SignJWT({
      [this.#options.tenantClaim]: user.tenant,
      name: user.name,
      [GENERATION_CLAIM]: this.#generations.get(user) ?? 0,
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.#key.kid, typ: 'JWT' })
      .setIssuer(this.url)
      .setAudience(this.#options.audience)
      .setSubject(user.user)
      // Distinct even within a second: a client takes an equal token after a refresh for a dead
      // end.
      .setJti(String(this.#issued))
      .setIssuedAt(Math.floor(nowSec))
      .setExpirationTime(nowSec + ttlSec)
      .sign(this.#key.privateKey);
    return { token, expiresInMs: ttlSec * 1000 };
  }

  /** Whoever was given a token, as far as there is room. */
  knownUsers(): readonly DevelopmentUser[] {
    return [...this.#known.values()];
  }

  #know(user: DevelopmentUser): void {
    this.#known.delete(user.id);
    this.#known.set(user.id, user);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Every token issued to this user so far is void; the next one is good. */
  expireTokens(principal: UserKey): void {
    this.#generations.set(principal, (this.#generations.get(principal) ?? 0) + 1);
  }

  /** No token of this user is good until told otherwise. */
  setRevoked(principal: UserKey, revoked: boolean): void {
    if (revoked) this.#revokedUsers.set(principal, true);
    else this.#revokedUsers.delete(principal);
  }

  isRevoked(principal: UserKey, claims: Record<string, unknown>): boolean {
    if (this.#revokedUsers.get(principal)) return true;
    const generation = claims[GENERATION_CLAIM];
    return typeof generation !== 'number' || generation < (this.#generations.get(principal) ?? 0);
  }
}

export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const kid = crypto.randomUUID();
  return {
    kid,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' },
  };
}
