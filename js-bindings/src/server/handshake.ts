// Reads a dial: is the page one of ours, does it speak our protocol, did it bring a token. Verifies nothing
// and logs nothing: the header it reads holds the token.
import { CloseCode } from './close-codes.js';
import type { DialRequest } from './types.js';

export const subprotocol = 'keepline.v1';
export const bearerPrefix = 'bearer.';
/** Longer than any JWT that a browser can offer beside the other headers of a request. */
const tokenCharactersMax = 8192;

export type Handshake =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused'; readonly code: number; readonly why: string };

const refused = (code: number, why: string): Handshake => ({ kind: 'refused', code, why });

/** Which pages may dial: `self` for those of the dialled host, and any by their origin. */
export const ownOrigin: readonly string[] = ['self'];

export function readHandshake(
  { headers, secure }: Pick<DialRequest, 'headers' | 'secure'>,
  origins: readonly string[] = ownOrigin,
): Handshake {
  const { origin } = headers;
  // Browsers always send it with a dial and pages cannot change it, so a page of another site cannot use a
  // visitor's place in the network. What sends none is no browser, and proves itself by its token.
  if (origin !== undefined && !isOrigin(String(origin), origins, hostOf(headers), secure)) {
    return refused(CloseCode.forbidden, 'origin not allowed');
  }
  const offered = offeredProtocols(headers);
  if (!offered.includes(subprotocol)) {
    return refused(CloseCode.badRequest, `offer the subprotocol ${subprotocol}`);
  }
  const bearers = offered.filter((protocol) => protocol.startsWith(bearerPrefix));
  if (bearers.length > 1) return refused(CloseCode.badRequest, 'offer one token');
  const token = bearers[0]?.slice(bearerPrefix.length);
  if (!token) return refused(CloseCode.unauthorised, 'token missing');
  if (token.length > tokenCharactersMax) {
    return refused(CloseCode.unauthorised, `token longer than ${tokenCharactersMax} characters`);
  }
  return { kind: 'token', token };
}

/** The token as offered, whether or not anything else about the request is in order. */
export function offeredToken(headers: DialRequest['headers']): string | undefined {
  const bearer = offeredProtocols(headers).find((protocol) => protocol.startsWith(bearerPrefix));
  return bearer?.slice(bearerPrefix.length);
}

/**
 * Whether a page of `origin` may call. `self` means the called host's own, in scheme, host and port
 * (RFC 6454, 4). A plain connection says nothing of the scheme where TLS ends before it: there a page of
 * either scheme is taken, unless the proxy names one (`secure`).
 */
export function isOrigin(
  origin: string,
  origins: readonly string[],
  host: string,
  secure: boolean | undefined,
): boolean {
  const page = URL.canParse(origin) ? new URL(origin) : null;
  // A page's origin has a scheme of these, a host, and nothing behind it.
  if (!page || !/^https?:$/.test(page.protocol) || page.href !== `${page.origin}/`) return false;
  if (origins.includes(page.origin)) return true;
  if (!origins.includes('self')) return false;
  if (secure !== undefined && secure !== (page.protocol === 'https:')) return false;
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).origin === page.origin;
}

/** A list as it was written, as browsers spell it. Throws a TypeError that names what is no origin. */
export function readOrigins(given: readonly string[]): string[] {
  return given.map((entry) => {
    if (entry === 'self') return entry;
    const url = URL.canParse(entry) ? new URL(entry) : null;
    if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
    throw new TypeError(`"${entry}" is no origin: write https://crm.example, without a path`);
  });
}

const hostOf = (headers: DialRequest['headers']): string => String(headers['host'] ?? '');

function offeredProtocols(headers: DialRequest['headers']): string[] {
  const header = String(headers['sec-websocket-protocol'] ?? '');
  return header.split(',').map((protocol) => protocol.trim());
}
