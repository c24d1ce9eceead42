/**
 * Who sends an HTTP request: the same tokens, verified by the same verifier, as for a socket. The
 * header it reads holds the token, so nothing here is logged or repeated.
 */
import type { IncomingMessage } from 'node:http';
import { isOrigin, type UserKey, type Verify } from 'keepline/server';
import { bearerOf, RequestError, unauthorised } from 'keepline/server/standalone';

/** Seconds; an issuer that does not answer is usually back after that. */
const RETRY_AFTER_SEC = 5;

export async function authenticateRequest(
  request: IncomingMessage,
  verify: Verify,
): Promise<UserKey> {
  const dial = { remoteAddress: '', path: '', secure: undefined, headers: request.headers };
  const verdict = await verify(bearerToken(request), dial);
  // The name alone: whatever else a token claims would be logged and kept with it.
  if (!('refused' in verdict)) return { tenant: verdict.tenant, user: verdict.user };
  const why = capitalised(verdict.why);
  switch (verdict.refused) {
    case 'token':
      throw unauthorised(`${why}: sign in again.`);
    case 'forbidden':
      throw new RequestError(403, `${why}: it opens nothing here.`);
    case 'unavailable':
      throw new RequestError(503, `${why}; try again in a few seconds.`, {
        headers: { 'Retry-After': String(RETRY_AFTER_SEC) },
      });
  }
}

export function requireAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): void {
  const { origin, host } = request.headers;
  // What sends none is no browser, and proves itself by its token.
  if (origin === undefined || isOrigin(origin, allowed, host ?? '', undefined)) return;
  throw new RequestError(403, 'This origin is not allowed; add it to ALLOWED_ORIGINS.');
}

function bearerToken(request: IncomingMessage): string {
  const token = bearerOf(request);
  if (token) return token;
  throw unauthorised('Send the header "Authorization: Bearer" with an access token.');
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
