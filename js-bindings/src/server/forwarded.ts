// Who dials, where proxies stand in between. Their headers can be sent by anybody: only as many entries are
// believed as there are proxies of one's own, counted from the end. Knows no transport.
import type { DialRequest } from './types.js';

/** How many there are; 0 for none. */
export type TrustProxy = number;

/** The other end of a connection, as its transport knows it. */
export interface OtherEnd {
  /** Empty where it is not known, as of a connection that has gone already. */
  readonly address: string;
  readonly encrypted: boolean;
  readonly headers: DialRequest['headers'];
}

const listOf = (header: string | readonly string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

export function addressOf({ address, headers }: OtherEnd, trusted: TrustProxy = 0): string {
  if (trusted < 1) return address;
  // The last proxy adds the one before it: with one proxy the last entry is the client.
  return listOf(headers['x-forwarded-for']).at(-trusted) ?? address;
}

/** Undefined where a proxy may have ended TLS, and does not say. */
export function isSecure(
  { encrypted, headers }: OtherEnd,
  trusted: TrustProxy = 0,
): boolean | undefined {
  if (encrypted) return true;
  // No page can set it on its dial; whoever else can has no origin to hide.
  const named = listOf(headers['x-forwarded-proto']).at(-Math.max(1, trusted));
  return named === undefined ? undefined : /^(https|wss)$/i.test(named);
}
