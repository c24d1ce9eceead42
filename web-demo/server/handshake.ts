/**
 * Reads an upgrade request: is the page one of ours, does it speak our protocol, did it bring a
 * token. Verifies nothing and logs nothing: the header it reads holds the token.
 */
import type { IncomingMessage } from 'node:http';
import { CloseCode } from './close-codes.js';

export const SUBPROTOCOL = 'keepline.v1';
const BEARER_PREFIX = 'bearer.';

export type Handshake =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused'; readonly code: number; readonly why: string };

export function readHandshake(
  request: IncomingMessage,
  allowedOrigins: readonly string[],
): Handshake {
  if (!isAllowedOrigin(request, allowedOrigins)) {
    return { kind: 'refused', code: CloseCode.forbidden, why: 'origin not allowed' };
  }
  const offered = offeredProtocols(request);
  if (!offered.includes(SUBPROTOCOL)) {
    return {
      kind: 'refused',
      code: CloseCode.badRequest,
      why: `offer the subprotocol ${SUBPROTOCOL}`,
    };
  }
  const bearers = offered.filter((protocol) => protocol.startsWith(BEARER_PREFIX));
  if (bearers.length > 1) {
    return { kind: 'refused', code: CloseCode.badRequest, why: 'offer one token' };
  }
  const token = bearers[0]?.slice(BEARER_PREFIX.length);
  if (!token) return { kind: 'refused', code: CloseCode.unauthorised, why: 'token missing' };
  return { kind: 'token', token };
}

/** The token as offered, whether or not anything else about the request is in order. */
export function offeredToken(request: IncomingMessage): string | undefined {
  const bearer = offeredProtocols(request).find((protocol) => protocol.startsWith(BEARER_PREFIX));
  return bearer?.slice(BEARER_PREFIX.length);
}

/**
 * Browsers always send `Origin` with a WebSocket dial and pages cannot change it, so a page of
 * another site cannot use a visitor's network position to reach this server. What sends none is not
 * a browser, and proves itself by its token.
 */
export function isAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

function offeredProtocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header.split(',').map((protocol) => protocol.trim());
}
