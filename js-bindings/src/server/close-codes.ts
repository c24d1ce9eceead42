// The close codes of the protocol that this server sends, and the hint that tells clients when to come
// back. What a client does with each is the client's business.

export const CloseCode = {
  /** Planned restart; the reason may carry a hint. */
  restart: 1012,
  /**
   * Overload, or the issuer cannot be reached: the token may be fine, so the client must not give
   * up.
   */
  tryLater: 1013,
  /** A message larger than is taken. */
  tooLarge: 1009,
  /** Spoke out of turn, or malformed. */
  badRequest: 4400,
  /** Token missing, expired, rejected. */
  unauthorised: 4401,
  /** Origin, tenant or scope forbidden. */
  forbidden: 4403,
  /** Too slow. */
  timeout: 4408,
  /** Rate limit; the reason may carry a hint. */
  tooManyRequests: 4429,
} as const;

export interface RetryHint {
  readonly retryAfterMs: number;
  readonly spreadMs: number;
}

export function hintReason({ retryAfterMs, spreadMs }: RetryHint): string {
  return JSON.stringify({ retryAfterMs, spreadMs });
}

/** Whether a server may close a link with it (RFC 6455, 7.4). */
export const isSendable = (code: number): boolean =>
  Number.isInteger(code) &&
  (code === 1000 || code === 1012 || code === 1013 || (code >= 3000 && code < 5000));

/** A close reason holds at most 123 bytes of UTF-8 (RFC 6455, 5.5); the cut falls between code points. */
export function fitReason(reason: string): string {
  let bytes = 0;
  let fitting = '';
  for (const character of reason) {
    bytes += Buffer.byteLength(character);
    if (bytes > 123) break;
    fitting += character;
  }
  return fitting;
}
