// Who may call: whoever sends a secret in the header `Authorization`. Nothing here is logged or repeated.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RequestError } from './json.js';

/** What follows `Bearer`, RFC 6750, 2.1. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

export function unauthorised(message: string): RequestError {
  return new RequestError(401, message, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

/** Throws a 401 that names the variable by which a key is set, where none of them was sent. */
export function requireKey(
  request: IncomingMessage,
  keys: readonly string[],
  keyName: string,
): void {
  const given = bearerOf(request);
  if (given !== undefined && isOneOf(given, keys)) return;
  throw unauthorised(`Send the header "Authorization: Bearer" with ${keyName}.`);
}

/** In constant time: by digests, which are of one length whatever was sent, and all of them each time. */
function isOneOf(given: string, keys: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const sent = digest(given);
  const matching = keys.map((key) => timingSafeEqual(sent, digest(key)));
  return matching.includes(true);
}
