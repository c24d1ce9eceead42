/**
 * Who sends an HTTP request: the same tokens, verified by the same verifier, as for a socket. The
 * header it reads holds the token, so nothing here is logged or repeated.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOrigin, type UserKey, type Verify } from 'keepline/server';
import { RequestError } from './http-json.js';

/** Seconds; an issuer that does not answer is usually back after that. */
const RETRY_AFTER_SEC = 5;

export async function authenticateRequest(
  request: IncomingMessage,
  verify: Verify,
): Promise<UserKey> {
  const dial = { remoteAddress: '', path: '', secure: undefined, headers: request.headers };
  const verdict = await verify(bearerToken(request), dial);
  if (!('refused' in verdict)) return verdict;
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

/** An hour: what a page may ask changes with the server alone. */
const PREFLIGHT_SEC = 3600;

/**
 * Lets pages of listed origins read what they ask for, as the Fetch standard wants it told. True
 * where that was the question itself, which is answered then.
 */
export function shareAcrossOrigins(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: readonly string[],
): boolean {
  const { origin, host } = request.headers;
  response.setHeader('Vary', 'Origin');
  const isAllowed = origin !== undefined && isOrigin(origin, allowed, host ?? '', undefined);
  if (isAllowed) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'Content-Disposition, Retry-After');
  }
  const isPreflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (!isPreflight) return false;
  if (isAllowed) {
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_SEC));
  }
  response.writeHead(isAllowed ? 204 : 403).end();
  return true;
}

export function requireAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): void {
  const { origin, host } = request.headers;
  // What sends none is no browser, and proves itself by its token.
  if (origin === undefined || isOrigin(origin, allowed, host ?? '', undefined)) return;
  throw new RequestError(403, 'This origin is not allowed; add it to ALLOWED_ORIGINS.');
}

function bearerToken(request: IncomingMessage): string {
  const match = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1]) return match[1];
  throw unauthorised('Send the header "Authorization: Bearer" with an access token.');
}

function unauthorised(message: string): RequestError {
  return new RequestError(401, message, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
