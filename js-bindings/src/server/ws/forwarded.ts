// Who dials, where proxies stand in between. Their headers can be sent by anybody: only as many entries are
// believed as there are proxies of one's own, counted from the end.
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** How many there are; 0 for none. */
export type TrustProxy = number;

const listOf = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

/** Empty where the connection has gone already. */
export function addressOf(request: IncomingMessage, trusted: TrustProxy = 0): string {
  const own = request.socket.remoteAddress ?? '';
  if (trusted < 1) return own;
  // The last proxy adds the one before it: with one proxy the last entry is the client.
  return listOf(request.headers['x-forwarded-for']).at(-trusted) ?? own;
}

/** Undefined where a proxy may have ended TLS, and does not say. */
export function isSecure(request: IncomingMessage, trusted: TrustProxy = 0): boolean | undefined {
  if ((request.socket as TLSSocket).encrypted) return true;
  // No page can set it on its dial; whoever else can has no origin to hide.
  const named = listOf(request.headers['x-forwarded-proto']).at(-Math.max(1, trusted));
  return named === undefined ? undefined : /^(https|wss)$/i.test(named);
}
