/**
 * Tokens for one user, from the development issuer. They live in memory only: never in storage, a
 * URL or a log. A token is used again until shortly before it expires, so that a reconnect does not
 * need the issuer too.
 */
import type { TokenRequest } from 'keepline';
import { postJson } from '../http.js';

/** A token with less left is not worth a dial. */
const REMAINING_MS_MIN = 10_000;

interface CachedToken {
  readonly token: string;
  readonly goodUntilMs: number;
}

export class DevelopmentTokens {
  readonly #userId: string;
  #cached: CachedToken | null = null;

  constructor(userId: string) {
    this.#userId = userId;
  }

  async get({ forceRefresh, signal }: TokenRequest): Promise<string> {
    if (!forceRefresh && this.#cached && this.#cached.goodUntilMs > Date.now()) {
      return this.#cached.token;
    }
    const { token, expiresInMs } = readIssued(
      await postJson('/dev/token', { user: this.#userId }, signal),
    );
    this.#cached = { token, goodUntilMs: Date.now() + expiresInMs - REMAINING_MS_MIN };
    return token;
  }
}

function readIssued(document: unknown): { token: string; expiresInMs: number } {
  if (typeof document === 'object' && document !== null) {
    const { token, expiresInMs } = document as Record<string, unknown>;
    if (typeof token === 'string' && typeof expiresInMs === 'number') return { token, expiresInMs };
  }
  throw new Error('The issuer did not answer with a token.');
}
